"""What the audit found, with examples."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from handmath.base.files import IMAGES
from handmath.data import image_file
from handmath.data.quality import KINDS, Finding
from handmath.figures import png

EXAMPLES = 6  # of each kind in the figure


def draw(findings: Sequence[Finding]) -> None:
    """Draw a row for each kind: how many there are, and examples from all over the list."""
    found = {kind: [f for f in findings if f.kind == kind] for kind in KINDS}
    del found["unreadable"]  # no picture to show
    heights = [1.6 if of_kind else 0.6 for of_kind in found.values()]  # inches
    figure = Figure(figsize=(12, sum(heights) + 0.6), layout="constrained")
    figure.suptitle("What the audit found in the images", fontsize=14, weight="bold")
    grid = figure.subplots(len(found), 1 + EXAMPLES, height_ratios=heights)
    for axes in grid.flat:
        axes.set_axis_off()
    for (label, *cells), (kind, of_kind) in zip(grid, found.items(), strict=True):
        heading = textwrap.fill(f"{KINDS[kind]}: {len(of_kind):,}", 22)
        label.text(0, 0.5, heading, va="center", fontsize=11, color="black" if of_kind else "grey")
        chosen = np.linspace(0, len(of_kind) - 1, min(len(of_kind), EXAMPLES)).astype(int)
        for axes, index in zip(cells, chosen, strict=False):
            _show(axes, of_kind[index])
    png.save(figure, "plots/audit.png")


def _show(axes: Axes, finding: Finding) -> None:
    shades = np.asarray(image_file.decode((IMAGES / finding.image).read_bytes()))
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color("lightsteelblue")  # a black frame would hide ink on the border
    axes.imshow(shades, cmap="gray", vmin=0, vmax=255)
    title = "\n".join(line[:30] for line in finding[1:] if line)
    axes.set_title(title, fontsize=7, parse_math=False)
