"""What expressions come to, against values worked out by hand."""

from collections.abc import Callable
from fractions import Fraction
from typing import get_args

import pytest

from handmath.base.errors import InputError
from handmath.data.tree import ROOT, Expression, Link, Relation
from handmath.reading import arithmetic, value
from trees import QUADRATIC, Part, bar, root, row, sym


def power(base: str, exponent: Part) -> Expression:
    """A number to a power."""
    return row(*base[:-1], sym(base[-1], sup=exponent))


HALF, THIRD = bar("1", "2"), bar("1", "3")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        (row(*"12÷4=3"), "true"),  # as lines of arithmetic are
        (row(*"1+2="), "3"),
        (row("one", "div", "three"), "1/3 ≈ 0.333333"),
        (row(HALF, "+", THIRD), "5/6 ≈ 0.833333"),
        (row(HALF, "+", THIRD, "="), "5/6 ≈ 0.833333"),
        (row(HALF, "=", "0", ".", "5"), "true"),
        (bar(bar("4", "2"), HALF), "4"),
        (power("15", "2"), "225"),
        (power("2", row("-", "2")), "0.25"),
        (row("-", power("3", "2")), "-9"),
        (power("2", power("3", "2")), "512"),
        (row("(", "-", "3", sym(")", sup="2")), "9"),
        (row("2", "(", "3", "+", "4", ")"), "14"),
        (row("(", "1", "+", "2", ")", "[", "5", "-", "1", "]"), "12"),
        (row("2", "times", "-", "3"), "-6"),
        (row(*"8-2-1"), "5"),
        (row("8", "/", "(", "2", "times", "2", ")"), "2"),
        (row("2", "cdot", "3", "times", "4", "div", "6"), "4"),
        (row("|", "2", "-", "5", "|"), "3"),
        (row("5", "!"), "120"),
        (row("-", "3", "!"), "-6"),
        (row(HALF, HALF), "0.25"),
        (row("3", root("4")), "6"),
        # roots: exact as far as they are
        (root("4"), "2"),
        (root(bar("9", row("1", "6"))), "0.75"),
        (root(row("2", "7"), above="3"), "3"),
        (root(row("-", "8"), above="3"), "-2"),
        (power("8", bar("2", "3")), "4"),
        (root("2"), "≈ 1.41421"),
        (row(root("2"), "times", root("2"), "=", "2"), "true"),
        (row(root("2"), "+", root("3"), "=", root(row("5", "+", "2", root("6")))), "true"),
        (row(root("2"), "=", *"1.41421356"), "false"),
        (power("2", root("2")), "≈ 2.66514"),
        (row("|", "1", "-", root("2"), "|"), "≈ 0.414214"),
        (root("0"), "0"),
        # relations
        (row(*"1<2≤2≠3>0≥0"), "true"),
        (row(*"1<2<2"), "false"),
        (row(root("2"), "lt", *"1.5"), "true"),
        (row(*"1≠1"), "false"),
        # two values
        (row("5", "pm", "2"), "7 or 3"),
        (row("pm", "2"), "2 or -2"),
        (row("5", "pm", "0"), "5"),
        (row("2", "pm", root("4"), "pm", "1"), "5 or -1"),
        # not so large as they look
        (power("1", row(*"999999999999")), "1"),
        (root("1", above=row(*"999999999999")), "1"),
        (root("5", above=row(*"999999999999")), "≈ 1"),
    ],
)  # fmt: skip
def test_values(expression: Expression, found: str) -> None:
    assert value.answer(expression) == found


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        (row(), "empty"),
        (row(HALF, "+"), "no complete calculation"),
        (row(HALF, "+", "=", "1"), "no complete calculation"),
        (row("(", ")"), "no complete calculation"),
        (row("(", "1"), "the bracket ( stands alone"),
        (row("(", "1", "]"), "the bracket ] closes another one"),
        (bar("1", None), "a fraction is incomplete"),
        (sym("sqrt"), "a root is incomplete"),
        (bar("1", "0"), "divides by 0"),
        (bar("1", row(root("2"), "-", root("2"))), "divides by 0"),
        (power("0", row("-", "1")), "divides by 0"),
        (power("0", "0"), "no real value"),
        (root(row("-", "4")), "no real value"),
        (root("4", above="0"), "no real value"),
        (row("(", "-", "2", sym(")", sup=root("2"))), "no real value"),

        (row("(", HALF, ")", "!"), "no real value"),
        (row("(", "0", "-", "1", ")", "!"), "no real value"),
        (row("x", "+", "1"), "letters"),
        (row("sin", "0"), "letters or functions"),
        (row(sym("f", sub="1"), "(", "2", ")"), "letters or functions"),
        (row(sym("log", sub="2"), "8"), "letters or functions"),
        (row("pi"), "letters"),
        (QUADRATIC, "letters"),
        (row("1", "comma", "2"), "nothing is calculated of “,”"),
        (row("ldots"), "nothing is calculated"),
        (row(sym("sum", below="1"), "2"), "∑ needs"),
        (row(sym("sum", below=row(*"i=1"), above="3"), "2"), "letters"),
        (row("int", "2", "d", "x"), "letters"),
        (sym("2", sub="3"), "nothing is calculated"),
        (sym("2", below="3"), "nothing is calculated of what is below “2”"),
        (row("1", sym("+", sup="2"), "3"), "nothing is calculated of what is sup “+”"),
        (row("1", sym("=", sup="2"), "3"), "nothing is calculated"),
        (row("5", "=", "3", "pm", "2"), "neither true nor false"),
        # what may mean two things
        (row("2", HALF), "may be a sum or a product"),
        (row("6", "div", "2", "(", "1", "+", "2", ")"), "unclear whether"),
        # bombs
        (power("9", power("9", power("9", "9"))), "too large"),
        (power("9", row(*"999")), "too large"),
        (power("9", row("-", *"999")), "too large"),
        (row(*["9", "times"] * 999, power("9", "9")), "too large"),
        (row(*"999", "!"), "too large"),
        (row(*"5", "!", "!", "!"), "too large"),
        (power("9", row(*"9" * 400)), "too large"),
        (power("2", row("-", *"9" * 300, ".", "5")), "too large"),
        (row("9", sym("9", sup=row(root("2"), "times", *"9" * 200))), "too large"),
    ],
)  # fmt: skip
@pytest.mark.timeout(10)
def test_no_value(expression: Expression, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        value.answer(expression)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (row(*"1+1=3"), "1 + 1 = 3 is false: the sides are 2 and 3"),
        (row(HALF, "+", THIRD, "="), "1/2+1/3 = 5/6 ≈ 0.833333"),
        (row(HALF, "=", *"0.5"), "1/2=0.5 is true"),
        (root("2"), "√2 ≈ 1.41421"),
        (row("5", "pm", "2"), "5±2 = 7 or 3"),
    ],
)
def test_conclusions(expression: Expression, said: str) -> None:
    assert value.conclude(expression) == said


@pytest.mark.parametrize(
    "line", ["12÷4=3", "12÷4=", "1+", "", "1/0", "1.5-.5", "5..2", "=1", "3=4"]
)
def test_a_line_of_arithmetic_comes_to_what_it_did(line: str) -> None:
    def said(of: Callable[[], str]) -> str:
        try:
            return of()
        except InputError as error:
            return str(error)

    assert said(lambda: value.answer(row(*line))) == said(lambda: arithmetic.answer(line))
    assert said(lambda: value.conclude(row(*line))) == said(lambda: arithmetic.conclude(line))


@pytest.mark.parametrize("relation", get_args(Relation)[1:])
def test_deep(relation: Relation) -> None:
    deep = Expression(("x",) * 1000, (ROOT, *(Link(index, relation) for index in range(999))))
    with pytest.raises(InputError):
        value.answer(deep)


def test_a_deep_value() -> None:
    """The golden ratio's continued fraction, 1 + 1 / (1 + 1 / …), gives Fibonacci's numbers."""
    deep: Part = "1"
    for _ in range(300):
        deep = row("1", "+", bar("1", deep))
    numbers = [1, 1]
    for _ in range(300):
        numbers.append(numbers[-1] + numbers[-2])
    assert isinstance(deep, Expression)
    assert value.answer(deep).startswith(str(Fraction(numbers[301], numbers[300])))
