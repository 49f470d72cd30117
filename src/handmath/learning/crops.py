"""Crops to train a reader's network on: as many as are composed, and few of them in memory."""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from handmath.base.errors import InputError
from handmath.data.stored import Stored

PART = 64  # crops that a function is given at a time


class CropImages:
    """Crops in a temporary file; read as one array, uint8 [N, 1, size, size], 0 ink to 255 paper.

    Args:
        crops: uint8 [size, size] each.
    """

    def __init__(self, crops: Stored) -> None:
        self._crops = crops

    def __len__(self) -> int:
        return len(self._crops)

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Read those at some rows, a slice or int [n]."""
        numbers = range(len(self))[rows] if isinstance(rows, slice) else rows.tolist()
        return np.stack([self._crops[number] for number in numbers])[:, None]


class Crops(NamedTuple):
    """Crops and their labels, int64 [N], indices into the classes."""

    images: CropImages
    labels: np.ndarray


class SizedCrops(NamedTuple):
    """Crops, their labels and, int8 [N, 2], how large what they show is."""

    images: CropImages
    labels: np.ndarray
    sizes: np.ndarray


def labelled(labels: Sequence[int], key: str) -> np.ndarray:
    """The crops' labels, int64 [N].

    Args:
        labels: indices into the classes.
        key: of `params.yaml`, which sets how much is composed.

    Raises:
        InputError: there are none.
    """
    if not labels:
        raise InputError(
            f"{key} is too small: of so few there is none to learn from or to validate with; set "
            "it to 100 or more"
        )
    return np.array(labels)


def in_parts(
    function: Callable[[np.ndarray, np.ndarray | None], np.ndarray],
    crops: CropImages | np.ndarray,
    sizes: np.ndarray | None = None,
) -> np.ndarray:
    """What a function makes of all crops, [N, …], where it makes it of each by itself.

    It is given their sizes, too, if there are any.
    """

    def made(start: int) -> np.ndarray:
        rows = slice(start, start + PART)
        return function(crops[rows], None if sizes is None else sizes[rows])

    parts = map(made, range(0, len(crops), PART))
    first = next(parts)
    found = np.empty((len(crops), *first.shape[1:]), dtype=first.dtype)
    start = 0
    for part in itertools.chain([first], parts):
        found[start : start + len(part)] = part
        start += len(part)
    return found
