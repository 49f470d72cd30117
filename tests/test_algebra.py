"""What SymPy is given."""

import sys

import pytest
import sympy

from handmath.base.errors import InputError
from handmath.data.tree import Expression
from handmath.reading import algebra
from trees import QUADRATIC, Part, bar, root, row, sym


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (row(*"12÷4=3"), "Eq(12/4, 3)"),
        (row(*"0.5+x"), "1/2 + x"),
        (row("2", "x", "+", sym("y", sup="2")), "2*x + y**2"),
        (row("-", "x", "-", "1"), "-x - 1"),
        (row("2", "(", "a", "+", "b", ")"), "2*(a + b)"),
        (bar(row("a", "+", "b"), "c"), "(a + b)/c"),
        (root("x"), "sqrt(x)"),
        (root("x", above="3"), "x**(1/3)"),
        (row("|", "x", "|"), "Abs(x)"),
        (row("n", "!"), "factorial(n)"),
        (sym("alpha", sub="1"), "alpha_1"),
        (row("2", "pi"), "2*pi"),
        (sym("e", sup="x"), "E**x"),
        (row("sin", "2", "x", "+", "1"), "sin(2*x) + 1"),
        (row("sin", "x", "times", "2"), "sin(x)*2"),
        (row("sin", "x", "cos", "y"), "sin(x)*cos(y)"),
        (row("2", "sin", "cos", "x"), "2*sin(cos(x))"),
        (row(sym("sin", sup="2"), "x"), "sin(x)**2"),
        (row("sin", "(", "x", sym(")", sup="2")), "sin(x)**2"),
        (row(sym("cos", sup=row("-", "1")), "x"), "acos(x)"),
        (row("sin", "-", "x"), "sin(-x)"),
        (row("ln", "x"), "log(x)"),
        (row("log", "x"), "log(x)/log(10)"),
        (row(sym("log", sub="2"), "8"), "log(8)/log(2)"),
        (row("f", "(", "x", ")"), "f(x)"),
        (row(sym("f", sub="1", sup="2"), "(", "x", ")"), "f_1(x)**2"),
        (row("a", "(", "x", ")"), "a*x"),
        (row("x", "leq", "1"), "x <= 1"),
        (row("x", "neq", "1"), "Ne(x, 1)"),
        (row("5", "pm", "x"), "{5 - x, 5 + x}"),
        (row("pm", "x", "=", "1"), "Eq(x, 1) | Eq(-x, 1)"),
    ],
)  # fmt: skip
def test_as_sympy_writes_it(expression: Expression, written: str) -> None:
    assert algebra.text(expression) == written


def test_the_quadratic_formula_solves_the_equation() -> None:
    a, b, c, x = sympy.symbols("a b c x")
    found = algebra.of(QUADRATIC)
    roots = {relation.rhs.doit() for relation in found.args}
    assert isinstance(found, sympy.Or)
    for solution in roots:
        assert sympy.expand((a * x**2 + b * x + c).subs(x, solution)) == 0
    assert len(roots) == 2


def test_an_identity() -> None:
    found = algebra.of(
        row("(", "a", "+", "b", ")", "(", "a", "-", "b", ")", "=",
            sym("a", sup="2"), "-", sym("b", sup="2"))
    )  # fmt: skip
    assert sympy.simplify(found.lhs - found.rhs) == 0


def test_a_chain_of_relations_holds_together() -> None:
    x = sympy.Symbol("x")
    found = algebra.of(row(*"0<x≤1"))
    assert [bool(found.subs(x, value)) for value in (0, 0.5, 1, 2)] == [False, True, True, False]


def test_values_with_functions() -> None:
    found = algebra.of(row("sin", bar("pi", "4"), "=", bar(root("2"), "2")))
    assert found.doit() == sympy.true


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        (row("x", "+"), "no complete calculation"),
        (row(sym("sin", sub="2"), "x"), "nothing is calculated of what is sub “sin”"),
        (row(sym("f", sup=row("-", "1")), "(", "x", ")"), "may be an inverse or a power"),
        (sym("x", sub=sym("n", sub="1")), "too deep for a name"),
        (row("x", "in", "y"), "nothing is calculated of “∈”"),
        (row("1", "div", "2", "x"), "unclear whether “x” is divided by too"),
        (row("x", "+", sym("9", sup=sym("9", sup=sym("9", sup="9")))), "too large"),
        (row("x", "+", root(row("-", "4"))), "no real value"),
        (row("x", "+", bar("1", "0")), "divides by 0"),
        (row(*"9" * 1001, "x"), "too long"),
    ],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_what_sympy_is_not_given(expression: Expression, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        algebra.text(expression)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("sign", ["+", "-", "times", "div"])
def test_a_long_row(sign: str) -> None:
    long = row("x", *[sign, "x"] * 500)
    assert algebra.text(long).count("x") == 501


def test_a_deep_fraction() -> None:
    deep: Part = "x"
    for _ in range(300):
        deep = bar("1", row("1", "+", deep))
    assert isinstance(deep, Expression)
    with pytest.raises(InputError, match="too deep"):
        algebra.text(deep)


def test_sympy_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "handmath.reading.algebra")
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(InputError, match=r"pip install 'handmath\[algebra\]'"):
        __import__("handmath.reading.algebra")
