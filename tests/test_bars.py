"""One bar is not taken for an equals sign, and two are not taken for less."""

import numpy as np
import pytest

from handmath.reading.expression import bars

CLASSES = ("", "equal", "equiv", "minus")


def crop(*strokes: tuple[int, int, int, int], shade: int = 0) -> np.ndarray:
    """32x32 pixels; of each stroke top, bottom, left and right."""
    drawn = np.full((32, 32), 255, dtype=np.uint8)
    for top, bottom, left, right in strokes:
        drawn[top:bottom, left:right] = shade
    return drawn


@pytest.mark.parametrize(
    ("seen", "one"),
    [
        (crop((12, 20, 4, 28)), True),  # a thick minus
        (crop((8, 12, 4, 28), (18, 22, 4, 28)), False),
        (crop((8, 12, 4, 28), (12, 18, 24, 28), (18, 22, 4, 28)), False),  # joined at one end
        (crop((8, 15, 4, 28), (14, 20, 8, 24)), True),  # without paper between
        (crop((12, 20, 4, 28)) & crop((2, 6, 4, 28), shade=128), True),  # under another's bar
        (crop(), False),  # no ink says nothing
    ],
)
def test_paper_between_bars(seen: np.ndarray, one: bool) -> None:
    added = bars.not_one(seen[None], CLASSES)
    expected = bars.ONE_BAR if one else 0.0
    assert added.tolist() == [[0.0, expected, expected, 0.0]]
