"""Figures as PNG files, drawn by Matplotlib without a screen and without a user's settings."""

import matplotlib
from matplotlib.figure import Figure

from handmath.base.files import atomic_write

matplotlib.rcdefaults()  # a matplotlibrc, of the user or in the folder, must not change a figure


def save(figure: Figure, path: str) -> None:
    """Write a figure as PNG."""
    with atomic_write(path) as partial:
        figure.savefig(partial, dpi=100)
