"""Images to tensors: the notebook's transform, pixel for pixel."""

import hashlib
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import ExifTags, Image

try:
    import torchvision as torchvision
except RuntimeError:  # one for another build of PyTorch, whose operators cannot load
    for name in ("nms", "qnms"):
        schema = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        torch.library.define(f"torchvision::{name}", schema)
from torchvision.transforms.v2 import functional as transforms

from conftest import ROOT, jpeg, png, write_zip
from handmath.base.errors import InputError
from handmath.base.files import IMAGES
from handmath.base.params import Framing, Preprocess
from handmath.data import archive, dataset, image_file, quality, tensors
from handmath.data.tensors import read_folder
from handmath.drawing import glyphs, pen
from handmath.reading import picture
from handmath.stages import preprocess

CENTRE = Framing(clean=False, crop=130)
INK = Framing(clean=True, crop="ink", margin=0.1, least=64)
PREPROCESS = Preprocess(size=32, max_side=2400, max_unreadable=0, notebook=CENTRE, compact=INK)


def save(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
@pytest.mark.parametrize("symbol", glyphs.SYMBOLS)
def test_equals_the_notebooks_transform(symbol: str, kind: str) -> None:
    data = save(pen.draw(symbol, np.random.default_rng(1)), kind)
    with Image.open(io.BytesIO(data)) as image:
        cropped = transforms.center_crop(image.convert("RGB"), [130])
    expected = np.asarray(transforms.resize(transforms.to_grayscale(cropped), [32]))
    assert np.array_equal(tensors.transform(image_file.decode(data), CENTRE, 32), expected)


def kinds() -> dict[str, bytes]:
    """One picture, black on the left and white on the right, in every way that it can be stored."""
    grey = Image.new("L", (128, 128), 255)
    grey.paste(0, (0, 0, 64, 128))
    ink = Image.new("RGBA", (128, 128), (0, 0, 0, 0))  # black, where it isn't transparent
    ink.paste((0, 0, 0, 255), (0, 0, 64, 128))
    shades = np.asarray(grey)
    palette = grey.convert("P")
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6  # to be turned by a quarter to the right
    left = grey.transpose(Image.Transpose.ROTATE_90)
    lab = Image.merge("LAB", [grey, *[Image.new("L", grey.size, 0)] * 2])
    return {
        **{f"{kind} {mode}": save(grey.convert(mode), kind)
           for kind, modes in {
               "PNG": ("1", "L", "LA", "P", "RGB", "RGBA"), "BMP": ("1", "L", "P", "RGB"),
               "TIFF": ("1", "L", "LA", "RGB", "RGBA", "CMYK"), "GIF": ("1", "L", "P", "RGB"),
               "WEBP": ("L", "RGB", "RGBA"), "JPEG2000": ("L", "RGB"), "AVIF": ("L", "RGB"),
               "PPM": ("1", "L", "RGB"), "JPEG": ("L", "RGB", "CMYK"),
           }.items() for mode in modes},
        **{f"transparent {kind}": save(ink, kind) for kind in ("PNG", "TIFF", "WEBP", "AVIF")},
        "transparent PNG LA": save(ink.convert("LA"), "PNG"),
        "transparent PNG P": save(ink.quantize(4), "PNG"),
        "transparent GIF": save(ink, "GIF"),
        "one transparent grey PNG": save(Image.new("L", (128, 128)), "PNG", transparency=0),
        **{f"16 bits {kind}": save(Image.fromarray(shades.astype(np.uint16) * 257), kind)
           for kind in ("PNG", "TIFF", "PPM")},
        "32 bits TIFF": save(Image.fromarray(shades.astype(np.int32) * 257), "TIFF"),
        "floats to 1 TIFF": save(Image.fromarray(shades.astype(np.float32) / 255), "TIFF"),
        "floats to 255 TIFF": save(Image.fromarray(shades.astype(np.float32)), "TIFF"),
        "LAB TIFF": save(lab, "TIFF"),
        "animated GIF": save(palette, "GIF", save_all=True, append_images=[Image.new("P", (9, 9))]),
        "turned JPEG": save(left, "JPEG", exif=turned),
        "turned PNG": save(left, "PNG", exif=turned),
        "turned TIFF": save(left, "TIFF", exif=turned),
    }  # fmt: skip


KINDS = kinds()
ALL_WHITE = {"one transparent grey PNG"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_pixels(kind: str) -> None:
    """Transparent is white, 16 bits are scaled, what EXIF says is turned; for the reader too."""
    expected = np.full((128, 128), 255)
    if kind not in ALL_WHITE:
        expected[:, :64] = 0
    found = np.asarray(image_file.decode(KINDS[kind]))
    assert found.dtype == np.uint8
    assert np.abs(found - expected).max() <= (12 if "AVIF" in kind or "WEBP" in kind else 1)
    assert tensors.transform(Image.fromarray(found), CENTRE, 32).max() == 255


@pytest.mark.parametrize("kind", KINDS)
def test_the_reader_decodes_alike(kind: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(KINDS[kind])
    grey, size = picture.load(tmp_path / "x", "x")
    assert np.array_equal(grey, np.asarray(image_file.decode(KINDS[kind])))
    assert size == (128, 128)


def test_shades_of_16_bits() -> None:
    deep = np.array([[0, 128, 32768, 65407, 65535]], dtype=np.uint16)
    found = image_file.decode(save(Image.fromarray(deep), "PNG"))
    assert np.asarray(found).tolist() == [[0, 0, 128, 255, 255]]


def test_half_transparent_is_half_white() -> None:
    veil = Image.new("RGBA", (9, 9), (0, 0, 0, 128))
    assert image_file.decode(save(veil, "PNG")).getextrema() == (127, 127)


@pytest.mark.parametrize(
    "data",
    [jpeg(0, (65500, 1)), jpeg(0, (1, 2401)), png(1_000_000, 1), png(13_000, 13_000)],
    ids=["wide", "high", "a million wide", "large"],
)
def test_a_side_over_the_limit_is_unreadable(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)
    _, found = image_file.read(tmp_path / "x", 2400)
    assert re.fullmatch("has .* pixels.*", str(found))


def test_up_to_the_limit_an_image_is_read() -> None:
    assert image_file.decode(jpeg(0, (2400, 2)), 2400).size == (2400, 2)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_file, "MAX_BYTES", 2**20)
    data = bytes(2**20 + 1)
    (tmp_path / "x").write_bytes(data)
    digest, found = image_file.read(tmp_path / "x", 2400)
    assert digest == hashlib.sha256(data).hexdigest()
    assert str(found) == "has more than 1 MB"


def test_a_file_that_cannot_be_opened_is_no_damaged_image(tmp_path: Path) -> None:
    """A folder in its place here; a file without the right to read it gives the same."""
    (tmp_path / "a/x.png").mkdir(parents=True)
    with pytest.raises(InputError, match=r"a/x\.png cannot be opened \(Is a directory\)"):
        tensors.read_shard([tmp_path / "a/x.png"], PREPROCESS)


def test_what_a_decoder_raises_is_unreadable() -> None:
    """Damaged AVIF ends in a RuntimeError; what Pillow would start a program for isn't tried."""
    with pytest.raises(image_file.UnreadableError, match="damaged or cut-off"):
        image_file.decode(KINDS["AVIF L"][:-5] + bytes([255]) * 5)
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n"
    with pytest.raises(image_file.UnreadableError, match="no image of a known kind"):
        image_file.decode(script)


def test_copies_by_pixels_are_leaked_as_the_audit_counts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    pictures = [pen.draw("one", np.random.default_rng(seed)).convert("L") for seed in range(6)]
    for place, seed, kind in [
        ("train/a", 0, "PNG"), ("train/a", 1, "PNG"), ("train/b", 2, "PNG"), ("train/b", 3, "PNG"),
        ("eval/a", 0, "PNG"), ("eval/a", 4, "PNG"), ("eval/b", 2, "BMP"), ("eval/b", 5, "PNG"),
    ]:  # fmt: skip
        Path("data/images", place).mkdir(parents=True, exist_ok=True)
        Path("data/images", place, f"{seed}.{kind}").write_bytes(save(pictures[seed], kind))
    preprocess.main()
    assert dataset.read_leaked(dataset.path("notebook")).tolist() == [True, False, True, False]
    facts = quality.summarise(found := quality.inspect_all(IMAGES, 2400), quality.find(found))
    assert facts["leaked_test_images"] + facts["leaked_by_pixels"] == 2


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
    assert "3 images cannot be read, more than preprocess.max_unreadable (0): " in str(caught.value)
    assert f"{tmp_path / 'a/0.jpg'} is a damaged or cut-off image (" in str(caught.value)
    assert f"{tmp_path / 'b/1.jpg'} is no image of a known kind" in str(caught.value)


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


@pytest.mark.parametrize(
    ("damaged", "said"),
    [("b", "no training images of b\n"), ("ab", "no training images: every class has too few")],
)
def test_nothing_to_train_with_is_said(
    damaged: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "params.yaml").read_text()
    Path("params.yaml").write_text(text.replace("max_unreadable: 0", "max_unreadable: 9"))
    for part, name, index in [(p, n, i) for p in ("train", "eval") for n in "ab" for i in range(3)]:
        (place := IMAGES / part / name).mkdir(parents=True, exist_ok=True)
        data = b"" if part == "train" and name in damaged else jpeg(ord(name) + index)
        (place / f"{index}.jpg").write_bytes(data)
    if len(damaged) == 1:
        preprocess.main()
        assert said in capsys.readouterr().out
    else:
        with pytest.raises(InputError, match=said):
            preprocess.main()


def test_decompression_bomb_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(InputError, match="1 images cannot be read"):
        read_folder(folder(tmp_path, x=jpeg(1)), ["a"], PREPROCESS)
