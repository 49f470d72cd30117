"""The drawn archive: its layout, its variety, and the same bytes every time."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handmath.base import params
from handmath.drawing import glyphs
from handmath.stages import synthesize

SMALL = params.Synthesize(train_images=12, test_images=3, seed=5)


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return dict(synthesize.draw(SMALL))


def test_layout(drawn: dict[str, bytes]) -> None:
    assert len(glyphs.SYMBOLS) == 16
    folders = {name.rpartition("/")[0] for name in drawn}
    assert folders == {f"{split}/{s}" for split in ("train", "eval") for s in glyphs.SYMBOLS}
    assert len(drawn) == 16 * 15


def test_images_are_like_the_notebooks(drawn: dict[str, bytes]) -> None:
    for name, data in drawn.items():
        image = Image.open(io.BytesIO(data))
        assert image.format == "JPEG", name
        assert image.mode == "RGB", name
        assert 150 <= image.width <= 155, name
        assert 135 <= image.height <= 140, name
        pixels = np.asarray(image.convert("L"))
        assert pixels.max() > 240, name
        assert pixels.min() < 128, f"{name} has no ink"


def test_size_does_not_give_the_class_away(drawn: dict[str, bytes]) -> None:
    heights: dict[str, set[int]] = {}
    for name, data in drawn.items():
        heights.setdefault(name.split("/")[1], set()).add(Image.open(io.BytesIO(data)).height)
    assert all(len(of_class) > 2 for of_class in heights.values())


def test_no_two_images_are_equal(drawn: dict[str, bytes]) -> None:
    assert len(set(drawn.values())) == len(drawn)


def test_same_seed_same_bytes(drawn: dict[str, bytes]) -> None:
    assert dict(synthesize.draw(SMALL)) == drawn
    other = SMALL.model_copy(update={"seed": 6})
    assert not set(dict(synthesize.draw(other)).values()) & set(drawn.values())


def test_archive_is_a_function_of_the_params(tmp_path: Path, drawn: dict[str, bytes]) -> None:
    files = []
    for index in range(2):
        path = tmp_path / f"{index}.zip"
        synthesize.write(path, SMALL)
        files.append(path.read_bytes())
    assert files[0] == files[1]
    with zipfile.ZipFile(io.BytesIO(files[0])) as file:
        assert {
            n.removeprefix("Math_handwriting1/"): file.read(n) for n in file.namelist()
        } == drawn
