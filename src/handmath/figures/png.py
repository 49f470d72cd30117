"""Figures as PNG files, drawn by Matplotlib without a screen."""

from matplotlib.figure import Figure

from handmath.base.files import atomic_write


def save(figure: Figure, path: str) -> None:
    """Write a figure as PNG."""
    with atomic_write(path) as partial:
        figure.savefig(partial, dpi=100)
