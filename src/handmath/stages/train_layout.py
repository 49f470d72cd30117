"""Stage `train_layout`: composed expressions → `models/layout.safetensors`.

It learns how the symbols of an expression hang together from where they stand.
"""

import numpy as np
from tqdm import tqdm

from handmath.base import params
from handmath.base.errors import run
from handmath.data import symbols
from handmath.drawing import expressions, inventory, typesetting
from handmath.learning import layout
from handmath.reading.expression.layout import LAYOUT

HEIGHT = 48  # pixels, of an expression's digits


def main() -> None:
    """Compose expressions and learn from the boxes of their symbols."""
    p = params.load()
    wanted = p.expressions
    rng = np.random.default_rng(p.seed)
    archive = symbols.read("train")
    names = inventory.classes(archive)
    examples = []
    for _ in tqdm(range(wanted.layout.count), unit="expression", disable=None):
        expression = expressions.expression(names, rng)
        pictures = inventory.pictures(expression.labels, archive, wanted.lessons.drawn_share, rng)
        written = typesetting.typeset(expression, pictures, HEIGHT, rng)
        examples.append((written.expression, written.boxes))
    layout.fit(examples, p.seed).write(LAYOUT)


if __name__ == "__main__":
    run(main)
