"""What is drawn into a picture that was read."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from handmath.drawing.mark import Mark, tree
from handmath.figures.annotate import COLOURS, Place, annotate, places
from handmath.reading.result import Reading, Symbol

BLUE, ORANGE, GREY = (0x1D, 0x4E, 0xD8), (0xC2, 0x41, 0x0C), (0x71, 0x71, 0x7A)


def reading(size: tuple[int, int], confidence: float = 0.9) -> Reading:
    symbols = (
        Symbol("one", "1", "1", (20, 40, 40, 80), 0.9),
        Symbol("div", "÷", r"\div", (60, 40, 100, 80), confidence),
    )
    return Reading(symbols, "1÷", r"1 \div", confidence, size)


def where(image: Image.Image, colour: tuple[int, int, int]) -> np.ndarray:
    same: np.ndarray = np.asarray(image) == colour
    return np.asarray(same.all(axis=2))


def test_boxes_frame_the_symbols_in_blue_and_the_unsure_in_orange() -> None:
    drawn = annotate(Image.new("L", (200, 120), 255), reading((200, 120), confidence=0.4))
    assert (drawn.mode, drawn.size) == ("RGB", (200, 120))
    blue, orange = where(drawn, BLUE), where(drawn, ORANGE)
    assert blue[39, 20:40].all()  # the frame, just outside the box
    assert blue[40:80, 19].all()
    assert orange[40:80, 59].all()
    assert not (blue | orange)[40:80, 21:39].any()  # and nothing over the ink
    assert blue[:38, 20:40].any()  # the label stands above
    assert orange[:38, 60:100].any()


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_a_deep_picture_is_drawn_as_it_is_read(dtype: type) -> None:
    shades = np.full((120, 200), 65535)
    shades[40:80, 20:40] = 13000
    drawn = annotate(Image.fromarray(shades.astype(dtype)), reading((200, 120)))
    assert drawn.getpixel((30, 60)) == (51, 51, 51)
    assert drawn.getpixel((150, 100)) == (255, 255, 255)


def test_boxes_have_the_colour_of_the_place_where_a_symbol_stands() -> None:
    """In x_1^2 = √3 / 4, and of ∑ from 1 to 2 the limits as scripts."""
    x = Mark("x", {"sub": [Mark("one")], "sup": [Mark("two")]})
    above = [Mark("sqrt", {"inside": [Mark("three")], "above": [Mark("five")]})]
    fraction = Mark("minus", {"above": above, "below": [Mark("four"), Mark("a")]})
    limits = Mark("sum", {"below": [Mark("one")], "above": [Mark("two")]})
    expression = tree([x, Mark("equal"), fraction, limits])
    expected: list[Place] = [
        "row", "sub", "sup", "row", "row", "fraction", "root", "root", "fraction", "fraction",
        "row", "sub", "sup",
    ]  # fmt: skip
    assert places(expression) == expected

    boxes = [(40 * index + 10, 40, 40 * index + 30, 80) for index in range(13)]
    symbols = tuple(map(Symbol.of, expression.labels, boxes, [0.9] * 13))
    one = Reading(symbols, "", "", 0.9, (540, 120), links=expression.links)
    drawn = annotate(Image.new("L", (540, 120), 255), one)
    for (left, *_), place in zip(boxes, expected, strict=True):
        colour = ImageColor.getcolor(COLOURS[place], "RGB")
        assert drawn.getpixel((left - 1, 60)) == colour
    unsure = replace(one, symbols=(replace(symbols[0], confidence=0.2), *symbols[1:]))
    assert annotate(Image.new("L", (540, 120), 255), unsure).getpixel((9, 60)) == ORANGE


def test_what_was_left_out_is_boxed_in_grey() -> None:
    whole = reading((200, 120))
    part = replace(whole, ink_share=0.8, left_out=((120, 90, 150, 110),))
    paper = Image.new("L", (200, 120), 255)
    assert not where(annotate(paper, whole), GREY).any()
    grey = where(annotate(paper, part), GREY)
    assert grey[89, 120:150].all()
    assert grey[90:110, 119].all()
    assert not grey[90:110, 121:149].any()


def test_the_division_sign_is_not_a_box_for_want_of_a_glyph() -> None:
    """A missing glyph looks like any other missing one."""
    images = []
    for character in ("÷", "×", "\ue000"):
        symbol = Symbol("?", character, "", (60, 40, 100, 80), 0.9)
        one = Reading((symbol,), character, "", 0.9, (200, 120))
        images.append(annotate(Image.new("L", (200, 120), 255), one).tobytes())
    assert len(set(images)) == 3


def test_a_sideways_photo_is_drawn_upright(tmp_path: Path) -> None:
    photo = Image.new("RGB", (120, 200), "white")
    exif = photo.getexif()
    exif[0x0112] = 6  # to be turned clockwise
    photo.save(tmp_path / "photo.jpg", exif=exif)
    assert where(annotate(tmp_path / "photo.jpg", reading((200, 120))), BLUE)[39, 20:40].all()


def test_transparent_paper_is_white() -> None:
    drawn = annotate(Image.new("RGBA", (200, 120), (0, 0, 0, 0)), reading((200, 120)))
    assert drawn.getpixel((199, 119)) == (255, 255, 255)


def test_labels_stay_within_a_picture_cut_tight() -> None:
    tight = Reading((Symbol("one", "1", "1", (0, 0, 30, 60), 0.9),), "1", "1", 0.9, (30, 60))
    assert where(annotate(Image.new("L", (30, 60), 255), tight), BLUE)[:30].any()
