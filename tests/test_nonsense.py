"""What is no line of arithmetic is not read with confidence."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import nonsense
from handmath.base.errors import InputError
from handmath.reading.reader import Reader

EACH = 300  # pictures of each of seven kinds


def test_the_pictures_are_the_same_every_time() -> None:
    one, two = ([np.asarray(image) for _, image in nonsense.draw(2)] for _ in range(2))
    assert len(one) == 2 * len(nonsense.KINDS)
    assert all(np.array_equal(*pair) for pair in zip(one, two, strict=True))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nonsense_is_not_read_with_confidence(reader_model: Path) -> None:
    reader = Reader.load(reader_model)
    confident: Counter[str] = Counter()
    count = 0
    for kind, picture in nonsense.draw(EACH):
        count += 1
        try:
            confident[kind] += reader.read(picture).confidence > 0.9
        except InputError:  # no line of symbols: all the better
            continue
    assert count >= 2000
    assert confident.total() < 0.005 * count, confident
