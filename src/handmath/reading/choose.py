"""Whether a picture holds a line of arithmetic or another expression, after both were tried."""

from collections.abc import Iterable

from handmath.data import alphabet
from handmath.data.tree import Relation
from handmath.reading.result import Reading, Symbol
from handmath.reading.thresholds import THRESHOLDS

# What a digit or a sign of arithmetic is easily taken for.
ALIKE = {"x": "×", "o": "0", "O": "0", "l": "1", "|": "1", ",": ".", "/": "÷"}
PAIRS = {"(": ")", "[": "]", "{": "}"}
BRACKETS = {*PAIRS, *PAIRS.values()}


def is_arithmetic(line: Reading, expression: Reading, characters: Iterable[str]) -> bool:
    """Whether a picture is a line of arithmetic.

    It is not if there are brackets, one for the other. Else it is if the line is far likelier; or
    if nothing else was certainly read as an expression, and the line is likely or has the same
    symbols.

    Args:
        line: the picture as a line.
        expression: the picture as an expression.
        characters: of the line's alphabet.
    """
    known = {*characters}
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


def _counts(symbol: Symbol) -> bool:
    """Whether a symbol is certain, and no bracket: a lone one is as good as a 1."""
    return symbol.confidence >= THRESHOLDS.certain and symbol.character not in BRACKETS


def _tells(relation: Relation, expression: Reading, parent: int) -> bool:
    """Whether a link is of no line; a digit has no subscript, so one is a digit that is low."""
    if relation == "sub":
        return alphabet.kind(expression.symbols[parent].label) != "digit"
    return relation not in {"root", "right"}
