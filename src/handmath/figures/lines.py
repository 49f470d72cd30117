"""Lines that were read, with what was read in them."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from handmath.drawing.lines import Written
from handmath.figures import png
from handmath.reading.reader import Reading


def draw(written: Sequence[Written], readings: Sequence[Reading]) -> None:
    """Draw the first sixteen lines with what was read, red where it is wrong."""
    figure = Figure(figsize=(12, 8), layout="constrained")
    figure.suptitle("Lines composed of test images, and what was read", fontsize=14, weight="bold")
    grid = list(figure.subplots(8, 2).flat)
    for axes, line, reading in zip(grid, written, readings, strict=False):
        right = reading.labels == line.labels
        axes.imshow(line.picture, cmap="gray", vmin=0, vmax=255)
        axes.set(xticks=[], yticks=[])
        title = reading.text if right else f"{reading.text}   (written: {line.text})"
        axes.set_title(title, fontsize=10, color="black" if right else "firebrick")
    for axes in grid[len(written) :]:
        axes.set_axis_off()
    png.save(figure, "plots/lines.png")
