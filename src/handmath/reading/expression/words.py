"""Symbols side by side that spell a function, such as s, i and n: they are one symbol.

The network knows words as a whole, but letters written apart are often clearer one by one. Several
letters that spell a word all say the same, so each of them may be doubtful.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handmath.data import alphabet
from handmath.reading.exact import exp, log
from handmath.reading.expression.groups import Box

WORDS = ("sin", "cos", "tan", "log", "lim", "exp")  # not ln, for other letters look like these two
MOST = max(map(len, WORDS))
LIKE = {
    "s": "S5", "i": "1j", "n": "m", "c": "C(0", "o": "0O", "a": "α9", "l": "1|(", "g": "98y",
    "m": "Mn", "x": "×X", "p": "Pρ",
}  # fmt: skip
"""What a letter is easily taken for."""
LEAST = -6.0  # logarithm of the probability that symbols are such letters: else they are no word
NEXT = 0.8  # of the writing's size: from one letter to the next at most …
OVER = 0.4  # … and how far they may stand above one another
POINTS = ".·"  # as the dot of an i may have been read
_SEEN = 1e-6  # no probability is less
_NO_OTHER = -50.0  # logarithm of the probability that a word is another symbol


class Word(NamedTuple):
    """Symbols that are one.

    Attributes:
        letters: their indices, from left to right.
        text: such as "sin".
        score: logarithm of the probability that each of them is such a letter.
    """

    letters: tuple[int, ...]
    text: str
    score: float


def join(
    scores: np.ndarray, classes: Sequence[str], boxes: Sequence[Box], size: float
) -> tuple[np.ndarray, list[Box]]:
    """Make one symbol of those that spell a word; arguments as of `words`.

    Its probability is the mean one of its letters, for they confirm each other.

    Returns:
        Scores and boxes of the symbols that there are then.
    """
    rows, corners = list(scores), list(boxes)
    gone: set[int] = set()
    column = {alphabet.character(name): at for at, name in enumerate(classes)}
    likely = [alphabet.character(classes[at]) for at in scores.argmax(axis=1).tolist()]
    points = [at for at, character in enumerate(likely) if character in POINTS]
    for letters, text, score in words(scores, classes, boxes, size):
        over = [point for point in points if "i" in text and _is_over(boxes, point, letters)]
        first, *others = (*letters, *over)
        rows[first] = np.full(len(classes), _NO_OTHER)
        rows[first][column[text]] = score / len(letters)
        left, top, right, bottom = zip(*(boxes[one] for one in (first, *others)), strict=True)
        corners[first] = min(left), min(top), max(right), max(bottom)
        gone.update(others)
    kept = [index for index in range(len(boxes)) if index not in gone]
    return np.array([rows[index] for index in kept]), [corners[index] for index in kept]


def _is_over(boxes: Sequence[Box], point: int, letters: Sequence[int]) -> bool:
    """Whether a point stands above the second of three letters, an i, and between the others."""
    before, dotted, after = (boxes[letter] for letter in letters)
    left, _, right, bottom = boxes[point]
    return before[0] < left and right < after[2] and bottom <= dotted[1] + dotted[3] - bottom


def words(
    scores: np.ndarray, classes: Sequence[str], boxes: Sequence[Box], size: float
) -> list[Word]:
    """The words that symbols spell, from left to right; no symbol is in two of them.

    Args:
        scores: float64 [symbols, classes], logarithms of probabilities.
        classes: names of the columns; only words among them are found.
        boxes: left, top, right, bottom of each symbol, in pixels.
        size: of the writing, in pixels.
    """
    characters = [alphabet.character(name) for name in classes]
    known = [word for word in WORDS if word in characters]
    letters = sorted({*"".join(known)})
    logs = [_logarithms(scores, characters, {letter, *LIKE.get(letter, "")}) for letter in letters]
    spelled = dict(zip(letters, logs, strict=True))
    likely = [characters[at] for at in scores.argmax(axis=1).tolist()]
    order = sorted(range(len(boxes)), key=lambda one: (boxes[one][0] + boxes[one][2], one))
    found: list[Word] = []
    taken: set[int] = set()
    for place, start in enumerate(order):
        starting = [word for word in known if spelled[word[0]][start] >= LEAST]
        row = _row(order[place:], boxes, size) if starting else []
        some: list[Word] = []
        for word in starting:
            own = tuple(row[: len(word)])
            if len(own) < len(word) or not taken.isdisjoint(own):
                continue
            if any(likely[symbol].isalpha() for symbol in own):  # 109 is no log
                each = [spelled[letter][at] for letter, at in zip(word, own, strict=True)]
                some.append(Word(own, word, math.fsum(each)))
        best = max(some, key=lambda word: word.score, default=None)
        if best and best.score >= LEAST:
            found.append(best)
            taken.update(best.letters)
    return found


def _logarithms(scores: np.ndarray, characters: Sequence[str], some: set[str]) -> list[float]:
    """Of each symbol's probability to be one of some characters."""
    total = np.zeros(len(scores))
    for at, character in enumerate(characters):
        if character in some:
            total += exp(scores[:, at])
    logarithms: list[float] = log(np.maximum(total, _SEEN)).tolist()
    return logarithms


def _row(order: Sequence[int], boxes: Sequence[Box], size: float) -> list[int]:
    """The first symbol and those that go on from it to the right: as many as a word has."""
    first, *others = order
    row = [first]
    _, top, right, bottom = boxes[first]
    for other in others:
        left, upper, end, lower = boxes[other]
        if len(row) == MOST:
            break
        if max(top, upper) < min(bottom, lower):  # else it stands above or below
            if not -OVER * size <= left - right <= NEXT * size:
                break
            row.append(other)
            top, right, bottom = max(top, upper), end, min(bottom, lower)
    return row
