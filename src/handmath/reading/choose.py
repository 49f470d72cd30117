"""Whether a picture holds a line of arithmetic or another expression."""

from collections.abc import Set as AbstractSet
from itertools import pairwise

import numpy as np

from handmath.data import alphabet
from handmath.data.tree import Relation
from handmath.reading import classify
from handmath.reading.exact import log_softmax
from handmath.reading.expression import crops
from handmath.reading.expression.groups import Group
from handmath.reading.expression.pieces import writing_size
from handmath.reading.line import Line
from handmath.reading.network import Network
from handmath.reading.result import Reading, Symbol
from handmath.reading.thresholds import THRESHOLDS

# What a digit or a sign of arithmetic is easily taken for.
ALIKE = {"x": "×", "o": "0", "O": "0", "l": "1", "|": "1", ",": ".", "/": "÷"}
PAIRS = {"(": ")", "[": "]", "{": "}"}
BRACKETS = {*PAIRS, *PAIRS.values()}


def is_clear(line: Line, network: Network, known: AbstractSet[str]) -> bool:
    """Whether a line is so clear that it need not be read as an expression as well.

    It is if its reading is likely and leaves nothing out, if its digits stand on one level, and if
    the network of expressions takes none of its symbols for something else. A letter may be a line
    of two strokes, so such a short one is not clear.

    Args:
        line: a line as it was read.
        network: tells the symbols of expressions apart.
        known: characters of the line's alphabet.
    """
    reading = line.reading
    if (
        len(line.symbols) < THRESHOLDS.short
        or reading.left_out
        or reading.confidence < THRESHOLDS.clear
        or not _level(line)
    ):
        return False
    names = [alphabet.character(label) for label in network.classes]
    same = [name in known or ALIKE.get(name) in known for name in names]
    likeliest = _scores(line, network)[:, same].max(axis=1)
    return bool((likeliest >= THRESHOLDS.same).all())


def is_arithmetic(line: Reading, expression: Reading, known: AbstractSet[str]) -> bool:
    """Whether a picture is a line of arithmetic, after both were tried.

    It is not if there are brackets, one for the other. Else it is if the line is far likelier; or
    if nothing else was certainly read as an expression, and the line is likely or has the same
    symbols.

    Args:
        line: the picture as a line.
        expression: the picture as an expression.
        known: characters of the line's alphabet.
    """
    other = [symbol for symbol in expression.symbols if symbol.character not in known]
    likely = {one.character for one in other if one.confidence >= THRESHOLDS.bracket}
    if any(PAIRS.get(character) in likely for character in likely):
        return False
    if line.confidence - expression.confidence >= THRESHOLDS.likelier:
        return True
    if any(_counts(symbol) and ALIKE.get(symbol.character) not in known for symbol in other):
        return False
    if any(_tells(relation, expression, parent) for parent, relation in expression.links):
        return False
    return not other or line.confidence >= THRESHOLDS.min_confidence


def _level(line: Line) -> bool:
    """Whether none of a line's digits is a power or an index of the one before."""
    labels, symbols = line.reading.labels, line.symbols
    digits = [
        (symbol.box[1], symbol.box[3])
        for label, symbol in zip(labels, symbols, strict=True)
        if alphabet.kind(label) == "digit"
    ]
    return all(
        min(a[1], b[1]) - max(a[0], b[0]) >= THRESHOLDS.level * max(a[1] - a[0], b[1] - b[0])
        for a, b in pairwise(digits)
    )


def _scores(line: Line, network: Network) -> np.ndarray:
    """What the network of expressions says of a line's symbols, as it sees them otherwise.

    Returns:
        Float64 [symbols, classes], logarithms of probabilities.
    """
    labels, count = line.components.labels, len(line.components.boxes)
    groups = [Group(tuple(range(own.first, own.last)), own.box) for own in line.symbols]
    size = writing_size(np.array([bottom - top for _, (_, top, _, bottom), _ in groups]))
    least = crops.SMALLEST * size
    seen = [classify.show(labels, count, own.members, own.box, least) for own in groups]
    sizes = [crops.sizes(own, size) for own in groups]
    return log_softmax(network.logits(np.stack(seen), np.array(sizes, dtype=np.int8)))


def _counts(symbol: Symbol) -> bool:
    """Whether a symbol is certain, and no bracket: a lone one is as good as a 1."""
    return symbol.confidence >= THRESHOLDS.certain and symbol.character not in BRACKETS


def _tells(relation: Relation, expression: Reading, parent: int) -> bool:
    """Whether a link is of no line; a digit has no subscript, so one is a digit that is low."""
    if relation == "sub":
        return alphabet.kind(expression.symbols[parent].label) != "digit"
    return relation not in {"root", "right"}
