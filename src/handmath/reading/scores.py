"""How well lines of arithmetic are read, against what was written."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from handmath.base.errors import InputError, reason
from handmath.data.interval import wilson
from handmath.reading.result import Box, Reading

LABELS = "labels.csv"
# How else people type the symbols. Spaces mean nothing.
SPELLINGS = str.maketrans({"−": "-", "*": "×", "x": "×", "/": "÷", " ": None})
OVERLAP = 0.5  # intersection over union of a symbol's box that is right
ALPHABET = frozenset("0123456789+-×÷=.")


class Labelled(NamedTuple):
    """A picture, what is written there, and where it is from; "" if that is not said."""

    file: Path
    text: str
    source: str


@dataclass(frozen=True)
class LineScores:
    """Measures over some lines; every share is in 0..1.

    Attributes:
        lines: how many were read.
        exact, at_most_1, at_most_2: the shares of lines with no wrong symbol, at most one, two.
        cer: the character error rate: wrong symbols of all lines for each symbol written. More
            than 1 where much is read that nobody wrote.
    """

    lines: int
    exact: float
    at_most_1: float
    at_most_2: float
    cer: float


def normalise(text: str) -> str:
    """One spelling for each symbol: `-`, `×`, `÷`, and no spaces."""
    return text.translate(SPELLINGS)


def wrong(written: str, read: str) -> int:
    """Wrong symbols: how many must be inserted, deleted or replaced (Levenshtein's distance)."""
    return Levenshtein.distance(normalise(written), normalise(read))


def score(written: Sequence[str], read: Sequence[str]) -> LineScores:
    """Measure lines, at least one, against what was written there, in the same order."""
    errors = [wrong(*pair) for pair in zip(written, read, strict=True)]
    return measure(errors, sum(len(normalise(text)) for text in written))


def measure(errors: Sequence[int], symbols: int) -> LineScores:
    """The measures of lines by the wrong symbols of each; `symbols` is how many were written."""
    exact, at_most_1, at_most_2 = (
        sum(error <= most for error in errors) / len(errors) for most in range(3)
    )
    return LineScores(len(errors), exact, at_most_1, at_most_2, sum(errors) / symbols)


def labels(folder: Path) -> list[Labelled]:
    """The pictures that a folder's `labels.csv` names, each with what is written there, normalised.

    The table is UTF-8 with the columns `file` and `text`, and perhaps `source`; others are left
    alone.

    Raises:
        InputError: there is no such table, it is empty, or a line of it is not in the alphabet.
    """
    path = folder / LABELS
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise InputError(f"{path} is missing; it is a table with the columns file,text") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no table in UTF-8 ({reason(error)})") from None
    if not rows or not {"file", "text"} <= rows[0].keys():
        raise InputError(f"{path} needs the columns file,text and at least one row below them")
    found = []
    for number, row in enumerate(rows, start=1):
        text = normalise(row["text"] or "")
        if not row["file"]:
            raise InputError(f"{path}, row {number}: no file is named")
        if not text or not set(text) <= ALPHABET:
            raise InputError(
                f"{path}, row {number}: “{row['text'] or ''}” is no line of 0-9 . + - × ÷ ="
            )
        found.append(Labelled(folder / row["file"], text, (row.get("source") or "").strip()))
    return found


def score_symbols(
    labels: Sequence[tuple[str, ...]],
    boxes: Sequence[tuple[Box, ...]],
    readings: Sequence[Reading],
) -> dict[str, float]:
    """What of some lines is right, given the class and the box of each symbol written.

    Returns:
        exact, at_most_1, cer: as in `LineScores`, a symbol being a class;
            segmentation_exact: share of lines whose boxes are all right; symbol_accuracy: share of
            the symbols found with the right box that have the right class. Of each share also
            `_low` and `_high`, Wilson's interval.
    """
    errors = [
        Levenshtein.distance(written, reading.labels)
        for written, reading in zip(labels, readings, strict=True)
    ]
    cut = [
        len(own) == len(reading.symbols)
        and all(overlap(a, s.box) >= OVERLAP for a, s in zip(own, reading.symbols, strict=True))
        for own, reading in zip(boxes, readings, strict=True)
    ]
    right = [
        symbol.label == label
        for written, own, reading in zip(labels, boxes, readings, strict=True)
        for symbol in reading.symbols
        for label, box in zip(written, own, strict=True)
        if overlap(box, symbol.box) >= OVERLAP
    ]
    return {
        **with_interval("exact", [error == 0 for error in errors]),
        **with_interval("at_most_1", [error <= 1 for error in errors]),
        "cer": round(sum(errors) / sum(map(len, labels)), 6),
        **with_interval("segmentation_exact", cut),
        **with_interval("symbol_accuracy", right),
    }


def with_interval(name: str, right: Sequence[bool]) -> dict[str, float]:
    """The share of what is right, 0 of nothing, and Wilson's interval of it."""
    low, high = wilson(sum(right), len(right))
    share = sum(right) / max(len(right), 1)
    values = {name: share, f"{name}_low": low, f"{name}_high": high}
    return {key: round(value, 6) for key, value in values.items()}


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes (left, top, right, bottom), in [0, 1]."""
    wide = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    high = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    area_a, area_b = (a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])
    return wide * high / (area_a + area_b - wide * high)
