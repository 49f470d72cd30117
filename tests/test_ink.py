"""The ink of single symbols, whatever their pictures' shapes."""

import numpy as np

from handmath.data import framing, ink
from handmath.drawing import layout


def blank(high: int, wide: int) -> np.ndarray:
    return np.full((high, wide), 255, dtype=np.uint8)


def test_a_blank_picture_has_none() -> None:
    assert ink.cut_out(blank(40, 40)) is None
    assert ink.cut_out(blank(1, 1)) is None


def test_large_ink_is_made_smaller_and_a_hairline_stays() -> None:
    hairline = blank(2000, 1000)
    hairline[10:-10, 500] = 127
    found = ink.cut_out(hairline)
    assert found is not None
    assert found.shape == (ink.LONGEST, 1)
    assert (found > 255 - framing.INK).all()


def test_ink_up_to_that_size_is_left_as_it_is() -> None:
    picture = blank(200, 200)
    picture[20 : 20 + ink.LONGEST, 30:50] = np.arange(20, dtype=np.uint8)
    found = ink.cut_out(picture)
    assert found is not None
    assert np.array_equal(found, 255 - picture[20 : 20 + ink.LONGEST, 30:50])


def test_a_dash_of_no_operator_does_not_widen_a_line_without_end() -> None:
    """As high as a digit, this one would be 70,000 pixels wide."""
    pictures = {"a": [np.full((2, 2300), 255, dtype=np.uint8)]}
    line = layout.line(pictures, ["a"] * 3, 64, np.random.default_rng(0))
    assert line.owner.shape[1] < 3 * 20 * 64
