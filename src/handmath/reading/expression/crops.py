"""What the network is shown of a group of pieces: a crop of it, and how large it is."""

import numpy as np

from handmath.reading import classify
from handmath.reading.exact import log
from handmath.reading.expression.groups import Group
from handmath.reading.expression.pieces import Pieces

SMALLEST = 0.6  # of the writing's size: side of the smallest crop, so that a dot stays small
STEPS = 40.0  # of a size, to a factor of e
LARGEST = 127  # steps, up or down


def crop(pieces: Pieces, group: Group) -> np.ndarray:
    """Cut a square around a group: it is black, its neighbours grey, the paper white.

    Returns:
        Uint8 [classify.SIZE, classify.SIZE].
    """
    least = SMALLEST * pieces.size
    return classify.show(pieces.labels, len(pieces.boxes), group.members, group.box, least)


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
