"""Figures as PNG files, drawn by Matplotlib without a screen."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib.figure import Figure

from handmath.base.files import atomic_write

# Nobody's matplotlibrc, and no other font of the machine's, changes a byte. A class may have any
# name, such as `$`, which is no mathematics.
SETTINGS = {
    **matplotlib.rcParamsDefault,
    "font.family": "DejaVu Sans",  # the one that comes with Matplotlib
    "figure.constrained_layout.h_pad": 0.08,  # inches; titles of images of other sizes fit in, too
    "text.parse_math": False,
}


@contextmanager
def figure(path: str, width: float, height: float) -> Iterator[Figure]:
    """Yield a figure to draw on, then write it as PNG, 100 pixels an inch.

    Args:
        path: of the file.
        width: in inches.
        height: in inches.
    """
    with matplotlib.rc_context(SETTINGS):  # an artist takes its settings as it is made
        drawn = Figure(figsize=(width, height), layout="constrained")
        yield drawn
        with atomic_write(path) as partial:
            drawn.savefig(partial, dpi=100, metadata={"Software": None})  # it names a version
