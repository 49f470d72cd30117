"""The file of tensors: each split comes out as it went in, alone."""

from pathlib import Path

import numpy as np
import pytest

from handmath.base.errors import InputError
from handmath.data import dataset
from handmath.data.dataset import Split


@pytest.fixture
def path(tmp_path: Path) -> Path:
    images = np.arange(5 * 64, dtype=np.uint8).reshape(5, 1, 8, 8)
    train = Split(images, np.array([0, 0, 1, 1, 1]))
    test = Split(images[:2] + 7, np.array([1, 0]))
    held_out = np.array([False, True, False, False, True])
    leaked = np.array([False, True])
    dataset.write(tmp_path / "s.safetensors", train, held_out, test, leaked, ["a", "é"])
    return tmp_path / "s.safetensors"


@pytest.mark.parametrize(
    ("split", "first_pixels", "labels"),
    [
        ("train", [0, 128, 192], [0, 1, 1]),
        ("validation", [64, 0], [0, 1]),
        ("test", [7, 71], [1, 0]),
    ],
)
def test_splits(path: Path, split: str, first_pixels: list[int], labels: list[int]) -> None:
    images, read_labels = dataset.read(split, path)
    assert images[:, 0, 0, 0].tolist() == first_pixels
    assert read_labels.tolist() == labels
    assert dataset.read_labels(split, path).tolist() == labels


def test_leaked(path: Path) -> None:
    assert dataset.read_leaked(path).tolist() == [False, True]


def test_classes(path: Path) -> None:
    assert dataset.classes(path) == ["a", "é"]


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        dataset.classes(tmp_path / "none.safetensors")
