"""Images of symbols in rows of four, as in the notebook."""

import math
from collections.abc import Sequence

import numpy as np

from handmath.figures import png

THUMBNAILS = 16
COLUMNS = 4


def choose(count: int, seed: int) -> np.ndarray:
    """Indices of `THUMBNAILS` of `count` images, drawn without repeats; all, if there are fewer."""
    return np.random.default_rng(seed).permutation(count)[:THUMBNAILS]


def draw(
    path: str, images: np.ndarray, titles: Sequence[str], wrong: np.ndarray | None = None
) -> None:
    """Draw up to 16 images, uint8 [N, 1, size, size], a title over each, red where it is wrong."""
    rows = max(1, math.ceil(min(len(images), THUMBNAILS) / COLUMNS))
    with png.figure(path, 8, 2.2 * rows) as figure:
        grid = list(figure.subplots(rows, COLUMNS).flat)
        for axes in grid:
            axes.set_axis_off()
        if not len(images):
            figure.text(0.5, 0.5, "There is none.", ha="center", va="center", fontsize=14)
        marks = np.zeros(len(titles), dtype=bool) if wrong is None else wrong
        for axes, image, title, is_wrong in zip(grid, images, titles, marks, strict=False):
            axes.set_axis_on()
            axes.set(xticks=[], yticks=[])
            axes.imshow(image[0], cmap="gray", vmin=0, vmax=255)
            axes.set_title(title, fontsize=10, color="firebrick" if is_wrong else "black")
