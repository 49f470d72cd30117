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
        (sym("alpha", sub=row("n", "+", "1")), "alpha_{n+1}"),
        (row("2", "pi"), "2*pi"),
        (sym("e", sup="x"), "exp(x)"),
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
        (row(sym("sum", below=row(*"i=1"), above="n"), sym("i", sup="2"), "+", "1"),
         "Sum(i**2, (i, 1, n)) + 1"),
        (row("2", sym("sum", sub=row("i", "=", "k", "+", "1"), sup="n"), "i", "times", "2"),
         "2*Sum(i*2, (i, k + 1, n))"),
        (row(sym("prod", below=row(*"k=1"), above="n"), "k"), "Product(k, (k, 1, n))"),
        (row("int", sym("x", sup="2"), "+", "1", "d", "x", "-", "2"), "Integral(x**2 + 1, x) - 2"),
        (row("d", sym("int", below="0", above="pi"), "sin", "t", "d", "t"),
         "d*Integral(sin(t), (t, 0, pi))"),
        (row("int", "int", "x", "y", "d", "x", "d", "y"), "Integral(x*y, x, y)"),
        (row("int", "(", "d", "+", "1", ")", "d", "x"), "Integral(d + 1, x)"),
        (row(sym("lim", below=row("x", "rightarrow", "0")), bar(row("sin", "x"), "x")),
         "Limit(sin(x)/x, x, 0, dir='+-')"),
        (row(sym("lim", below=row("n", "rightarrow", "infty")), "n"),
         "Limit(n, n, oo, dir='-')"),
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


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (row(sym("sum", below=row(*"i=1"), above="4"), sym("i", sup="2")), 30),
        (row(sym("prod", below=row(*"i=1"), above="4"), "i"), 24),
        (row(sym("int", below="0", above="1"), sym("x", sup="2"), "d", "x"), sympy.Rational(1, 3)),
        (row(sym("lim", below=row("x", "→", "0")), bar(row("sin", "x"), "x")), 1),
        (row(sym("lim", below=row("n", "→", "+", "infty")), bar("1", "n")), 0),
        (row(sym("lim", below=row("n", "→", "-", "infty")), sym("e", sup="n")), 0),
        (row(sym("log", sub="2"), "8"), 3),
    ],
)  # fmt: skip
def test_what_sympy_makes_of_it(expression: Expression, value: sympy.Basic) -> None:
    assert sympy.simplify(algebra.of(expression).doit()) == value


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
        (row("int", "x"), "does not end in d and its variable"),
        (row("(", "int", "x", ")", "d", "x"), "does not end in d and its variable"),
        (row(sym("int", above="1"), "x", "d", "x"), "one of its two limits"),
        (row(sym("sum", below="i"), "x"), "∑ needs i = … below and … above it"),
        (row(sym("sum", below=row(*"i=1")), "x"), "∑ needs i = … below and … above it"),
        (row(sym("sum", below=row(*"i="), above="n"), "x"), "∑ needs"),
        (row("lim", "x"), "lim needs x → … below it"),
        (row(sym("lim", below=row("x", "→", "0", "+")), "x"), "no complete calculation"),
        (row("x", "→", "0"), "nothing is calculated of “→”"),
        (sym("x", sup=row("i", "=", "1")), "nothing is calculated of “=”"),
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
