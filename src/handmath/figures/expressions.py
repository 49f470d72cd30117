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
WIDE, HIGH = 11, 1.1  # inches, of the figure and of a row
FONT = 13  # points; what is too long for its place is written smaller


class Read(NamedTuple):
    """A picture, uint8 [height, width, 3]; the LaTeX that is written there; what was read."""

    picture: np.ndarray
    written: str
    read: str


def draw(found: Sequence[Read]) -> None:
    """Draw the first sixteen with what was read, red where it is wrong."""
    shown = found[:SHOWN]
    rows = math.ceil(len(shown) / COLUMNS)
    with png.figure("plots/expressions.png", WIDE, HIGH * rows) as figure:
        grid = figure.subplots(rows, 2 * COLUMNS, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for number, one in enumerate(shown):
            picture, text = grid[number // COLUMNS, 2 * (number % COLUMNS) :][:2]
            picture.imshow(one.picture)
            right = canonical.tokens(one.written) == canonical.tokens(one.read)
            written = text.text(
                0, 0.5, typeset(one.read), fontsize=FONT, va="center", in_layout=False,
                color="black" if right else "firebrick", transform=text.transAxes, parse_math=True,
            )  # fmt: skip
            room = WIDE / (2 * COLUMNS) * figure.dpi
            longer = written.get_window_extent().width / room
            written.set_fontsize(FONT / max(longer, 1))


def typeset(latex: str) -> str:
    """LaTeX as Matplotlib typesets it, or the plain LaTeX where it can't."""
    from matplotlib.mathtext import MathTextParser

    text = re.sub(" ([_^]) ", r"\1", f"${latex}$")  # after a space it raises and lowers nothing
    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return latex.replace("$", r"\$")
    return text
