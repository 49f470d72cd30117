"""How well lines and expressions are read, against what was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from rapidfuzz.distance import Levenshtein

from handmath.data.interval import wilson
from handmath.reading.labelled import Labelled
from handmath.reading.result import Box, Reading

OVERLAP = 0.5  # intersection over union of a symbol's box that is right


@dataclass(frozen=True)
class Scores:
    """How many symbols, or tokens of LaTeX, are wrong in each of some pictures, at least one.

    Attributes:
        errors: of each picture, `Labelled.errors`.
        symbols: how many were written in all of them.
    """

    errors: Sequence[int]
    symbols: int

    @classmethod
    def of(cls, labels: Sequence[Labelled], read: Sequence[str]) -> Self:
        """Measure what was read of pictures, in the same order."""
        errors = [label.errors(text) for label, text in zip(labels, read, strict=True)]
        return cls(errors, sum(len(label.symbols(label.written)) for label in labels))

    def at_most(self, errors: int) -> tuple[float, float, float]:
        """The share of pictures with no more than so many wrong, and Wilson's interval of it."""
        right = sum(found <= errors for found in self.errors)
        return right / len(self.errors), *wilson(right, len(self.errors))

    @property
    def error_rate(self) -> float:
        """Wrong symbols for each one written: above 1 where much is read that nobody wrote."""
        return sum(self.errors) / self.symbols


@dataclass(frozen=True)
class Sources:
    """How far a score hangs on where the pictures are from. Right is a picture without an error.

    Attributes:
        share: the mean of the sources' shares of right pictures: each source counts alike.
        low, high: the 95% interval of what a source like these would get, as if each had one
            picture: Wilson's. Shares differ at most that much, for of all that lie in [0, 1] and
            have the same mean, those that are 0 or 1 have the largest variance.
        without: for each source, the share of right pictures among all the others.
    """

    share: float
    low: float
    high: float
    without: Mapping[str, float]

    @classmethod
    def of(cls, sources: Mapping[str, Scores]) -> Self:
        """Compare sources, at least two."""
        right = {name: own.errors.count(0) for name, own in sources.items()}
        total = {name: len(own.errors) for name, own in sources.items()}
        count = len(sources)
        share = sum(right[name] / total[name] for name in sources) / count
        without = {
            name: (sum(right.values()) - right[name]) / (sum(total.values()) - total[name])
            for name in sources
        }
        return cls(share, *wilson(share * count, count), without)


def score_symbols(
    labels: Sequence[tuple[str, ...]],
    boxes: Sequence[tuple[Box, ...]],
    readings: Sequence[Reading],
) -> dict[str, float]:
    """What of some lines is right, given the class and the box of each symbol written.

    Returns:
        exact, at_most_1: shares of lines with no wrong symbol and with one at most; cer: wrong
            symbols, a symbol being a class, for each one written;
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
