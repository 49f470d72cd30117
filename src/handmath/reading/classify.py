"""What a network is shown of a segmentation hypothesis."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from handmath.reading.segment import SEGMENTATION, Components, Hypothesis

REJECT = ""  # the class of a hypothesis that is no symbol
SIZE = 32  # pixels, side of a crop


def crop(components: Components, hypothesis: Hypothesis) -> np.ndarray:
    """Cut a square around a hypothesis: it is black, its neighbours grey, the paper white.

    Returns:
        Uint8 [SIZE, SIZE].
    """
    shown = range(hypothesis.first, hypothesis.last)
    least = SEGMENTATION.smallest_crop * components.height
    return show(components.labels, len(components.boxes), shown, hypothesis.box, least)


def show(
    labels: np.ndarray,
    count: int,
    shown: Sequence[int],
    box: tuple[int, int, int, int],
    least: float,
) -> np.ndarray:
    """Cut a square around some parts of the ink: black, the others grey, the paper white.

    Args:
        labels: unsigned [height, width]; 0 is paper, else 1 + the index of a part.
        count: of the parts.
        shown: indices of those that are shown.
        box: around them: left, top, right, bottom, the last two exclusive.
        least: side of the square in pixels, at least.

    Returns:
        Uint8 [SIZE, SIZE].
    """
    left, top, right, bottom = box
    longer = max(right - left, bottom - top)
    side = max(round(max(longer * (1 + 2 * SEGMENTATION.crop_margin), least)), 1)
    x, y = (left + right - side) // 2, (top + bottom - side) // 2
    height, width = labels.shape
    seen = labels[max(y, 0) : min(y + side, height), max(x, 0) : min(x + side, width)]
    shades = np.full(count + 1, SEGMENTATION.neighbour, dtype=np.uint8)
    shades[0] = 255
    shades[[part + 1 for part in shown]] = 0
    square = np.full((side, side), 255, dtype=np.uint8)
    there_y, there_x = max(-y, 0), max(-x, 0)
    square[there_y : there_y + seen.shape[0], there_x : there_x + seen.shape[1]] = shades[seen]
    # Pillow's, for it computes in integers: the same on every CPU.
    picture = Image.frombuffer("L", square.shape, square, "raw", "L", 0, 1)  # without a copy
    small = picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return np.asarray(small)
