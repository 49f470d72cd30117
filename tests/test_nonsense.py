"""What is no mathematics is not read with confidence."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import nonsense
from handmath.base.errors import InputError
from handmath.data.tree import Link
from handmath.reading.reader import Reader
from handmath.reading.result import Symbol, expression_of
from handmath.reading.thresholds import THRESHOLDS


def test_the_pictures_are_the_same_every_time() -> None:
    one, two = ([np.asarray(image) for _, image, _ in nonsense.draw(2)] for _ in range(2))
    assert len(one) == 2 * len(nonsense.KINDS)
    assert all(np.array_equal(*pair) for pair in zip(one, two, strict=True))


def test_a_lone_symbol_is_not_trusted() -> None:
    """A letter of another alphabet may look just like it, and so may an icon."""
    symbols = tuple(Symbol.of(label, (0, 0, 9, 9), 0.99) for label in ("x", "y"))
    links = (Link(-1, "root"), Link(0, "right"))
    logs = [-0.01, -0.01]
    assert expression_of(symbols, links, logs, (20, 20)).confidence > 0.9
    lone = expression_of(symbols[:1], links[:1], logs[:1], (20, 20))
    assert THRESHOLDS.min_confidence < lone.confidence < 0.9


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("alphabet", "each"), [("", 300), ("arithmetic", 100)])
def test_nonsense_is_not_read_with_confidence(reader_model: Path, alphabet: str, each: int) -> None:
    reader = Reader.load(reader_model)
    if alphabet:
        reader = reader.restricted(alphabet)
    confident: Counter[str] = Counter()
    for kind, picture, text in nonsense.draw(each):
        try:
            reading = reader.read(picture)
        except InputError:  # no line of symbols: all the better
            continue
        confident[kind] += reading.confidence > 0.9 and reading.text != text
    assert confident.total() < 0.005 * each * len(nonsense.KINDS), confident
