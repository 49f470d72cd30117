"""What a line of arithmetic comes to, in exact fractions."""

import re
from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction

from handmath.base.errors import InputError

NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
SIDE = re.compile(rf"[+-]?{NUMBER}(?:[+×÷-][+-]?{NUMBER})*", re.ASCII)
STEP = re.compile(rf"([+×÷-]?)([+-]?{NUMBER})", re.ASCII)
SYMBOLS = frozenset("0123456789.+-×÷/=")
LONGEST = 1000  # symbols: of more, Python may refuse to print the result
DIGITS = 15  # of a result that is shown as a decimal


def conclude(text: str) -> str:
    """Say what a line comes to, as `12÷4=3` → `12 ÷ 4 = 3 is true`.

    A line without `=`, or one that ends with it, is a question: `12÷4=` → `12 ÷ 4 = 3`.

    Args:
        text: a line of `0-9 . + - × ÷ / =`, without spaces.

    Raises:
        InputError: the line is not complete, divides by 0 or is too long.
    """
    sides, values = evaluated(text)
    line = spaced("=".join(sides))
    if len(sides) == 1:
        return f"{line} = {written(values[0])}"
    if len(set(values)) == 1:
        return f"{line} is true"
    return f"{line} is false: the sides are {' and '.join(map(written, values))}"


def answer(text: str) -> str:
    """`true` or `false` of a line that says so, and what a question comes to, such as `3`.

    Args and errors as of `conclude`.
    """
    sides, values = evaluated(text)
    if len(sides) == 1:
        return written(values[0])
    return "true" if len(set(values)) == 1 else "false"


def evaluated(text: str) -> tuple[list[str], list[Fraction]]:
    """The sides of a line and their values; one side of a question. Errors as of `conclude`."""
    if len(text) > LONGEST:
        raise InputError(f"more than {LONGEST} symbols are too many to compute with")
    sides = text.replace("/", "÷").removesuffix("=").split("=")
    return sides, [value(side) for side in sides]


def value(side: str) -> Fraction:
    """The exact value of one side: × and ÷ before + and -, else from left to right.

    Raises:
        InputError: it is not a complete calculation, or it divides by 0.
    """
    if not SIDE.fullmatch(side):
        raise InputError(
            f"“{spaced(side)}” is no complete calculation" if side else "a side of = is empty"
        )
    total = term = Fraction(0)
    for operator, digits in STEP.findall(side):
        number = Fraction(digits.removesuffix("."))
        if operator == "×":
            term *= number
        elif operator == "÷":
            if not number:
                raise InputError(f"{spaced(side)} divides by 0")
            term /= number
        else:
            total += term
            term = -number if operator == "-" else number
    return total + term


def written(number: Fraction) -> str:
    """A number as people write it: `3`, `0.25`, or `1/3 ≈ 0.333333` where no decimal is exact."""
    if number.denominator == 1:
        return str(number)
    with localcontext(Context(prec=DIGITS)) as context:  # whatever was rounded before
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
        exact = not context.flags[Inexact]
    return f"{decimal:f}" if exact else f"{number} ≈ {float(decimal):.6g}"


def spaced(text: str) -> str:
    """The line with a space on either side of each operator."""
    return re.sub(r"([+×÷=-])", r" \1 ", text).strip()
