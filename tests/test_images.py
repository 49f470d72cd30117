"""Images to tensors: the notebook's transform, pixel for pixel."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import ROOT, jpeg, write_zip
from handmath.base.errors import InputError
from handmath.base.params import Framing, Preprocess
from handmath.data import archive, dataset, image_file, tensors
from handmath.data.tensors import read_folder
from handmath.data.vision import transforms
from handmath.drawing import glyphs, pen
from handmath.stages import preprocess

CENTRE = Framing(clean=False, crop=130)
INK = Framing(clean=True, crop="ink", margin=0.1, least=64)
PREPROCESS = Preprocess(size=32, max_unreadable=0, notebook=CENTRE, compact=INK)


def save(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
@pytest.mark.parametrize("symbol", glyphs.SYMBOLS)
def test_equals_the_notebooks_transform(symbol: str, kind: str) -> None:
    data = save(pen.draw(symbol, np.random.default_rng(1)), kind)
    with Image.open(io.BytesIO(data)) as image:
        cropped = transforms.center_crop(image.convert("RGB"), [130])
    expected = np.asarray(transforms.resize(transforms.to_grayscale(cropped), [32]))
    assert np.array_equal(tensors.transform(image_file.decode(data), CENTRE, 32), expected)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_any_kind_of_pixels(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    grey = image_file.decode(save(Image.new(mode, (140, 140)), kind))
    tensor = tensors.transform(grey, CENTRE, 32)
    assert tensor.shape == (32, 32)
    assert tensor.dtype == np.uint8


def test_networks_have_framings_of_their_own() -> None:
    """A minus at the right edge: cut off by the centre crop, in the middle of the other square."""
    picture = Image.new("L", (155, 135), 255)
    picture.paste(0, (100, 60, 150, 70))
    assert tensors.transform(picture, CENTRE, 32)[:, -1].min() < 50
    framed = tensors.transform(picture, INK, 32)
    assert framed[:, [0, -1]].min() == 255
    assert framed[16, 16] < 50


@pytest.mark.parametrize("size", [(45, 45), (28, 28), (100, 60), (130, 20)])
def test_small_images_get_no_black_border(size: tuple[int, int]) -> None:
    assert tensors.transform(image_file.decode(jpeg(255, size)), CENTRE, 32).min() == 255


def folder(tmp_path: Path, **files: bytes) -> Path:
    for index, data in enumerate(files.values()):
        label = "ab"[index % 2]
        (tmp_path / label).mkdir(exist_ok=True)
        (tmp_path / label / f"{index}.jpg").write_bytes(data)
    return tmp_path


def test_order_labels_and_digests(tmp_path: Path) -> None:
    path = folder(tmp_path, p=jpeg(1), q=jpeg(2), r=jpeg(3), s=jpeg(1))
    found = read_folder(path, ["a", "b"], PREPROCESS)
    assert found.images["notebook"][:, 0, 0, 0].tolist() == [1, 3, 2, 1]
    assert found.labels.tolist() == [0, 0, 1, 1]
    assert found.digests[0] == found.digests[3] != found.digests[1]
    assert [str(p.relative_to(path)) for p in found.paths] == [
        "a/0.jpg",
        "a/2.jpg",
        "b/1.jpg",
        "b/3.jpg",
    ]


def test_more_files_than_a_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensors, "SHARD", 3)
    path = folder(tmp_path, **{f"n{shade}": jpeg(shade) for shade in range(20)})
    found = read_folder(path, ["a", "b"], PREPROCESS)
    names = sorted(range(0, 20, 2), key=str) + sorted(range(1, 20, 2), key=str)
    assert found.images["notebook"][:, 0, 0, 0].tolist() == names


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
    found = read_folder(folder(tmp_path, **BROKEN), ["a", "b"], borne)
    assert found.images["notebook"][:, 0, 0, 0].tolist() == [8, 7]
    assert len(found.images["compact"]) == len(found.paths) == 2
    assert found.labels.tolist() == [0, 1]
    assert len(found.digests) == 2
    assert "left out" in capsys.readouterr().out


def test_classes_too_small_to_hold_any_out_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    members = {
        f"{name}/{i}.jpg": jpeg(40 * shade + i)
        for shade, (name, count) in enumerate([("a", 30), ("b", 3), ("c", 2), ("d", 1)])
        for i in range(count)
    }
    archive.unpack(write_zip(Path("mine.zip"), members), Path("data/images"), 0.12, 2**30)
    preprocess.main()
    said = capsys.readouterr().out
    assert "no validation images of c, d\n" in said
    assert "no test images of d\n" in said
    file = dataset.path("notebook")
    for label, counts in enumerate([(23, 3, 4), (1, 1, 1), (1, 0, 1), (1, 0, 0)]):
        found = [int((dataset.read_labels(s, file) == label).sum()) for s in dataset.SPLITS]
        assert found == list(counts)


def test_without_images_the_stage_that_makes_them_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="data/images is missing; `dvc repro unzip` makes it"):
        tensors.class_names()


def test_nothing_to_validate_with_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    members = {
        f"{part}/{name}/1.jpg": jpeg(ord(name)) for part in ("train", "eval") for name in "ab"
    }
    archive.unpack(write_zip(Path("mine.zip"), members), Path("data/images"), 0.12, 2**30)
    with pytest.raises(InputError, match="no validation images: every class has too few"):
        preprocess.main()


def test_decompression_bomb_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(InputError, match="1 images cannot be read"):
        read_folder(folder(tmp_path, x=jpeg(1)), ["a"], PREPROCESS)
