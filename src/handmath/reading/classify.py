"""What a network is shown of a group of pieces."""

import numpy as np
from PIL import Image

from handmath.reading.segment import Group, Pieces

NOTHING = ""  # the class of a group of pieces that is no symbol
SIZE = 32  # pixels, side of a tile
MARGIN = 0.07  # white around a group on each side, as a share of its longer side
LEAST = 0.8  # of the line's height, side of the smallest tile: a dot stays small
NEIGHBOUR = 176  # grey of what lies in a tile and does not belong to its group


def tile(pieces: Pieces, group: Group) -> np.ndarray:
    """Cut a square around a group: it is black, its neighbours grey, the paper white.

    Returns:
        Uint8 [SIZE, SIZE].
    """
    left, top, right, bottom = group.box
    longer = max(right - left, bottom - top)
    side = round(max(longer * (1 + 2 * MARGIN), LEAST * pieces.height))
    x, y = (left + right - side) // 2, (top + bottom - side) // 2
    height, width = pieces.labels.shape
    seen = pieces.labels[max(y, 0) : min(y + side, height), max(x, 0) : min(x + side, width)]
    shades = np.full(len(pieces.boxes) + 1, NEIGHBOUR, dtype=np.uint8)
    shades[0] = 255
    shades[group.first + 1 : group.last + 1] = 0
    square = np.full((side, side), 255, dtype=np.uint8)
    there_y, there_x = max(-y, 0), max(-x, 0)
    square[there_y : there_y + seen.shape[0], there_x : there_x + seen.shape[1]] = shades[seen]
    # Pillow's, for it computes in integers: the same on every CPU.
    small = Image.fromarray(square).resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return np.asarray(small)
