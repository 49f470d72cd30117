"""Pages of several lines, and readers that are restricted to some characters."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import LINE, draw_line
from handmath.base.errors import InputError
from handmath.reading import line as module
from handmath.reading import page
from handmath.reading.binarize import binarize
from handmath.reading.classify import REJECT
from handmath.reading.labelled import labels
from handmath.reading.reader import Reader
from handmath.reading.thresholds import Thresholds

EQUATIONS = os.environ.get("HANDMATH_EQUATIONS")
ONE, _, _, TWO, _, _, THREE = LINE
SUMS = {
    "1+2=3": LINE,
    "2=2": [[(x - 80, y) for x, y in TWO], *LINE[4:6], [(x + 100, y) for x, y in TWO]],
    "3": [THREE],
}


@pytest.fixture(scope="module")
def reader(reader_model: Path) -> Reader:
    return Reader.load(reader_model)


@pytest.fixture
def sheet(tmp_path: Path) -> Image.Image:
    together = Image.new("L", (480, 600), 255)
    for row, strokes in enumerate(SUMS.values()):
        together.paste(Image.open(draw_line(tmp_path / "line.png", strokes)), (0, 200 * row))
    return together


def test_a_sheet_of_three_sums_is_three_lines(reader: Reader, sheet: Image.Image) -> None:
    readings = reader.read_page(sheet)
    assert [reading.text for reading in readings] == list(SUMS)
    for row, reading in enumerate(readings):
        left, top, right, bottom = reading.box
        assert 200 * row < top < bottom < 200 * (row + 1)
        assert reading.box == (
            reading.symbols[0].box[0], min(symbol.box[1] for symbol in reading.symbols),
            reading.symbols[-1].box[2], max(symbol.box[3] for symbol in reading.symbols),
        )  # fmt: skip
        assert left < right
        assert (reading.ink_share, reading.left_out) == (1.0, ())


def test_a_page_of_one_line_is_the_line(reader: Reader, tmp_path: Path) -> None:
    picture = draw_line(tmp_path / "line.png")
    assert reader.read_page(picture) == [reader.read(picture)]


def test_all_ink_is_in_a_line(sheet: Image.Image) -> None:
    """Also a dot between two lines, and one above all of them."""
    grey = np.asarray(sheet).copy()
    grey[4:10, 300:306] = grey[190:196, 300:306] = 0
    ink = binarize(grey)
    lines = page.lines(ink)
    assert len(lines) == 3
    assert (np.sum(lines, axis=0) == ink).all()


def test_what_is_no_line_is_said_beside_those_that_are(
    reader: Reader, sheet: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line has six components, the others fewer."""
    reader = replace(reader, expression=None)
    monkeypatch.setattr(module, "THRESHOLDS", Thresholds(max_components=5))
    first, second, third = reader.read_page(sheet)
    assert (first.symbols, first.confidence, first.ink_share) == ((), 0.0, 0.0)
    [box] = first.left_out
    assert box == pytest.approx((36, 46, 444, 154), abs=3)
    assert (second.text, third.text) == ("2=2", "3")
    monkeypatch.setattr(module, "THRESHOLDS", Thresholds(max_components=0))
    with pytest.raises(InputError, match="no line of symbols"):
        reader.read_page(sheet)


def test_a_page_without_ink_is_refused(reader: Reader) -> None:
    with pytest.raises(InputError, match="no ink"):
        reader.read_page(np.full((300, 300), 255, dtype=np.uint8))


@pytest.mark.slow
@pytest.mark.skipif(not EQUATIONS, reason="HANDMATH_EQUATIONS names no folder of real lines")
@pytest.mark.parametrize("name", ["photos", "photos2", "crohme"])
def test_real_lines_are_read_as_before(reader: Reader, name: str) -> None:
    for label in labels(Path(str(EQUATIONS)) / name):
        assert reader.read_page(label.file) == [reader.read(label.file)]


def test_an_alphabet_rules_the_other_classes_out(reader: Reader, tmp_path: Path) -> None:
    picture = draw_line(tmp_path / "line.png")
    assert set(reader.restricted("digits").line.network.classes) == {
        REJECT, "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"
    }  # fmt: skip
    assert set(reader.restricted("digits").read(picture).text) <= set("0123456789")
    assert set(reader.restricted("4+=").read(picture).text) <= set("4+=")
    assert reader.restricted("arithmetic").read(picture) == reader.read(picture)
    assert reader.restricted("123+=").read(picture).text == "1+2=3"


@pytest.mark.parametrize(("characters", "said"), [("12Ω", "has Ω, which"), ("", "is empty")])
def test_an_alphabet_that_the_reader_does_not_know(
    reader: Reader, characters: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        reader.restricted(characters)


def test_more_lines_than_a_page_has_are_not_taken_apart(reader: Reader) -> None:
    """Each would cost a mask of the whole picture: 400 took half a minute and a gigabyte."""
    dashes = np.full((1600, 1600), 255, dtype=np.uint8)
    for row in range(4, 1596, 4):
        dashes[row : row + 2, 700:706] = 0
    ink = binarize(dashes)
    lines = page.lines(ink)
    assert len(lines) == 1
    assert lines[0] is ink
    with pytest.raises(InputError, match="not one line of symbols"):
        reader.read_page(dashes)
