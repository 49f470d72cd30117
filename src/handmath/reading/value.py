"""What an expression without letters comes to: in exact fractions, as far as these go."""

import math
from collections.abc import Sequence
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, Underflow
from fractions import Fraction

from handmath.base.errors import InputError
from handmath.data.tree import Expression
from handmath.reading import arithmetic, calculation, text
from handmath.reading.steps import Step

Number = Fraction | Decimal
"""A Decimal is rounded: a root that no fraction is comes before it."""

LONGEST = 1000  # bits of a numerator or a denominator: what a float still holds
LARGEST_FACTORIAL = 1000
ROUNDED = Context(
    prec=50, Emin=-300, Emax=300, traps=[DivisionByZero, InvalidOperation, Overflow, Underflow]
)
EQUAL = Decimal("1e-40")  # a difference between rounded values, as a share of them
TOO_LARGE = "its numbers are too large to compute with"
NOT_REAL = "it has no real value"
BY_0 = "it divides by 0"


def conclude(expression: Expression) -> str:
    """Say what an expression comes to, as `1/2+1/3 = 5/6 ≈ 0.833333` or `√4=2 is true`.

    Raises:
        InputError: it has letters or is no complete calculation, has no real value, or numbers
            that are too large.
    """
    if line := _line(expression):
        return arithmetic.conclude(line)
    found = answer(expression)
    written = text.of(expression)
    if found in {"true", "false"}:
        return f"{written} is {found}"
    return f"{written.rstrip('=')} {'' if found.startswith('≈') else '= '}{found}"


def answer(expression: Expression) -> str:
    """`true` or `false` of what says so, and else what it comes to, such as `3` or `≈ 1.41421`.

    Rounded values are equal if 40 digits are. Errors as of `conclude`.
    """
    if line := _line(expression):
        return arithmetic.answer(line)
    found = calculation.of(expression)
    if found.names:
        raise InputError("it has letters or functions, and so no value")
    values = [[value(side, sign) for side in found.sides] for sign in found.signs]
    if not found.relations:
        return " or ".join(dict.fromkeys(written(side) for (side,) in values))
    if found.branches:
        raise InputError("± says two things, so that it is neither true nor false")
    ((*sides,),) = values
    compared = map(_holds, found.relations, sides, sides[1:])
    return "true" if all(compared) else "false"


def _line(expression: Expression) -> str:
    """The text of a line of arithmetic, for which there is a module of its own; else ""."""
    if not expression.is_row or not expression.labels:
        return ""
    line = text.of(expression)
    return line if set(line) <= arithmetic.SYMBOLS else ""


def value(steps: Sequence[Step], sign: int = 1) -> Number:
    """The value of a calculation; errors as of `conclude`.

    Args:
        steps: of one side.
        sign: 1 where ± is +, -1 where it is -.
    """
    values: list[Number] = []
    for step in steps:
        first = len(values) - step.takes
        values[first:] = [done(step, values[first:], sign)]
    return values.pop()


def written(number: Number) -> str:
    """A number as people write it; a rounded one as `≈ 1.41421`."""
    return f"≈ {float(number):.6g}" if isinstance(number, Decimal) else arithmetic.written(number)


def done(step: Step, operands: Sequence[Number], sign: int = 1) -> Number:
    """The value of one step; operands are as many as it takes. Sign and errors as of `value`."""
    try:
        found = step.number if step.do == "number" else _done(step.do, *operands, sign=sign)
    except DivisionByZero:
        raise InputError(BY_0) from None
    except InvalidOperation:
        raise InputError(NOT_REAL) from None
    except (Overflow, Underflow):
        raise InputError(TOO_LARGE) from None
    if isinstance(found, Fraction) and max(_bits(found)) > LONGEST:
        raise InputError(TOO_LARGE)
    return found


def _done(do: str, *operands: Number, sign: int) -> Number:
    if len(operands) == 2:
        return _joined(do, *operands, sign)
    (of,) = operands
    if do == "negate" or (do == "plus or minus" and sign < 0):
        return _negative(of)
    if do == "absolute":
        return max(of, _negative(of))
    if do == "factorial":
        return _factorial(of)
    return _root(of, Fraction(2)) if do == "square root" else of


def _joined(do: str, first: Number, second: Number, sign: int) -> Number:
    """The result of a step that takes two values."""
    if do == "root":
        return _root(first, second)
    if do == "power":
        return _power(first, second)
    if do == "add or subtract":
        do = "add" if sign > 0 else "subtract"
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        if do == "divide":
            if not second:
                raise InputError(BY_0)
            return first / second
        if do == "multiply":
            return first * second
        return first + second if do == "add" else first - second
    rounded: Decimal = getattr(ROUNDED, do)(_rounded(first), _rounded(second))
    return rounded


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        if not base and exponent <= 0:
            raise InputError(BY_0 if exponent else NOT_REAL)
        if base < 0 and exponent.denominator > 1:
            raise InputError(NOT_REAL)
        root = _exact_root(base, exponent.denominator)
        if root is not None:
            if (max(_bits(root)) - 1) * abs(exponent.numerator) > LONGEST:
                raise InputError(TOO_LARGE)
            return root**exponent.numerator
    return ROUNDED.power(_rounded(base), _rounded(exponent))


def _root(of: Number, index: Number) -> Number:
    if not index:
        raise InputError(NOT_REAL)
    if of < 0 and isinstance(index, Fraction) and index.denominator == 1 and index % 2:
        return _negative(_root(_negative(of), index))
    return _power(of, _joined("divide", Fraction(1), index, 1))


def _exact_root(of: Fraction, index: int) -> Fraction | None:
    """The root of a fraction, if it is one."""
    if index == 1:
        return of
    above, below = (_integer_root(part, index) for part in of.as_integer_ratio())
    return None if above is None or below is None else Fraction(above, below)


def _integer_root(of: int, index: int) -> int | None:
    """The root of an integer that is not negative, if it is one; by bisection."""
    if index >= of.bit_length():  # the root is less than 2
        return of if of < 2 else None
    low, high = 0, 1 << (of.bit_length() // index + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if middle**index >= of else (middle + 1, high)
    return low if low**index == of else None


def _factorial(of: Number) -> Fraction:
    if isinstance(of, Decimal) or of.denominator > 1 or of < 0:
        raise InputError(NOT_REAL)
    if of > LARGEST_FACTORIAL:
        raise InputError(TOO_LARGE)
    return Fraction(math.factorial(of.numerator))


def _holds(relation: str, first: Number, second: Number) -> bool:
    """Whether a relation between two values is true."""
    difference = _joined("subtract", first, second, 1)
    if isinstance(difference, Decimal):
        size = max(_rounded(first).copy_abs(), _rounded(second).copy_abs(), Decimal(1))
        difference = Decimal(0) if difference.copy_abs() <= EQUAL * size else difference
    return {
        "=": difference == 0, "≠": difference != 0, "<": difference < 0, ">": difference > 0,
        "≤": difference <= 0, "≥": difference >= 0,
    }[relation]  # fmt: skip


def _negative(number: Number) -> Number:
    return number.copy_negate() if isinstance(number, Decimal) else -number


def _rounded(number: Number) -> Decimal:
    if isinstance(number, Decimal):
        return number
    return ROUNDED.divide(Decimal(number.numerator), Decimal(number.denominator))


def _bits(number: Fraction) -> tuple[int, int]:
    return number.numerator.bit_length(), number.denominator.bit_length()
