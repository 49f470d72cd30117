"""Stage `expressions`: composes expressions and scores the reader on them.

Of the held-out training images, to choose settings by; and of the test images, to publish. What an
archive has no images of is drawn.
"""

from functools import partial

import numpy as np
from rapidfuzz.distance import Levenshtein

from handmath.base import files, params
from handmath.base.errors import InputError, run
from handmath.data import processes, symbols
from handmath.drawing import expressions, inventory, typesetting
from handmath.drawing.photograph import photograph
from handmath.figures import expressions as figure
from handmath.figures.expressions import Read
from handmath.reading import canonical, latex, scores
from handmath.reading.reader import Reader

HEIGHT = 80  # pixels, of an expression's digits, before it is photographed
HEIGHTS = (20, 80)  # of them in the picture


def main() -> None:
    """Compose expressions, read them, count what is wrong and show sixteen of the test images."""
    p = params.load()
    with processes.pool(2) as pool:
        test, held_out = pool.map(
            partial(
                compose_and_read,
                wanted=p.expressions.test,
                drawn_share=p.expressions.lessons.drawn_share,
            ),
            ("test", "validation"),
        )
    values = score(test)
    values |= {f"validation_{name}": value for name, value in score(held_out).items()}
    files.write_json("metrics/expressions.json", values)
    figure.draw(test)


def compose_and_read(split: str, wanted: params.Lines, drawn_share: float) -> list[Read]:
    """Write so many expressions with the symbols of a split's images, and read them."""
    reader = Reader.load()
    archive = symbols.read(split)
    rng = np.random.default_rng(wanted.seed)
    names = inventory.classes(archive)
    found = []
    for _ in range(wanted.count):
        tree = expressions.expression(names, rng)
        pictures = inventory.pictures(tree.labels, archive, drawn_share, rng)
        written = typesetting.typeset(tree, pictures, HEIGHT, rng)
        owner = written.owner.astype(np.uint8)
        picture, _ = photograph(owner, rng.uniform(*HEIGHTS) / HEIGHT, rng)
        try:
            read = reader.read(picture).latex
        except InputError:
            read = ""
        found.append(Read(picture, latex.of_tree(written.expression), read))
    return found


def score(found: list[Read]) -> dict[str, float]:
    """Shares of the expressions with no wrong token, and with one and two at most."""
    errors = [
        Levenshtein.distance(canonical.tokens(one.written), canonical.tokens(one.read))
        for one in found
    ]
    return {
        **scores.with_interval("exact", [error == 0 for error in errors]),
        **scores.with_interval("at_most_1", [error <= 1 for error in errors]),
        **scores.with_interval("at_most_2", [error <= 2 for error in errors]),
    }


if __name__ == "__main__":
    run(main)
