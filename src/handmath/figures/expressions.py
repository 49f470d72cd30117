"""Expressions that were read, typeset beside their ink."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handmath.figures import png
from handmath.reading import canonical

SHOWN = 16
COLUMNS = 2


class Read(NamedTuple):
    """A picture, uint8 [height, width, 3]; the LaTeX that is written there; what was read."""

    picture: np.ndarray
    written: str
    read: str


def draw(found: Sequence[Read]) -> None:
    """Draw the first sixteen with what was read, red where it is wrong."""
    shown = found[:SHOWN]
    rows = math.ceil(len(shown) / COLUMNS)
    with png.figure("plots/expressions.png", 11, 1.5 * rows) as figure:
        grid = figure.subplots(rows, 2 * COLUMNS, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for number, one in enumerate(shown):
            picture, text = grid[number // COLUMNS, 2 * (number % COLUMNS) :][:2]
            picture.imshow(one.picture)
            right = canonical.tokens(one.written) == canonical.tokens(one.read)
            text.text(
                0, 0.5, typeset(one.read), fontsize=13, va="center",
                color="black" if right else "firebrick", transform=text.transAxes, parse_math=True,
            )  # fmt: skip


def typeset(latex: str) -> str:
    """LaTeX as Matplotlib typesets it, or the plain LaTeX where it can't."""
    from matplotlib.mathtext import MathTextParser

    text = re.sub(" ([_^]) ", r"\1", f"${latex}$")  # after a space it raises and lowers nothing
    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return latex.replace("$", r"\$")
    return text
