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
    save(file, tensors, classes)


def save(file: Path, tensors: dict[str, np.ndarray], classes: list[str]) -> None:
    """Write tensors with the names of the classes.

    Raises:
        InputError: the disk is full or does not allow it.
    """
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
    with opened(file) as tensors:
        labels, rows = labels_of(split, tensors)
        part = part_of(split)
        images = tensors.get_tensor(f"{part}.images")
        count = len(tensors.get_tensor(f"{part}.labels"))
        side = images.shape[-1]
        check(images, f"{part}.images", "uint8", (count, 1, side, side))
        return Split(images[rows], labels)


def read_labels(split: str, file: Path) -> np.ndarray:
    """Read the labels of one split without its images.

    Raises:
        InputError: the file is missing or damaged.
    """
    with opened(file) as tensors:
        return labels_of(split, tensors)[0]


def read_leaked(file: Path) -> np.ndarray:
    """Read which test images are also in train or validation, as any file: bool [N].

    Raises:
        InputError: the file is missing or damaged.
    """
    with opened(file) as tensors:
        leaked: np.ndarray = tensors.get_tensor("test.leaked")
        check(leaked, "test.leaked", "bool", (len(tensors.get_tensor("test.labels")),))
        return leaked


def classes(file: Path) -> list[str]:
    """Names of the classes, in the order of the labels.

    Raises:
        InputError: the file is missing or damaged.
    """
    with opened(file) as tensors:
        return classes_of(tensors)


def classes_of(tensors: Any) -> list[str]:
    """Names of the classes in an opened file."""
    names: list[str] = json.loads(tensors.metadata()["classes"])
    if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        raise ValueError("its classes are no names")
    return names


def part_of(split: str) -> str:
    """Which part of a file a split is in; the validation split is in train."""
    return "test" if split == "test" else "train"


def labels_of(split: str, tensors: Any) -> tuple[np.ndarray, np.ndarray | slice]:
    """Labels of a split, and its rows in its part of an opened file."""
    part = part_of(split)
    labels: np.ndarray = tensors.get_tensor(f"{part}.labels")
    check(labels, f"{part}.labels", "int64", (labels.size,))
    if labels.size and not 0 <= labels.min() <= labels.max() < len(classes_of(tensors)):
        raise ValueError(f"{part}.labels are not those of its classes")
    if split == "test":
        return labels, slice(None)
    held_out: np.ndarray = tensors.get_tensor("train.held_out")
    check(held_out, "train.held_out", "bool", labels.shape)
    rows = held_out if split == "validation" else ~held_out
    return labels[rows], rows


def check(tensor: np.ndarray, name: str, dtype: str, shape: tuple[int, ...]) -> None:
    """Raise a ValueError, which `opened` puts into words, for a tensor of another kind."""
    if tensor.dtype != dtype or tensor.shape != shape:
        raise ValueError(
            f"{name} is {tensor.dtype} {list(tensor.shape)}, not {dtype} {list(shape)}"
        )


@contextmanager
def opened(file: Path) -> Iterator[Any]:
    """Open the file; see `reading`."""
    with reading(file), safe_open(file, framework="np") as tensors:
        yield tensors


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Turn whatever is wrong with what is read out of a file into one line.

    Raises:
        InputError: the file is missing or damaged.
    """
    try:
        files.check(file)
        yield
    except FileNotFoundError:
        raise InputError(f"{file} is missing; `dvc repro preprocess` makes it") from None
    except (SafetensorError, OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{file} is damaged ({reason(error)}); delete it, and `dvc repro preprocess` makes it"
        ) from None
