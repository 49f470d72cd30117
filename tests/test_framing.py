"""Framing: the symbol's own ink stays, other ink goes, and the square is around it."""

import numpy as np
import pytest

from handmath.data import framing


def paper(**boxes: tuple[int, int, int, int]) -> np.ndarray:
    """A white picture, 135 x 155, with black boxes (left, top, right, bottom) on it."""
    grey = np.full((135, 155), 255, dtype=np.uint8)
    for left, top, right, bottom in boxes.values():
        grey[top:bottom, left:right] = 0
    return grey


SYMBOL = (60, 40, 90, 100)


@pytest.mark.parametrize(
    "line", [(0, 3, 155, 5), (0, 131, 155, 133), (2, 0, 4, 135), (150, 0, 152, 135)]
)
def test_lines_of_the_paper_go(line: tuple[int, int, int, int]) -> None:
    assert np.array_equal(framing.clean(paper(symbol=SYMBOL, line=line)), paper(symbol=SYMBOL))


def test_a_wide_minus_stays() -> None:
    minus = paper(minus=(2, 60, 153, 66))
    assert np.array_equal(framing.clean(minus), minus)


def test_a_wide_minus_stays_in_a_small_picture() -> None:
    minus = np.full((28, 28), 255, dtype=np.uint8)
    minus[12:16, 1:28] = 0
    assert np.array_equal(framing.without_lines(minus), minus)


@pytest.mark.parametrize("bit", [(0, 20, 6, 40), (140, 0, 150, 8), (150, 120, 155, 135)])
def test_bits_of_neighbours_go(bit: tuple[int, int, int, int]) -> None:
    assert np.array_equal(framing.clean(paper(symbol=SYMBOL, bit=bit)), paper(symbol=SYMBOL))


def test_a_symbol_that_touches_the_border_stays() -> None:
    symbol = paper(symbol=(100, 0, 155, 80), dot=(20, 60, 40, 80))
    assert np.array_equal(framing.clean(symbol), symbol)


def test_the_dots_of_a_division_sign_stay() -> None:
    division = paper(bar=(20, 65, 130, 72), above=(70, 30, 80, 40), below=(70, 100, 80, 110))
    assert np.array_equal(framing.clean(division), division)


def test_what_is_cleaned_is_left_as_it_was() -> None:
    grey = paper(symbol=SYMBOL, line=(0, 3, 155, 5), bit=(0, 20, 6, 40))
    before = grey.copy()
    framing.clean(grey)
    assert np.array_equal(grey, before)


@pytest.mark.parametrize(
    ("box", "side"), [((60, 40, 90, 140), 120), ((5, 50, 155, 60), 180), ((70, 120, 78, 128), 64)]
)
def test_the_ink_is_in_the_middle_of_the_square(box: tuple[int, int, int, int], side: int) -> None:
    grey = np.full((150, 160), 255, dtype=np.uint8)
    left, top, right, bottom = box
    grey[top:bottom, left:right] = 0
    square = framing.square(grey, margin=0.1, least=64)
    assert square.size == (side, side)
    found = square.point(lambda shade: 255 - shade).getbbox()
    width, height = right - left, bottom - top
    x, y = (side - width) // 2, (side - height) // 2
    assert found == (x, y, x + width, y + height)


def test_a_blank_picture_is_kept_whole() -> None:
    square = framing.square(np.full((135, 155), 255, dtype=np.uint8), margin=0.1, least=64)
    assert square.getextrema() == (255, 255)
