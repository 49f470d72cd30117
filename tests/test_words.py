"""Letters side by side that spell a function are one symbol."""

import math

import numpy as np
import pytest

from handmath.data import alphabet
from handmath.reading.expression.words import join, words

CLASSES = [*"sincotalgx", "one", "zero", "five", "nine", "sin", "cos", "log", "S_upper", "decimal"]
SIZE = 20.0
Box = tuple[int, int, int, int]


def written(text: str, probability: float = 0.9) -> tuple[np.ndarray, list[Box]]:
    """Characters side by side, each as likely: their scores and boxes."""
    other = math.log((1 - probability) / (len(CLASSES) - 1))
    scores = np.full((len(text), len(CLASSES)), other)
    of = [alphabet.character(name) for name in CLASSES]
    for row, character in zip(scores, text, strict=True):
        row[of.index(character)] = math.log(probability)
    return scores, [(15 * at, 0, 15 * at + 10, 20) for at in range(len(text))]


def found(text: str, probability: float = 0.9) -> list[str]:
    scores, boxes = written(text, probability)
    return [word.text for word in words(scores, CLASSES, boxes, SIZE)]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("sin", ["sin"]),
        ("xsinx", ["sin"]),
        ("51n", ["sin"]),
        ("c05x", ["cos"]),
        ("sincoslo9", ["sin", "cos", "log"]),
        ("si", []),
        ("nis", []),
        ("109", []),  # digits alone
        ("tan", []),  # no class of its own here
        ("", []),
    ],
)
def test_words(text: str, spelled: list[str]) -> None:
    assert found(text) == spelled


def test_letters_that_nobody_could_read_are_no_word() -> None:
    assert found("sin", 0.3) == ["sin"]
    assert found("sin", 0.05) == []


def test_letters_far_apart_or_one_above_the_other_are_no_word() -> None:
    scores, boxes = written("sin")
    apart = [(4 * left, top, 4 * left + 10, bottom) for left, top, _, bottom in boxes]
    assert words(scores, CLASSES, apart, SIZE) == []
    stairs = [(x, y + 30 * at, x2, y2 + 30 * at) for at, (x, y, x2, y2) in enumerate(boxes)]
    assert words(scores, CLASSES, stairs, SIZE) == []


def test_what_stands_above_or_below_is_passed_over() -> None:
    """As where two words are part of one fraction."""
    scores, boxes = written("scion")
    for at in (1, 3):
        x, _, x2, _ = boxes[at]
        boxes[at] = x, 100, x2, 120
    assert [word.letters for word in words(scores, CLASSES, boxes, 40.0)] == [(0, 2, 4)]


def test_a_word_is_one_symbol_around_its_letters() -> None:
    scores, boxes = written("xsinx")
    joined, around = join(scores, CLASSES, boxes, SIZE)
    assert around == [boxes[0], (15, 0, 55, 20), boxes[4]]
    assert [CLASSES[at] for at in joined.argmax(axis=1)] == ["x", "sin", "x"]
    assert 0.5 < math.exp(joined[1].max()) <= 1


def test_the_dot_of_an_i_is_part_of_the_word() -> None:
    scores, boxes = written("51n.")
    for left, joined in ((18, 1), (80, 2)):  # the other one stands beside the word
        boxes[3] = left, -6, left + 3, -3
        assert len(join(scores, CLASSES, boxes, SIZE)[1]) == joined


def test_without_words_nothing_changes() -> None:
    scores, boxes = written("xxx")
    joined, around = join(scores, CLASSES, boxes, SIZE)
    assert (joined == scores).all()
    assert around == boxes
