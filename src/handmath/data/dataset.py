"""`data/<network>.safetensors`: the images of each split as tensors, with the classes' names."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from handmath.base.errors import InputError
from handmath.base.files import atomic_write

SPLITS = ("train", "validation", "test")


class Split(NamedTuple):
    """Images and labels of one split.

    images: uint8 [N, 1, size, size], 0 black to 255 white.
    labels: int64 [N], indices into `classes()`.
    """

    images: np.ndarray
    labels: np.ndarray

    def at(self, rows: np.ndarray) -> "Split":
        """Those at some rows, int [n] or a mask, bool [N]."""
        return Split(self.images[rows], self.labels[rows])


def path(network: str) -> Path:
    """The file of the images as they are framed for a network."""
    return Path(f"data/{network}.safetensors")


def write(
    file: Path,
    train: Split,
    held_out: np.ndarray,
    test: Split,
    leaked: np.ndarray,
    classes: list[str],
) -> None:
    """Write the images without a copy of them in memory.

    `held_out`, bool [N], marks the training images that are the validation split; `leaked`, bool
    [N], the test images whose size and grey pixels are those of an image in train or validation;
    `classes` are the names in the order of the labels.
    """
    tensors = {
        "train.images": train.images,
        "train.labels": train.labels,
        "train.held_out": held_out,
        "test.images": test.images,
        "test.labels": test.labels,
        "test.leaked": leaked,
    }
    with atomic_write(file) as partial:
        save_file(tensors, partial, metadata={"classes": json.dumps(classes)})


def read(split: str, file: Path) -> Split:
    """Read one of `SPLITS`; no image of the test split is touched for the sake of another.

    Raises:
        InputError: the file is missing.
    """
    labels, rows = _labels(split, file)
    with _open(file) as tensors:
        return Split(tensors.get_tensor(f"{_part(split)}.images")[rows], labels)


def read_labels(split: str, file: Path) -> np.ndarray:
    """Read the labels of one split without its images.

    Raises:
        InputError: the file is missing.
    """
    return _labels(split, file)[0]


def read_leaked(file: Path) -> np.ndarray:
    """Read which test images are also in train or validation, as any file: bool [N].

    Raises:
        InputError: the file is missing.
    """
    with _open(file) as tensors:
        leaked: np.ndarray = tensors.get_tensor("test.leaked")
        return leaked


def classes(file: Path) -> list[str]:
    """Names of the classes, in the order of the labels.

    Raises:
        InputError: the file is missing.
    """
    with _open(file) as tensors:
        names: list[str] = json.loads(tensors.metadata()["classes"])
        return names


def _part(split: str) -> str:
    return "test" if split == "test" else "train"


def _labels(split: str, file: Path) -> tuple[np.ndarray, np.ndarray | slice]:
    """Labels of a split, and its rows in its part of the file."""
    with _open(file) as tensors:
        labels: np.ndarray = tensors.get_tensor(f"{_part(split)}.labels")
        if split == "test":
            return labels, slice(None)
        held_out: np.ndarray = tensors.get_tensor("train.held_out")
        rows = held_out if split == "validation" else ~held_out
        return labels[rows], rows


def _open(file: Path) -> safe_open:
    try:
        return safe_open(file, framework="np")
    except FileNotFoundError:
        raise InputError(f"{file} is missing; `dvc repro preprocess` makes it") from None
