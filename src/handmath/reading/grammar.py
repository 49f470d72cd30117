"""Which class may follow which in arithmetic."""

from functools import cache

from handmath.data import alphabet
from handmath.reading.classify import REJECT
from handmath.reading.thresholds import THRESHOLDS

BETWEEN = {"operator", "slash", "relation"}  # kinds that need something on either side


@cache  # a line asks two hundred times
def grammar(before: str, after: str) -> float:
    """Logarithm of what a class counts after another; `REJECT` is the line's beginning and end."""
    left, right = alphabet.kind(before), alphabet.kind(after)
    operator_left, operator_right = left in BETWEEN, right in BETWEEN
    sign = alphabet.character(after) == "-"
    odd = (
        (operator_right and not sign and (operator_left or before == REJECT))
        or (sign and alphabet.character(before) in {"-", "+"})
        or ((operator_left or left == "point") and after == REJECT)
        or (right == "point" and left != "digit")
        or (left == "point" and operator_right)
    )
    return THRESHOLDS.odd if odd else 0.0
