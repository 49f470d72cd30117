"""The ink of all symbols, in two files, as `preprocess` leaves it for those who compose of it.

`data/ink.bin` holds the symbols' pixels, one after the other; `data/ink.safetensors` says where
each one begins, how large it is, of which class and in which split.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from handmath.base import files
from handmath.base.errors import InputError
from handmath.data import dataset
from handmath.data.ink import LONGEST, Pictures
from handmath.data.stored import Stored

PIXELS = Path("data/ink.bin")
PLACES = Path("data/ink.safetensors")


class Writer:
    """Writes symbols into a file.

    Attributes:
        places: three numbers of each: where it begins, its height, its width; all 0 without ink.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.places = array("q")

    def append(self, picture: np.ndarray | None) -> None:
        """Write one more, uint8 [height, width], or note that an image has no ink."""
        if picture is None:
            self.places.extend((0, 0, 0))
        else:
            self.places.extend((self._file.tell(), *picture.shape))
            self._file.write(picture.tobytes())


@contextmanager
def writing() -> Iterator[Writer]:
    """Write `PIXELS`; the file appears when all is done.

    Raises:
        InputError: the disk is full or does not allow it.
    """
    with files.atomic_write(PIXELS) as partial, partial.open("wb") as file:
        yield Writer(file)


def write_places(
    places: Sequence[int],
    train: np.ndarray,
    held_out: np.ndarray,
    test: np.ndarray,
    classes: list[str],
) -> None:
    """Write `PLACES`.

    Args:
        places: those of the training images and then of the test images, as a `Writer` has them.
        train: int64 [N], labels of the training images.
        held_out: bool [N], marks those that are the validation split.
        test: int64 [M], labels of the test images.
        classes: names in the order of the labels.
    """
    rows = np.array(places, dtype=np.int64).reshape(-1, 3)
    tensors = {
        "train.places": rows[: len(train)],
        "train.labels": train,
        "train.held_out": held_out,
        "test.places": rows[len(train) :],
        "test.labels": test,
    }
    dataset.save(PLACES, tensors, classes)


def read(split: str) -> Pictures:
    """Open the ink of one of `dataset.SPLITS`; a picture is read when somebody looks at it.

    Raises:
        InputError: a file is missing or damaged, or no image of the split has ink.
    """
    with dataset.opened(PLACES) as tensors:
        labels, rows = dataset.labels_of(split, tensors)
        names = dataset.classes_of(tensors)
        part = dataset.part_of(split)
        places: np.ndarray = tensors.get_tensor(f"{part}.places")
        count = len(tensors.get_tensor(f"{part}.labels"))
        dataset.check(places, f"{part}.places", "int64", (count, 3))
        if count and not 0 <= places[:, 1:].min() <= places[:, 1:].max() <= LONGEST:
            raise ValueError(f"{part}.places are not those of symbols")
        places = places[rows]
    with dataset.reading(PIXELS):
        stored = Stored.read(PIXELS, places)
    inked = places[:, 1] > 0
    found = {
        name: stored.at(np.flatnonzero(inked & (labels == label)).tolist())
        for label, name in enumerate(names)
    }
    pictures = {name: of_class for name, of_class in found.items() if len(of_class)}
    if not pictures:
        raise InputError(
            f"no {split} images with ink: all are blank, or every class has too few; add images"
        )
    return pictures
