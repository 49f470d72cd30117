"""Images to tensors: the notebook's transform, pixel for pixel."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import jpeg
from handmath import images, strokes
from handmath.errors import InputError
from handmath.params import Preprocess
from handmath.preprocess import read_folder
from handmath.vision import transforms

PREPROCESS = Preprocess(crop=130, size=32, max_unreadable=0)


def save(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
@pytest.mark.parametrize("symbol", strokes.SYMBOLS)
def test_equals_the_notebooks_transform(symbol: str, kind: str) -> None:
    data = save(strokes.draw(symbol, np.random.default_rng(1)), kind)
    with Image.open(io.BytesIO(data)) as image:
        cropped = transforms.center_crop(image.convert("RGB"), [130])
    expected = np.asarray(transforms.resize(transforms.to_grayscale(cropped), [32]))
    assert np.array_equal(images.transform(data, 130, 32), expected)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_any_kind_of_pixels(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    tensor = images.transform(save(Image.new(mode, (140, 140)), kind), 130, 32)
    assert tensor.shape == (32, 32)
    assert tensor.dtype == np.uint8


@pytest.mark.parametrize("size", [(45, 45), (28, 28), (100, 60), (130, 20)])
def test_small_images_get_no_black_border(size: tuple[int, int]) -> None:
    assert images.transform(jpeg(255, size), 130, 32).min() == 255


def folder(tmp_path: Path, **files: bytes) -> Path:
    for index, data in enumerate(files.values()):
        label = "ab"[index % 2]
        (tmp_path / label).mkdir(exist_ok=True)
        (tmp_path / label / f"{index}.jpg").write_bytes(data)
    return tmp_path


def test_order_labels_and_digests(tmp_path: Path) -> None:
    path = folder(tmp_path, p=jpeg(1), q=jpeg(2), r=jpeg(3), s=jpeg(1))
    split, digests = read_folder(path, ["a", "b"], PREPROCESS)
    assert split.images[:, 0, 0, 0].tolist() == [1, 3, 2, 1]
    assert split.labels.tolist() == [0, 0, 1, 1]
    assert digests[0] == digests[3] != digests[1]


def test_more_files_than_a_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "SHARD", 3)
    path = folder(tmp_path, **{f"n{shade}": jpeg(shade) for shade in range(20)})
    split = read_folder(path, ["a", "b"], PREPROCESS).split
    names = sorted(range(0, 20, 2), key=str) + sorted(range(1, 20, 2), key=str)
    assert split.images[:, 0, 0, 0].tolist() == names


BROKEN = {"x": jpeg(9)[:200], "y": b"no image at all", "z": b"", "ok": jpeg(7), "fine": jpeg(8)}


def test_unreadable_images_are_named_and_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_folder(folder(tmp_path, **BROKEN), ["a", "b"], PREPROCESS)
    assert "3 images cannot be read (preprocess.max_unreadable is 0)" in str(caught.value)
    assert str(tmp_path / "a/0.jpg") in str(caught.value)


def test_unreadable_images_within_the_limit_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    borne = PREPROCESS.model_copy(update={"max_unreadable": 3})
    split, digests = read_folder(folder(tmp_path, **BROKEN), ["a", "b"], borne)
    assert split.images[:, 0, 0, 0].tolist() == [8, 7]
    assert split.labels.tolist() == [0, 1]
    assert len(digests) == 2
    assert "left out" in capsys.readouterr().out


def test_decompression_bomb_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(InputError, match="1 images cannot be read"):
        read_folder(folder(tmp_path, x=jpeg(1)), ["a"], PREPROCESS)
