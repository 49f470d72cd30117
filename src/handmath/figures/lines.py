"""Lines that were read, with what was read in them."""

import math
from collections.abc import Sequence

from handmath.drawing.lines import Written
from handmath.figures import png
from handmath.reading.result import Reading

LINES = 16
COLUMNS = 2


def draw(written: Sequence[Written], readings: Sequence[Reading]) -> None:
    """Draw the first sixteen lines with what was read, red where it is wrong."""
    rows = math.ceil(min(len(written), LINES) / COLUMNS)
    with png.figure("plots/lines.png", 9, rows) as figure:
        grid = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
        for axes in grid:
            axes.set_axis_off()
        for axes, line, reading in zip(grid, written, readings, strict=False):
            right = reading.labels == line.labels
            axes.set_axis_on()
            axes.imshow(line.picture)
            axes.set(xticks=[], yticks=[])
            title = reading.text if right else f"{reading.text}   (written: {line.text})"
            axes.set_title(title, fontsize=10, color="black" if right else "firebrick")
