"""Figures as PNG files, drawn by Matplotlib without a screen."""

from matplotlib.figure import Figure

from handmath.base.files import whole


def save(figure: Figure, path: str) -> None:
    """Write a figure as PNG."""
    with whole(path) as partial:
        figure.savefig(partial, dpi=100)
