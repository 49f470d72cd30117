"""The ink of single symbols, whatever their pictures' shapes."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handmath.base.errors import InputError
from handmath.data import framing, ink
from handmath.drawing import layout


def write(folder: Path, *pictures: np.ndarray) -> Path:
    (folder / "a").mkdir()
    for index, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"a/{index}.png")
    return folder


def blank(high: int, wide: int) -> np.ndarray:
    return np.full((high, wide), 255, dtype=np.uint8)


def test_blank_images_alone_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, blank(40, 40), blank(1, 1), blank(30, 40))
    with pytest.raises(InputError, match="every image is blank or cannot be read"):
        ink.read(folder, 2400)
    with pytest.raises(InputError, match="every image is blank or cannot be read"):
        ink.read_split(folder, 0.3, 2400)


def test_no_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="every image is blank or cannot be read"):
        ink.read_split(tmp_path, 0.3, 2400)


def test_large_ink_is_made_smaller_and_a_hairline_stays(tmp_path: Path) -> None:
    hairline = blank(2000, 1000)
    hairline[10:-10, 500] = 127
    (found,) = ink.read(write(tmp_path, hairline), 2400)["a"]
    assert found.shape == (ink.LONGEST, 1)
    assert (found > 255 - framing.INK).all()


def test_ink_up_to_that_size_is_left_as_it_is(tmp_path: Path) -> None:
    picture = blank(200, 200)
    picture[20 : 20 + ink.LONGEST, 30:50] = np.arange(20, dtype=np.uint8)
    (found,) = ink.read(write(tmp_path, picture), 2400)["a"]
    assert np.array_equal(found, 255 - picture[20 : 20 + ink.LONGEST, 30:50])


def test_the_ink_of_many_images_is_not_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    noise = [rng.integers(2, size=(160, 160), dtype=np.uint8) * 255 for _ in range(400)]
    folder = write(tmp_path, *noise)
    ink.read(folder, 2400)  # what is loaded on the way stays
    tracemalloc.start()
    try:
        kept, validation = ink.read_split(folder, 0.3, 2400)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept["a"]) + len(validation["a"]) == 400
    assert max(picture.size for picture in kept["a"]) > 25_000
    assert held < 400 * 2000
    assert peak < 400 * 5000 + 2_000_000  # for one image at a time


def test_a_dash_of_no_operator_does_not_widen_a_line_without_end() -> None:
    """As high as a digit, this one would be 70,000 pixels wide."""
    pictures = {"a": [np.full((2, 2300), 255, dtype=np.uint8)]}
    line = layout.line(pictures, ["a"] * 3, 64, np.random.default_rng(0))
    assert line.owner.shape[1] < 3 * 20 * 64
