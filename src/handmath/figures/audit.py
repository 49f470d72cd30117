"""What the audit found, with examples."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from handmath.base.files import IMAGES
from handmath.data import image_file
from handmath.data.quality import KINDS, Finding
from handmath.figures import png

EXAMPLES = 4  # of each kind in the figure
SIDE = 256  # pixels, of an example at most: it is drawn smaller
HIDDEN = "unreadable"  # the kind that has no picture to show


def draw(findings: Sequence[Finding]) -> None:
    """Draw a row for each kind that was found: how many there are, and examples from all over.

    The kinds that were not found stand below in a sentence.
    """
    found = {kind: [f for f in findings if f.kind == kind] for kind in KINDS}
    shown = {kind: of_kind for kind, of_kind in found.items() if of_kind and kind != HIDDEN}
    with png.figure("plots/audit.png", 9, 1.8 * len(shown) + 0.9) as figure:
        if shown:
            grid = figure.subplots(len(shown), 1 + EXAMPLES, squeeze=False)
            for (label, *cells), (kind, of_kind) in zip(grid, shown.items(), strict=True):
                _draw_row(label, cells, kind, of_kind)
        figure.supxlabel(_rest(found), x=0, ha="left", fontsize=11, color="dimgrey")


def _draw_row(label: Axes, cells: Sequence[Axes], kind: str, findings: Sequence[Finding]) -> None:
    for axes in (label, *cells):
        axes.set_axis_off()
    heading = textwrap.fill(f"{KINDS[kind]}: {len(findings):,}", 20)
    label.text(0, 0.5, heading, va="center", fontsize=11)
    chosen = np.linspace(0, len(findings) - 1, min(len(findings), EXAMPLES)).astype(int)
    for axes, index in zip(cells, chosen, strict=False):
        _show(axes, findings[index])


def _show(axes: Axes, finding: Finding) -> None:
    grey = image_file.decode((IMAGES / finding.image).read_bytes())
    grey.thumbnail((SIDE, SIDE))
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color("lightsteelblue")  # a black frame would hide ink on the border
    axes.imshow(np.asarray(grey), cmap="gray", vmin=0, vmax=255)
    axes.set_title("\n".join(line[:28] for line in finding[1:] if line), fontsize=8)


def _rest(found: dict[str, list[Finding]]) -> str:
    """What has no row: unreadable files, if there are any, and the kinds that were not found."""
    lines = []
    if unreadable := len(found[HIDDEN]):
        lines.append(f"Besides, {KINDS[HIDDEN]}: {unreadable:,}.")
    if none := [KINDS[kind] for kind, of_kind in found.items() if not of_kind]:
        lines.append(f"Not found: {'; '.join(none)}.")
    return "\n".join(textwrap.fill(line, 105) for line in lines)
