"""An expression for SymPy, which the extra `algebra` brings: to simplify, solve or plot it."""

from collections.abc import Callable, Sequence

from handmath.base import errors
from handmath.base.errors import InputError
from handmath.data import alphabet
from handmath.data.tree import Expression
from handmath.reading import calculation, value
from handmath.reading.steps import Step
from handmath.reading.value import Number

with errors.brought_by("algebra"):
    import sympy

CONSTANTS = {"π": sympy.pi, "∞": sympy.oo, "e": sympy.E}
RELATIONS: dict[str, Callable[..., sympy.Basic]] = {
    "=": sympy.Eq, "≠": sympy.Ne, "<": sympy.Lt, ">": sympy.Gt, "≤": sympy.Le, "≥": sympy.Ge,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., sympy.Basic]] = {
    "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "exp": sympy.exp, "ln": sympy.log,
    "asin": sympy.asin, "acos": sympy.acos, "atan": sympy.atan,
}  # fmt: skip
TOO_DEEP = "it is nested too deep for SymPy"


def of(expression: Expression) -> sympy.Basic:
    """The expression as it is written: nothing is evaluated, and no text is parsed.

    A letter is a symbol by its name: `x`, `alpha`, `x_1`; π, ∞ and e are the constants. A `log`
    without a base has the base 10. What a ± stands for are two relations of which one holds, or a
    set of two values.

    Raises:
        InputError: it is no complete calculation, can be meant in two ways, or has numbers that
            are too large or not real; or SymPy is not installed.
    """
    found = calculation.of(expression)
    try:
        ways = [_related(found, sign) for sign in found.signs]
        if len(ways) == 1:
            return ways[0]
        return (sympy.Or if found.relations else sympy.FiniteSet)(*ways, evaluate=False)
    except RecursionError:
        raise InputError(TOO_DEEP) from None


def text(expression: Expression) -> str:
    """The expression as SymPy writes it: `Eq(x**2, 2*a)`. Errors as of `of`."""
    found = of(expression)
    try:
        return str(sympy.sstr(found, order="none"))
    except RecursionError:
        raise InputError(TOO_DEEP) from None


def _related(found: calculation.Calculation, sign: int) -> sympy.Basic:
    """Sides with the relations between them; several of these hold together."""
    sides = [_side(steps, sign) for steps in found.sides]
    related = [
        RELATIONS[relation](*pair, evaluate=False)
        for relation, *pair in zip(found.relations, sides, sides[1:], strict=False)
    ]
    if len(related) > 1:
        return sympy.And(*related, evaluate=False)
    return related[0] if related else sides[0]


def _side(steps: Sequence[Step], sign: int) -> sympy.Basic:
    """One side. Numbers are computed beside it, so that none is too large for what SymPy does."""
    values: list[tuple[sympy.Basic, Number | None]] = []
    for step in steps:
        first = len(values) - step.takes
        operands = [own for own, _ in values[first:]]
        numbers = [number for _, number in values[first:] if number is not None]
        known = len(numbers) == step.takes and not step.of_names
        number = value.done(step, numbers, sign) if known else None
        values[first:] = [(_done(step, operands, sign), number)]
    return values.pop()[0]


def _done(step: Step, operands: list[sympy.Basic], sign: int) -> sympy.Basic:
    """What one step makes."""
    match step.do, operands:
        case "number", []:
            number = step.number
            return sympy.Rational(number.numerator, number.denominator)
        case "name", []:
            if step.what in CONSTANTS:
                return CONSTANTS[step.what]
            return _symbol(step.what)
        case "call", [of]:
            return _call(step.what, of)
        case "negate", [of]:
            return _negative(of)
        case "plus or minus", [of]:
            return of if sign > 0 else _negative(of)
        case "square root", [of]:
            return sympy.sqrt(of, evaluate=False)
        case "absolute", [of]:
            return sympy.Abs(of, evaluate=False)
        case "factorial", [of]:
            return sympy.factorial(of, evaluate=False)
        case "root", [of, index]:
            return sympy.Pow(of, sympy.Pow(index, -1, evaluate=False), evaluate=False)
        case "log", [of, base]:
            return _log(of, base)
        case "sum", [of, first, last]:
            return sympy.Sum(of, (_symbol(step.what), first, last))
        case "product", [of, first, last]:
            return sympy.Product(of, (_symbol(step.what), first, last))
        case "integral", [of]:
            return sympy.Integral(of, _symbol(step.what))
        case "integral from to", [of, first, last]:
            return sympy.Integral(of, (_symbol(step.what), first, last))
        case "limit", [of, to]:
            return sympy.Limit(of, _symbol(step.what), to, "+" if to.is_infinite else "+-")
        case "power", [sympy.E, exponent]:
            return sympy.exp(exponent, evaluate=False)
        case "power", [base, exponent]:
            return sympy.Pow(base, exponent, evaluate=False)
        case "multiply", [first, second]:
            return _joined(sympy.Mul, first, second)
        case "divide", [first, second]:
            return _quotient(first, second)
        case _, [first, second]:
            plus = step.do == "add" or (step.do == "add or subtract" and sign > 0)
            return _joined(sympy.Add, first, second if plus else _negative(second))
    raise AssertionError(step)


def _call(name: str, of: sympy.Basic) -> sympy.Basic:
    if name == "log":
        return _log(of, sympy.Integer(10))
    if name in FUNCTIONS:
        return FUNCTIONS[name](of, evaluate=False)
    return sympy.Function(_name(name))(of)


def _log(of: sympy.Basic, base: sympy.Basic) -> sympy.Basic:
    return _quotient(sympy.log(of, evaluate=False), sympy.log(base, evaluate=False))


def _quotient(first: sympy.Basic, second: sympy.Basic) -> sympy.Basic:
    return _joined(sympy.Mul, first, sympy.Pow(second, -1, evaluate=False))


def _joined(kind: type[sympy.Expr], first: sympy.Basic, second: sympy.Basic) -> sympy.Basic:
    """A sum or a product; a long one is not nested, for SymPy recurses."""
    before = first.args if isinstance(first, kind) else (first,)
    return kind(*before, second, evaluate=False)


def _negative(of: sympy.Basic) -> sympy.Basic:
    if of.is_Number:
        return -of
    return sympy.Mul(sympy.S.NegativeOne, of, evaluate=False)


def _symbol(name: str) -> sympy.Symbol:
    return sympy.Symbol(_name(name))


def _name(text: str) -> str:
    """As SymPy has it, which knows Greek letters by their names: `alpha_1`."""
    return "".join(alphabet.COMMANDS.get(own, own) if not own.isascii() else own for own in text)
