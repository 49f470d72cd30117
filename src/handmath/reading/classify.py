"""What a network is shown of a segmentation hypothesis."""

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
    left, top, right, bottom = hypothesis.box
    longer = max(right - left, bottom - top)
    with_margin = longer * (1 + 2 * SEGMENTATION.crop_margin)
    side = round(max(with_margin, SEGMENTATION.smallest_crop * components.height))
    x, y = (left + right - side) // 2, (top + bottom - side) // 2
    height, width = components.labels.shape
    seen = components.labels[max(y, 0) : min(y + side, height), max(x, 0) : min(x + side, width)]
    shades = np.full(len(components.boxes) + 1, SEGMENTATION.neighbour, dtype=np.uint8)
    shades[0] = 255
    shades[hypothesis.first + 1 : hypothesis.last + 1] = 0
    square = np.full((side, side), 255, dtype=np.uint8)
    there_y, there_x = max(-y, 0), max(-x, 0)
    square[there_y : there_y + seen.shape[0], there_x : there_x + seen.shape[1]] = shades[seen]
    # Pillow's, for it computes in integers: the same on every CPU.
    picture = Image.frombuffer("L", square.shape, square, "raw", "L", 0, 1)  # without a copy
    small = picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return np.asarray(small)
