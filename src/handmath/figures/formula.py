"""Draws docs/quadratic.png, a formula in a drawn hand, and docs/expression.png, what is read there.

    python -m handmath.figures.formula

The hand is one of `drawing`'s: nobody's handwriting.
"""

import numpy as np
from PIL import Image

from handmath.base.files import atomic_write
from handmath.data.tree import Expression
from handmath.drawing import inventory, typesetting
from handmath.drawing.mark import Mark, tree
from handmath.figures import png
from handmath.figures.expressions import typeset
from handmath.reading.reader import Reader

WRITTEN = "docs/quadratic.png"
PATH = "docs/expression.png"
SEED = 114  # of a hand that is easily read
DIGIT = 60  # pixels, of a digit's height
WIDE, HIGH = 9.0, 1.7  # inches


def main() -> None:
    """Write the formula, read it and draw both beside each other."""
    rng = np.random.default_rng(SEED)
    formula = quadratic()
    pictures = inventory.pictures(formula.labels, {}, 1.0, rng)
    ink = typesetting.typeset(formula, pictures, DIGIT, rng).owner > 0
    with atomic_write(WRITTEN) as partial:
        Image.fromarray(np.where(ink, np.uint8(0), np.uint8(255))).save(partial, "PNG")
    reading = Reader.load().read(WRITTEN)
    with png.figure(PATH, WIDE, HIGH) as figure:
        written, arrow, read = figure.subplots(1, 3, width_ratios=(8, 1, 8))
        for axes in (written, arrow, read):
            axes.set_axis_off()
        written.imshow(~ink, cmap="gray")
        arrow.text(0.5, 0.5, "→", fontsize=24, ha="center", va="center", color="gray")
        large = typeset(reading.latex).replace(r"\frac", r"\dfrac")
        read.text(
            0.5, 0.5, large, fontsize=30, ha="center", va="center",
            parse_math=True, math_fontfamily="cm",
        )  # fmt: skip


def quadratic() -> Expression:
    """The roots of a quadratic equation."""

    def row(*labels: str) -> list[Mark]:
        return [Mark(label) for label in labels]

    discriminant = [Mark("b", {"sup": row("two")}), *row("minus", "four", "a", "c")]
    above = [*row("minus", "b", "pm"), Mark("sqrt", {"inside": discriminant})]
    fraction = Mark("minus", {"above": above, "below": row("two", "a")})
    return tree([*row("x", "equal"), fraction])


if __name__ == "__main__":
    main()
