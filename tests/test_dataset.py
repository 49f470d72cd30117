"""The file of tensors: each split comes out as it went in, alone."""

import resource
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

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


def damaged(path: Path, change: str) -> Path:
    """The file with one thing wrong."""
    with safe_open(path, framework="np") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    metadata: dict[str, str] | None = {"classes": '["a", "é"]'}
    match change:
        case "labels of no class":
            tensors["train.labels"][0] = 2
            tensors["test.labels"][0] = -1
        case "labels are floats":
            tensors |= {f"{s}.labels": tensors[f"{s}.labels"] * 1.0 for s in ("train", "test")}
        case "images are floats":
            tensors |= {f"{s}.images": tensors[f"{s}.images"] / 255 for s in ("train", "test")}
        case "images of no square":
            tensors |= {f"{s}.images": tensors[f"{s}.images"][..., 1:] for s in ("train", "test")}
        case "fewer images":
            tensors |= {f"{s}.images": tensors[f"{s}.images"][1:] for s in ("train", "test")}
        case "a number instead of labels":
            tensors |= {f"{s}.labels": np.array(1) for s in ("train", "test")}
        case "mask of another length":
            tensors["train.held_out"] = tensors["test.leaked"]
            tensors["test.labels"] = tensors["train.labels"]
        case "nothing":
            tensors = {}
        case "no metadata":
            metadata = None
        case "classes that are no list":
            metadata = {"classes": "7"}
        case "classes that are no JSON":
            metadata = {"classes": "a, b"}
        case "no classes":
            metadata = {"classes": "[]"}
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, path, metadata=metadata)
    data = path.read_bytes()
    match change:
        case "empty":
            path.write_bytes(b"")
        case "cut off":
            path.write_bytes(data[:-100])
        case "text":
            path.write_bytes(b"<html>Please sign in</html>")
        case "huge header":
            path.write_bytes(b"\xff" * 7 + b"\x7f" + data)
        case "folder":
            path.unlink()
            path.mkdir()
    return path


@pytest.mark.parametrize("split", dataset.SPLITS)
@pytest.mark.parametrize(
    "change",
    ["labels of no class", "labels are floats", "images are floats", "images of no square",
     "fewer images", "a number instead of labels", "mask of another length", "nothing",
     "no metadata", "classes that are no list", "classes that are no JSON", "no classes",
     "empty", "cut off", "text", "huge header", "folder"],
)  # fmt: skip
def test_damaged(path: Path, change: str, split: str) -> None:
    with pytest.raises(InputError, match="is damaged") as caught:
        dataset.read(split, damaged(path, change))
    assert str(caught.value).isprintable()


def test_what_is_not_asked_for_may_be_damaged_but_is_named_when_it_is(path: Path) -> None:
    damaged(path, "mask of another length")
    with pytest.raises(InputError, match=r"is damaged .*leaked is bool"):
        dataset.read_leaked(path)
    with pytest.raises(InputError, match="is damaged"):
        dataset.classes(damaged(path, "no classes"))


def test_full_disk(tmp_path: Path) -> None:
    images = np.zeros((9, 1, 32, 32), dtype=np.uint8)
    split, mask = Split(images, np.zeros(9, dtype=np.int64)), np.zeros(9, dtype=bool)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        with pytest.raises(InputError, match=r"s.safetensors cannot be written"):
            dataset.write(tmp_path / "s.safetensors", split, mask, split, mask, ["a", "b"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        dataset.classes(tmp_path / "none.safetensors")
