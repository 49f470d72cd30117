"""Damaged files of every format: an image is read or unreadable, an archive is unpacked or refused.

Here with the same examples each time. For an hour of others, which a seed tells apart:

    HANDMATH_FUZZ_EXAMPLES=100000 pytest tests/test_fuzz.py --hypothesis-seed=1
"""

import io
import os
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from conftest import jpeg
from handmath.base.errors import InputError
from handmath.base.params import Framing
from handmath.data import archive, dataset, framing, image_file, ink, quality, symbols, tensors
from handmath.data.dataset import Split
from handmath.reading import picture
from test_images import CENTRE, INK, KINDS

EXAMPLES = os.environ.get("HANDMATH_FUZZ_EXAMPLES")
LIMIT = 2**24  # bytes that an archive may unpack to
SIDE = 600  # pixels: small, for time

Edit = Callable[[bytes], bytes]
Test = Callable[..., None]


def fuzz(examples: int) -> Callable[[Test], Test]:
    return settings(
        max_examples=int(EXAMPLES or examples), derandomize=EXAMPLES is None, database=None,
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip


# What a file's fields say where it matters: sizes, offsets and counts at the edge of their range.
NUMBERS = st.sampled_from([0, 1, 2, 127, 128, 255, 256, 32767, 65535, 2**31 - 1, 2**32 - 1])
FIELDS = st.builds(
    lambda number, form: struct.pack(form, number & (2 ** (8 * struct.calcsize(form)) - 1)),
    NUMBERS, st.sampled_from(["B", "<H", ">H", "<I", ">I"]),
)  # fmt: skip
PLACES = st.floats(0, 1, exclude_max=True) | st.floats(0, 0.1, exclude_max=True)


def overwrite(place: float, new: bytes) -> Edit:
    def edit(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + new + data[at + len(new) :]

    return edit


def replace(place: float, length: int, new: bytes) -> Edit:
    def edit(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + new + data[at + length :]

    return edit


def move(source: float, target: float, length: int) -> Edit:
    def edit(data: bytes) -> bytes:
        first, second = int(source * len(data)), int(target * len(data))
        return data[:second] + data[first : first + length] + data[second:]

    return edit


def cut(place: float) -> Edit:
    return lambda data: data[: int(place * len(data))]


EDITS = st.lists(
    st.builds(overwrite, PLACES, FIELDS | st.binary(min_size=1, max_size=4))
    | st.builds(replace, PLACES, st.integers(0, 40), st.binary(max_size=40))
    | st.builds(move, PLACES, PLACES, st.integers(1, 60))
    | st.builds(cut, PLACES),
    min_size=1, max_size=6,
)  # fmt: skip


def damaged(data: bytes, edits: list[Edit]) -> bytes:
    for edit in edits:
        data = edit(data)
    return data


def is_a_line(error: Exception) -> None:
    assert str(error).isprintable()
    assert 0 < len(str(error)) < 1000


def use(grey: Image.Image) -> None:
    """All that the pipeline does with one image."""
    assert grey.mode == "L"
    shades = np.asarray(grey)
    clean = framing.clean(shades)
    for shown in (grey, Image.fromarray(clean)):
        for wanted in (CENTRE, INK, Framing(clean=True, crop=1)):
            assert tensors.transform(shown, wanted, 32).shape == (32, 32)
    quality.faults(shades)
    found = ink.cut_out(clean)
    assert found is None or (found > 0).any()


@fuzz(600)
@given(st.sampled_from(sorted(KINDS)), EDITS)
def test_damaged_images(kind: str, edits: list[Edit]) -> None:
    data = damaged(KINDS[kind], edits)
    try:
        grey = image_file.decode(data, SIDE)
    except image_file.UnreadableError as error:
        is_a_line(error)
    else:
        assert max(grey.size) <= SIDE
        use(grey)


@fuzz(200)
@given(st.sampled_from(sorted(KINDS)), EDITS)
def test_damaged_pictures_of_lines(kind: str, edits: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "line")
        path.write_bytes(damaged(KINDS[kind], edits))
        try:
            shades, _ = picture.load(path, "line")
        except InputError as error:
            is_a_line(error)
        else:
            assert shades.ndim == 2


@fuzz(200)
@given(st.integers(1, 40), st.integers(1, 40), st.binary(min_size=1, max_size=40))
def test_images_of_any_shape(wide: int, high: int, shades: bytes) -> None:
    use(Image.fromarray(np.resize(np.frombuffer(shades, np.uint8), (high, wide))))


LAYOUTS = {
    "split": ["train/x/1.jpg", "train/y/1.jpg", "eval/x/1.jpg", "a/train/x/1.jpg"],
    "no split": ["x/1.jpg", "x/2.jpg", "y/1.jpg", "y/é.jpg", "__MACOSX/a.jpg", "readme.txt"],
    "Kaggle's": ["train/x cleaned/1.jpg", "train/y/1.jpg", "train/other sign/1.jpg",
                 "eval/x val/1.jpg", "val/y/1.jpg", "test/y/1.jpg"],
}  # fmt: skip


def zips() -> dict[str, bytes]:
    made = {}
    for name, members in LAYOUTS.items():
        for method in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
            zipfile.ZIP_BZIP2,
            zipfile.ZIP_LZMA,
        ):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", method) as packed:
                packed.comment = b"a comment"
                for index, member in enumerate(members):
                    packed.writestr(member, jpeg(index, (9, 9)))
            made[f"{name} {method}"] = file.getvalue()
    return made


def unpack(data: bytes) -> None:
    """Unpack or be refused in one line; either way nothing is anywhere else."""
    with tempfile.TemporaryDirectory() as folder:
        file, images = Path(folder, "a.zip"), Path(folder, "data/images")
        file.write_bytes(data)
        try:
            archive.unpack(file, images, 0.3, LIMIT)
        except InputError as error:
            is_a_line(error)
            assert not images.exists()
            expected = {file, images.parent}
        else:
            expected = {file, images.parent, images}
        found = set(Path(folder).rglob("*"))
        assert not images.with_name("images.partial").exists()
        for path in found - expected:
            parts = path.relative_to(images).parts
            assert len(parts) <= 3
            assert parts[0] in {"train", "eval"}
            assert all(part.isprintable() and len(part.encode()) <= 220 for part in parts)
            assert path.is_file() is (len(parts) == 3)
            assert not path.is_symlink()


@fuzz(300)
@given(st.sampled_from(sorted(ZIPS := zips())), EDITS)
def test_damaged_archives(kind: str, edits: list[Edit]) -> None:
    unpack(damaged(ZIPS[kind], edits))


PARTS = st.sampled_from(
    ["train", "Test", "val", "eval", "x", "y", "..", ".", "", " ", ".. cleaned", " val", "C:", "~",
     "other sign", "sign", "\x1b[2J", "\n", "\u202e", "é", "a" * 101, "b" * 300, "$", "-rf", "nul",
     "__MACOSX", "x.jpg", "\\", "..\\..", "\x7f"]
) | st.text(max_size=8)  # fmt: skip
NAMES = st.sampled_from(["", ".", "/", "\\", "\0"]) | st.builds(
    lambda parts, separator, file: separator.join([*parts, file]),
    st.lists(PARTS, max_size=5), st.sampled_from("/\\"),
    st.sampled_from(["1.jpg", "1-2.jpg", "..jpg", ".jpg", "\x1b.png", "c" * 300 + ".png", "a.txt"])
    | st.text(max_size=5).map("{}.gif".format),
)  # fmt: skip


@fuzz(300)
@given(st.lists(st.tuples(NAMES, st.sampled_from([0, 0, 0o120777, 0o010644])), max_size=12))
def test_archives_of_any_names(names: list[tuple[str, int]]) -> None:
    packed = io.BytesIO()
    written: set[str] = set()
    with zipfile.ZipFile(packed, "w") as file:
        for index, (name, mode) in enumerate(names):
            info = zipfile.ZipInfo("x")
            info.filename = name.encode("utf-8", "replace").decode()  # not cut off at a NUL
            info.external_attr = mode << 16
            if info.filename not in written and len(info.filename.encode()) < 2**16:
                written.add(info.filename)
                file.writestr(info, jpeg(index, (9, 9)))
    unpack(packed.getvalue())


@pytest.fixture(scope="module")
def tensors_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("tensors") / "x.safetensors"
    split = Split(np.zeros((3, 1, 8, 8), np.uint8), np.array([0, 1, 1]))
    mask = np.array([False, True, False])
    dataset.write(path, split, mask, split, mask, ["a", "b"])
    return path.read_bytes()


@pytest.fixture(scope="module")
def ink_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("ink"))
        with symbols.writing() as kept:
            for side in (3, 5, 4, 9, 2):
                kept.append(np.full((side, 2), 255, dtype=np.uint8))
            labels, held_out = np.array([0, 1, 1]), np.array([False, True, False])
            symbols.write_places(kept.places, labels, held_out, labels[:2], ["a", "b"])
        return symbols.PIXELS.read_bytes(), symbols.PLACES.read_bytes()


@fuzz(200)
@given(EDITS)
def test_damaged_tensors(tensors_file: Any, edits: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.safetensors")
        path.write_bytes(damaged(tensors_file, edits))
        try:
            for split in dataset.SPLITS:
                images, labels = dataset.read(split, path)
                assert len(images) == len(labels)
                assert (labels < len(dataset.classes(path))).all()
            dataset.read_leaked(path)
        except InputError as error:
            is_a_line(error)


@fuzz(200)
@given(EDITS, EDITS)
def test_damaged_ink(ink_files: Any, of_pixels: list[Edit], of_places: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pixels, places = (Path(folder, file.name) for file in (symbols.PIXELS, symbols.PLACES))
        pixels.write_bytes(damaged(ink_files[0], of_pixels[:1]))
        places.write_bytes(damaged(ink_files[1], of_places))
        with (
            mock.patch.object(symbols, "PIXELS", pixels),
            mock.patch.object(symbols, "PLACES", places),
        ):
            try:
                for split in dataset.SPLITS:
                    for of_class in symbols.read(split).values():
                        for picture in of_class:
                            assert 0 < max(picture.shape) <= ink.LONGEST
            except InputError as error:
                is_a_line(error)
