"""`data/<network>.safetensors`: the images of each split as tensors, with the classes' names."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from handmath.base import files
from handmath.base.errors import InputError, reason
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
        try:
            save_file(tensors, partial, metadata={"classes": json.dumps(classes)})
        except SafetensorError as error:
            raise OSError(reason(error)) from None


def read(split: str, file: Path) -> Split:
    """Read one of `SPLITS`; no image of the test split is touched for the sake of another.

    Raises:
        InputError: the file is missing or damaged.
    """
    with _opened(file) as tensors:
        labels, rows = _labels(split, tensors)
        part = _part(split)
        images = tensors.get_tensor(f"{part}.images")
        count = len(tensors.get_tensor(f"{part}.labels"))
        side = images.shape[-1]
        _check(images, f"{part}.images", "uint8", (count, 1, side, side))
        return Split(images[rows], labels)


def read_labels(split: str, file: Path) -> np.ndarray:
    """Read the labels of one split without its images.

    Raises:
        InputError: the file is missing or damaged.
    """
    with _opened(file) as tensors:
        return _labels(split, tensors)[0]


def read_leaked(file: Path) -> np.ndarray:
    """Read which test images are also in train or validation, as any file: bool [N].

    Raises:
        InputError: the file is missing or damaged.
    """
    with _opened(file) as tensors:
        leaked: np.ndarray = tensors.get_tensor("test.leaked")
        _check(leaked, "test.leaked", "bool", (len(tensors.get_tensor("test.labels")),))
        return leaked


def classes(file: Path) -> list[str]:
    """Names of the classes, in the order of the labels.

    Raises:
        InputError: the file is missing or damaged.
    """
    with _opened(file) as tensors:
        return _classes(tensors)


def _classes(tensors: Any) -> list[str]:
    names: list[str] = json.loads(tensors.metadata()["classes"])
    if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        raise ValueError("its classes are no names")
    return names


def _part(split: str) -> str:
    return "test" if split == "test" else "train"


def _labels(split: str, tensors: Any) -> tuple[np.ndarray, np.ndarray | slice]:
    """Labels of a split, and its rows in its part of the file."""
    part = _part(split)
    labels: np.ndarray = tensors.get_tensor(f"{part}.labels")
    _check(labels, f"{part}.labels", "int64", (labels.size,))
    if labels.size and not 0 <= labels.min() <= labels.max() < len(_classes(tensors)):
        raise ValueError(f"{part}.labels are not those of its classes")
    if split == "test":
        return labels, slice(None)
    held_out: np.ndarray = tensors.get_tensor("train.held_out")
    _check(held_out, "train.held_out", "bool", labels.shape)
    rows = held_out if split == "validation" else ~held_out
    return labels[rows], rows


def _check(tensor: np.ndarray, name: str, dtype: str, shape: tuple[int, ...]) -> None:
    if tensor.dtype != dtype or tensor.shape != shape:
        raise ValueError(
            f"{name} is {tensor.dtype} {list(tensor.shape)}, not {dtype} {list(shape)}"
        )


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """Open the file; whatever is wrong with what is read out of it is one line.

    Raises:
        InputError: the file is missing or damaged.
    """
    try:
        files.check(file)
        with safe_open(file, framework="np") as tensors:
            yield tensors
    except FileNotFoundError:
        raise InputError(f"{file} is missing; `dvc repro preprocess` makes it") from None
    except (SafetensorError, OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{file} is damaged ({reason(error)}); delete it, and `dvc repro preprocess` makes it"
        ) from None
