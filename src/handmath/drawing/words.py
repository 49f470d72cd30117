"""Words, such as sin, put together from letters."""

import numpy as np

from handmath.data import typography
from handmath.drawing import latin
from handmath.drawing.pen import Knot, Stroke

WORDS = ("cos", "exp", "lim", "ln", "log", "sin", "tan")
_GAPS = (12, 5, 7)  # pixels between two letters: apart, close, joined
STYLES = len(_GAPS)
_JOINED = 2
_LARGER = (1.0, 1.3)  # a low letter, such as s, against its usual size
_DIGIT = 78  # pixels


def box(word: str) -> tuple[int, int]:
    """Usual width and height in pixels."""
    stands = [typography.stand(letter) for letter in word]
    width = sum(latin.BOXES[letter][0] for letter in word) + _GAPS[0] * (len(word) - 1)
    height = max(top for top, _, _ in stands) - min(bottom for _, bottom, _ in stands)
    return width, round(_DIGIT * height)


def spell(
    word: str, letters: list[list[Stroke]], style: int, rng: np.random.Generator
) -> list[Stroke]:
    """Write letters beside each other, one way to write each, in fractions of the word's box.

    Args:
        word: one of `WORDS`.
        letters: strokes of each of its letters.
        style: below `STYLES`; the last one joins letters.
        rng: how letters differ in size and place is drawn from it.
    """
    wide, high = box(word)
    top = max(typography.stand(letter).top for letter in word)
    low = rng.uniform(*_LARGER)
    strokes: list[Stroke] = []
    right, last = 0.0, 0  # of the strokes, the stem of the last letter
    for letter, own in zip(word, letters, strict=True):
        larger = low if typography.class_of(letter) == "low" else 1.0
        width, height = (larger * size * rng.uniform(0.85, 1.15) for size in latin.BOXES[letter])
        first = min(knot.x for stroke in own for knot in stroke)
        left = right + rng.uniform(-0.3, 1.5) * _GAPS[style] if strokes else 0.0
        bottom = _DIGIT * (top - typography.stand(letter).bottom) + rng.normal(0.0, 2.5)
        placed = [
            [
                Knot(
                    (left + width * (knot.x - first)) / wide,
                    (bottom + height * (knot.y - 1)) / high,
                    knot.sharp,
                )
                for knot in stroke
            ]
            for stroke in own
        ]
        right = max(knot.x for stroke in placed for knot in stroke) * wide
        if style == _JOINED and strokes and rng.random() < 0.7:  # from one stem to the next
            stem, *others = placed
            before = strokes.pop(last)
            placed = [*others, [*before[:-1], before[-1]._replace(sharp=False), *stem]]
            last = len(strokes) + len(others)
        else:
            last = len(strokes)
        strokes += placed
    return strokes
