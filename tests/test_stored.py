"""Pictures in a temporary file read back as they were, and leave nothing behind."""

import gc
from pathlib import Path

import numpy as np
import pytest

from handmath.base.errors import InputError
from handmath.data import stored
from handmath.data.stored import Stored
from handmath.learning.crops import CropImages


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pictures(count: int, *shape: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = [shape or tuple(rng.integers(1, 40, size=2)) for _ in range(count)]
    return [rng.integers(256, size=of, dtype=np.uint8) for of in shapes]


def test_each_comes_back_as_it_was() -> None:
    kept, written = Stored(), pictures(50)
    for picture in written:
        kept.append(picture[::-1])  # other than its bytes lie in memory
    assert len(kept) == 50
    for found, picture in zip(kept, written, strict=True):
        assert np.array_equal(found, picture[::-1])
    assert np.array_equal(kept[-1], written[-1][::-1])
    with pytest.raises(IndexError):
        kept[50]


def test_some_of_them_are_read_out_of_the_same_file() -> None:
    kept, written = Stored(), pictures(9)
    for picture in written:
        kept.append(picture)
    some, last = kept.at([7, 2, 2]), kept[6:]
    del kept
    assert [p.tobytes() for p in some] == [written[i].tobytes() for i in (7, 2, 2)]
    assert [p.tobytes() for p in last] == [p.tobytes() for p in written[6:]]


def test_crops_read_as_one_array() -> None:
    kept, written = Stored(), np.stack(pictures(12, 8, 8))
    for picture in written:
        kept.append(picture)
    crops, rows = CropImages(kept), np.array([11, 0, 5, 0])
    assert len(crops) == 12
    assert np.array_equal(crops[rows], written[rows][:, None])
    assert np.array_equal(crops[3:7], written[3:7][:, None])
    assert np.array_equal(crops[:], written[:, None])


def test_nothing_stays_behind() -> None:
    opened = len(list(Path("/dev/fd").iterdir()))
    kept = Stored()
    kept.append(pictures(1)[0])
    some = kept[:]
    assert len(list(Path("/dev/fd").iterdir())) == opened + 1
    assert not list(stored.FOLDER.iterdir())
    del kept, some
    gc.collect()
    assert len(list(Path("/dev/fd").iterdir())) == opened


def test_a_folder_that_cannot_be_made_is_named() -> None:
    stored.FOLDER.touch()
    with pytest.raises(InputError, match=r"\.cache cannot be written"):
        Stored()
