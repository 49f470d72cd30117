"""Lines in a drawn hand: every symbol, one way and one pen a hand, many hands."""

from itertools import pairwise

import numpy as np
import pytest

from handmath.data.ink import pen_width
from handmath.drawing import glyphs, pen
from handmath.drawing.hand import PENS, SCALE, Hand
from handmath.stages.train_reader import in_one_hand


@pytest.mark.parametrize("symbol", glyphs.SYMBOLS)
def test_every_way_to_write_a_symbol(symbol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handmath.drawing.hand.OTHER", 0.0)
    hand = Hand.random(np.random.default_rng(0))
    pictures = []
    for way in range(pen.ways(symbol)):
        hand.ways[symbol] = way
        picture = hand.write(symbol, np.random.default_rng(0))  # so that the way alone differs
        assert picture.dtype == np.uint8
        assert picture.max() == 255
        for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
            assert edge.any(), "not cut to its ink"
        pictures.append(picture)
    assert all(a.shape != b.shape or (a != b).any() for a, b in pairwise(pictures))


def test_a_seed_gives_the_same_pixels() -> None:
    one, two = (
        in_one_hand(["seven", "plus", "seven"], {"seven", "plus"}, np.random.default_rng(3))
        for _ in range(2)
    )
    assert one.keys() == two.keys() == {"seven", "plus"}
    assert len(one["seven"]) == 2
    for name, pictures in one.items():
        assert all((a == b).all() for a, b in zip(pictures, two[name], strict=True))
    assert one["seven"][0].tobytes() != one["seven"][1].tobytes(), "a stamp, not a hand"


def test_a_hand_has_one_pen_and_hands_have_many() -> None:
    rng = np.random.default_rng(1)
    pens = []
    for _ in range(40):
        hand = Hand.random(rng)
        widths = [pen_width(hand.write(name, rng) > 127) for name in ("one", "seven", "four")]
        pens.append(hand.writer.pen / SCALE)
        assert max(widths) < 1.6 * pens[-1] + 2
    assert PENS[0] - 1 <= min(pens) < 6
    assert PENS[1] + 1 >= max(pens) > 11


def test_a_hand_keeps_to_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loose one departs from it now and then; a strict one hardly ever."""
    rng = np.random.default_rng(2)
    ways: list[int] = []
    strokes_of = pen.strokes_of

    def watched(symbol: str, way: int, rng: np.random.Generator) -> list[pen.Stroke]:
        ways.append(way)
        return strokes_of(symbol, way, rng)

    monkeypatch.setattr(pen, "strokes_of", watched)
    kept = 0
    for _ in range(30):
        hand = Hand.random(rng)
        ways.clear()
        for _ in range(10):
            hand.write("eight", rng)
        kept += ways.count(hand.ways["eight"])
    assert 240 < kept < 300
