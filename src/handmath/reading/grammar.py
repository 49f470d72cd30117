"""Which class may follow which in arithmetic."""

import math

from handmath.data import alphabet
from handmath.reading.classify import NOTHING

ODD = math.log(0.2)  # what a breach of arithmetic's grammar costs
BETWEEN = {"operator", "slash", "relation"}  # kinds that need something on either side


def grammar(before: str, after: str) -> float:
    """What a class costs after another one; `NOTHING` is the line's beginning and its end."""
    left, right = alphabet.kind(before), alphabet.kind(after)
    operator_left, operator_right = left in BETWEEN, right in BETWEEN
    sign = alphabet.character(after) == "-"
    odd = (
        (operator_right and not sign and (operator_left or before == NOTHING))
        or (sign and alphabet.character(before) in {"-", "+"})
        or ((operator_left or left == "point") and after == NOTHING)
        or (right == "point" and left != "digit")
        or (left == "point" and operator_right)
    )
    return ODD if odd else 0.0
