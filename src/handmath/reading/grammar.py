"""Which class may follow which in arithmetic."""

import math

from handmath.data import alphabet
from handmath.reading.classify import NOTHING

ODD = math.log(0.2)  # what a breach of arithmetic's grammar costs
OPERATORS = alphabet.OPERATORS | {"/"}


def grammar(before: str, after: str) -> float:
    """What a class costs after another one; `NOTHING` is the line's beginning and its end."""
    left, right = alphabet.names(before)[0], alphabet.names(after)[0]
    operator_left, operator_right = left in OPERATORS, right in OPERATORS
    odd = (
        (operator_right and right != "-" and (operator_left or left in {NOTHING, "."}))
        or (right == "-" and left in {"-", "+", "."})
        or ((operator_left or left == ".") and right == NOTHING)
        or (right == "." and not left.isdigit())
        or (left == "." and operator_right)
    )
    return ODD if odd else 0.0
