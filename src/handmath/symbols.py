"""`data/symbols.safetensors`: the images of each split as tensors, with the classes' names."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

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


def write(path: Path, splits: dict[str, Split], classes: list[str]) -> None:
    """Write the splits under their names, and the classes' names in the order of the labels."""
    tensors = {}
    for name, split in splits.items():
        tensors[f"{name}.images"] = split.images
        tensors[f"{name}.labels"] = split.labels
    with whole(path) as partial:
        partial.write_bytes(save(tensors, metadata={"classes": json.dumps(classes)}))


def read(split: str, path: Path = PATH) -> Split:
    """Read one split and leave the others on the disk.

    Raises:
        InputError: the file is missing.
    """
    with _open(path) as file:
        return Split(file.get_tensor(f"{split}.images"), file.get_tensor(f"{split}.labels"))


def read_labels(split: str, path: Path = PATH) -> np.ndarray:
    """Read the labels of one split without its images.

    Raises:
        InputError: the file is missing.
    """
    with _open(path) as file:
        labels: np.ndarray = file.get_tensor(f"{split}.labels")
        return labels


def classes(path: Path = PATH) -> list[str]:
    """Names of the classes, in the order of the labels.

    Raises:
        InputError: the file is missing.
    """
    with _open(path) as file:
        names: list[str] = json.loads(file.metadata()["classes"])
        return names


def _open(path: Path) -> safe_open:
    try:
        return safe_open(path, framework="np")
    except FileNotFoundError:
        raise InputError(f"{path} is missing; `dvc repro preprocess` makes it") from None
