"""The notebook's pictures, drawn by matplotlib without a screen."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from handmath.figures import png

THUMBNAILS = 16  # in rows of 4, as in the notebook


def choose(count: int, seed: int) -> np.ndarray:
    """Indices of `THUMBNAILS` of `count` images, drawn without repeats; all, if there are fewer."""
    return np.random.default_rng(seed).permutation(count)[:THUMBNAILS]


def draw(
    path: str,
    heading: str,
    images: np.ndarray,
    titles: Sequence[str],
    wrong: np.ndarray | None = None,
) -> None:
    """Draw up to 16 images, uint8 [N, 1, size, size], a title over each, red where it is wrong."""
    figure = Figure(figsize=(8, 9), layout="constrained")
    figure.suptitle(heading, fontsize=14, weight="bold")
    grid = list(figure.subplots(4, 4).flat)
    for axes in grid:
        axes.set_axis_off()
    marks = np.zeros(len(titles), dtype=bool) if wrong is None else wrong
    for axes, image, title, is_wrong in zip(grid, images, titles, marks, strict=False):
        axes.set_axis_on()
        axes.set(xticks=[], yticks=[])
        axes.imshow(image[0], cmap="gray", vmin=0, vmax=255)
        axes.set_title(title, fontsize=10, color="firebrick" if is_wrong else "black")
    png.save(figure, path)
