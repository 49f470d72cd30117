"""What reading gives: symbols, where they are, and the text and the LaTeX that they make."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from handmath.data import alphabet
from handmath.data.tree import Expression, Link
from handmath.reading import latex, text
from handmath.reading.classify import REJECT
from handmath.reading.exact import exp, log
from handmath.reading.grammar import grammar
from handmath.reading.thresholds import THRESHOLDS

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Symbol:
    r"""One symbol of a line.

    Attributes:
        label: name of the class, such as "seven" or "div".
        character: "7" or "÷".
        latex: "7" or "\div".
        box: left, top, right, bottom in pixels of the picture as it is displayed, the last two
            exclusive.
        confidence: probability of the class, in [0, 1].
    """

    label: str
    character: str
    latex: str
    box: Box
    confidence: float

    @classmethod
    def of(cls, label: str, box: Box, confidence: float) -> Self:
        """A symbol of a class."""
        return cls(label, alphabet.character(label), latex.of(label), box, confidence)


@dataclass(frozen=True)
class Reading:
    r"""What a picture says.

    Attributes:
        symbols: from left to right.
        text: "12÷4=3".
        latex: "12 \div 4 = 3".
        confidence: that all of it is right, in [0, 1]. It is the probability of the path, that is
            of its symbols and of what grammar makes of them, to the power of β / n^α for n symbols,
            times `ink_share` and the probability that what was left out, such as a point, is no
            symbol. Such a length normalization is that of Wu et al., "Google's Neural
            Machine Translation System" (2016), equation 14: errors in a line are no independent
            events, and the plain product falls with its length alone.
        size: width and height in pixels of the picture as it is displayed.
        ink_share: of the ink that was read, in [0, 1]; dust left aside.
        left_out: boxes of the ink that was not read, as those of the symbols.
        links: what each symbol hangs on; empty where they stand side by side, in a line.
    """

    symbols: tuple[Symbol, ...]
    text: str
    latex: str
    confidence: float
    size: tuple[int, int]
    ink_share: float = 1.0
    left_out: tuple[Box, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def tree(self) -> Expression:
        """How the symbols hang together."""
        row = Expression.row(self.labels)
        return Expression(self.labels, self.links) if self.links else row

    @property
    def box(self) -> Box:
        """Around all of its symbols, as a symbol's own; the whole picture where there is none."""
        if not self.symbols:
            return 0, 0, *self.size
        left, top, right, bottom = zip(*(symbol.box for symbol in self.symbols), strict=True)
        return min(left), min(top), max(right), max(bottom)

    @property
    def sure(self) -> bool:
        """Whether it is to be trusted: neither its confidence nor its share of the ink is low."""
        return (
            self.confidence >= THRESHOLDS.min_confidence
            and self.ink_share >= THRESHOLDS.min_ink_share
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the symbols' classes."""
        return tuple(symbol.label for symbol in self.symbols)

    def correct(self, labels: Sequence[str]) -> "Reading":
        """The same line as a person corrects it.

        Args:
            labels: the class of each symbol. Of one that changes the confidence becomes 1, and
                the line's own is computed anew.
        """
        symbols = tuple(
            symbol if symbol.label == label else Symbol.of(label, symbol.box, 1.0)
            for symbol, label in zip(self.symbols, labels, strict=True)
        )
        logs = [float(log(np.float64(symbol.confidence))) for symbol in symbols]
        if self.links:
            return expression_of(symbols, self.links, logs, self.size)
        return line_of(symbols, logs, self.size, self.ink_share, self.left_out)


def line_of(
    symbols: tuple[Symbol, ...],
    logs: list[float],
    size: tuple[int, int],
    ink_share: float,
    left_out: tuple[Box, ...],
    stray: Sequence[float] = (),
) -> Reading:
    """The reading that symbols make; `logs` are the logarithms of their probabilities.

    And `stray` are those of what was left out being no symbol.
    """
    labels = [symbol.label for symbol in symbols]
    return Reading(
        symbols,
        "".join(symbol.character for symbol in symbols),
        latex.join(labels),
        confidence(labels, logs) * float(exp(np.float64(math.fsum(stray)))) * ink_share,
        size,
        ink_share,
        left_out,
    )


def expression_of(
    symbols: tuple[Symbol, ...],
    links: tuple[Link, ...],
    logs: list[float],
    size: tuple[int, int],
) -> Reading:
    """The reading that symbols make that hang together.

    `logs` are the logarithms of the symbols' probabilities. How well the links suit says nothing
    of whether all is right that those do not say. A lone symbol counts as in a line.
    """
    labels = tuple(symbol.label for symbol in symbols)
    tree = Expression(labels, links)
    length = np.float64(max(len(logs), 1))
    weight = THRESHOLDS.expression_calibration * exp(-THRESHOLDS.expression_length * log(length))
    lone = THRESHOLDS.lone * THRESHOLDS.calibration if len(labels) == 1 else 0.0
    return Reading(
        symbols,
        text.of(tree),
        latex.of_tree(tree),
        float(exp(math.fsum(logs) * weight + lone)),
        size,
        links=links,
    )


def confidence(labels: list[str], logs: list[float]) -> float:
    """Of a path, as `Reading.confidence` has it; `logs` are the logarithms of probabilities."""
    odd = sum(grammar(before, after) for before, after in pairwise([REJECT, *labels, REJECT]))
    if len(labels) == 1:  # nothing beside it confirms that it is no letter, and no picture
        odd += THRESHOLDS.lone
    length = np.float64(max(len(logs), 1))
    weight = THRESHOLDS.calibration * exp(-THRESHOLDS.length_normalization * log(length))
    return float(exp((math.fsum(logs) + odd) * weight))


def scaled(box: Sequence[int], scale: float) -> Box:
    """A box in the pixels of a picture `scale` times as large."""
    left, top, right, bottom = (round(side * scale) for side in box)
    return left, top, right, bottom
