"""What the network is shown of a group of pieces: a crop of it, and how large it is."""

import numpy as np
from PIL import Image

from handmath.reading.classify import SIZE
from handmath.reading.exact import log
from handmath.reading.expression.groups import Group
from handmath.reading.expression.pieces import Pieces
from handmath.reading.segment import SEGMENTATION

SMALLEST = 0.6  # of the writing's size: side of the smallest crop, so that a dot stays small
STEPS = 40.0  # of a size, to a factor of e
LARGEST = 127  # steps, up or down


def crop(pieces: Pieces, group: Group) -> np.ndarray:
    """Cut a square around a group: it is black, its neighbours grey, the paper white.

    Returns:
        Uint8 [SIZE, SIZE].
    """
    left, top, right, bottom = group.box
    longer = max(right - left, bottom - top)
    with_margin = longer * (1 + 2 * SEGMENTATION.crop_margin)
    side = max(round(max(with_margin, SMALLEST * pieces.size)), 1)
    x, y = (left + right - side) // 2, (top + bottom - side) // 2
    height, width = pieces.labels.shape
    seen = pieces.labels[max(y, 0) : min(y + side, height), max(x, 0) : min(x + side, width)]
    shades = np.full(len(pieces.boxes) + 1, SEGMENTATION.neighbour, dtype=np.uint8)
    shades[0] = 255
    shades[[member + 1 for member in group.members]] = 0
    square = np.full((side, side), 255, dtype=np.uint8)
    there_y, there_x = max(-y, 0), max(-x, 0)
    square[there_y : there_y + seen.shape[0], there_x : there_x + seen.shape[1]] = shades[seen]
    picture = Image.frombuffer("L", square.shape, square, "raw", "L", 0, 1)
    return np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR))


def sizes(group: Group, size: float) -> tuple[int, int]:
    """Width and height of a group against the writing's size, as steps of a logarithm."""
    left, top, right, bottom = group.box
    wide, high = (
        round(float(log(np.float64(max(side, 1) / size))) * STEPS)
        for side in (right - left, bottom - top)
    )
    return _within(wide), _within(high)


def _within(steps: int) -> int:
    return max(-LARGEST, min(steps, LARGEST))
