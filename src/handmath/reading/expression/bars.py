"""An equals sign has paper between its bars; a thick minus has none."""

from collections.abc import Sequence

import numpy as np

from handmath.data import alphabet

INK = 64  # a crop's shade: what is darker is of the group, not of its neighbours
PARTED = 0.25  # of the columns with ink, at least, have ink above ink, with paper between
ONE_BAR = -4.0  # added to a logarithm, for bars that touch all along are hardly ever meant so
STACKED = {"=", "≡"}


def not_one(crops: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """What is to be added to the scores of groups, so that one bar is not taken for two.

    Args:
        crops: uint8 [N, size, size], 0 where a group has ink.
        classes: names of the scores' columns.

    Returns:
        Float64 [N, classes], 0 or `ONE_BAR`.
    """
    ink = crops < INK
    runs = ink[:, :1].sum(axis=1) + (ink[:, 1:] & ~ink[:, :-1]).sum(axis=1)
    parted = (runs > 1).sum(axis=1) >= PARTED * (runs > 0).sum(axis=1)
    stacked = np.array([alphabet.character(name) in STACKED for name in classes])
    added: np.ndarray = np.where(~parted[:, None] & stacked, ONE_BAR, 0.0)
    return added
