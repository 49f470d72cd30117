"""`data/symbols.safetensors`: the images of each split as tensors, with the classes' names."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from handmath.errors import InputError
from handmath.files import whole

PATH = Path("data/symbols.safetensors")
SPLITS = ("train", "validation", "test")


class Split(NamedTuple):
    """Images and labels of one split.

    images: uint8 [N, 1, size, size], 0 black to 255 white.
    labels: int64 [N], indices into `classes()`.
    """

    images: np.ndarray
    labels: np.ndarray


def write(
    path: Path,
    train: Split,
    held_out: np.ndarray,
    test: Split,
    leaked: np.ndarray,
    classes: list[str],
) -> None:
    """Write the images without a copy of them in memory.

    `held_out`, bool [N], marks the training images that are the validation split; `leaked`, bool
    [N], the test images that are also in train; `classes` are the names in the order of the labels.
    """
    tensors = {
        "train.images": train.images,
        "train.labels": train.labels,
        "train.held_out": held_out,
        "test.images": test.images,
        "test.labels": test.labels,
        "test.leaked": leaked,
    }
    with whole(path) as partial:
        save_file(tensors, partial, metadata={"classes": json.dumps(classes)})


def read(split: str, path: Path = PATH) -> Split:
    """Read one of `SPLITS`; no image of the test split is touched for the sake of another.

    Raises:
        InputError: the file is missing.
    """
    labels, rows = _labels(split, path)
    with _open(path) as file:
        return Split(file.get_tensor(f"{_part(split)}.images")[rows], labels)


def read_labels(split: str, path: Path = PATH) -> np.ndarray:
    """Read the labels of one split without its images.

    Raises:
        InputError: the file is missing.
    """
    return _labels(split, path)[0]


def read_leaked(path: Path = PATH) -> np.ndarray:
    """Read which test images are, byte for byte, also in train: bool [N].

    Raises:
        InputError: the file is missing.
    """
    with _open(path) as file:
        leaked: np.ndarray = file.get_tensor("test.leaked")
        return leaked


def classes(path: Path = PATH) -> list[str]:
    """Names of the classes, in the order of the labels.

    Raises:
        InputError: the file is missing.
    """
    with _open(path) as file:
        names: list[str] = json.loads(file.metadata()["classes"])
        return names


def _part(split: str) -> str:
    return "test" if split == "test" else "train"


def _labels(split: str, path: Path) -> tuple[np.ndarray, np.ndarray | slice]:
    """Labels of a split, and its rows in its part of the file."""
    with _open(path) as file:
        labels: np.ndarray = file.get_tensor(f"{_part(split)}.labels")
        if split == "test":
            return labels, slice(None)
        held_out: np.ndarray = file.get_tensor("train.held_out")
        rows = held_out if split == "validation" else ~held_out
        return labels[rows], rows


def _open(path: Path) -> safe_open:
    try:
        return safe_open(path, framework="np")
    except FileNotFoundError:
        raise InputError(f"{path} is missing; `dvc repro preprocess` makes it") from None
