"""Plain text of expressions."""

from typing import get_args

import pytest

from handmath.data.tree import ROOT, Expression, Link, Relation
from handmath.reading import text
from trees import QUADRATIC, bar, root, row, sym


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (QUADRATIC, "x=(-b±√(b^2-4ac))/(2a)"),
        (row(*"12.5÷4=3"), "12.5÷4=3"),
        (row("one", "div", "two"), "1÷2"),
        (sym("x", sup="2"), "x^2"),
        (sym("x", sub="1"), "x_1"),
        (sym("x", sub="1", sup="2"), "x_1^2"),
        (sym("x", sup=row("1", "2")), "x^12"),
        (sym("x", sup=row("-", "1")), "x^(-1)"),
        (sym("x", sup=sym("2", sup="n")), "x^(2^n)"),
        (row(sym("x", sup="2"), "3"), "x^2 3"),
        (row(sym("x", sup="2"), "y"), "x^2y"),
        (row("(", "a", "+", "b", sym(")", sup="n")), "(a+b)^n"),
        # fractions
        (bar("1", "2"), "1/2"),
        (bar(row("2", "a"), "b"), "2a/b"),
        (bar("a", row("b", "c")), "a/(bc)"),
        (bar("a", sym("b", sup="2")), "a/b^2"),
        (bar("1", row("(", "a", "+", "b", ")")), "1/(a+b)"),
        (bar(row("(", "a", ")", "(", "b", ")"), "c"), "(a)(b)/c"),
        (bar(row("-", "b"), "2"), "(-b)/2"),
        (bar(bar("4", "2"), bar("1", "2")), "(4/2)/(1/2)"),
        (bar("a", "b", sup="2"), "(a/b)^2"),
        (row(bar("1", "2"), "h"), "(1/2)h"),
        (row("2", bar("1", "3")), "2(1/3)"),
        (row(bar("1", "2"), "+", bar("1", "3"), "=", bar("5", "6")), "1/2+1/3=5/6"),
        (row("a", "div", bar("b", "c"), "div", "d"), "a÷(b/c)÷d"),
        (row("(", bar("a", "b"), sym(")", sup="2")), "(a/b)^2"),
        (row("|", bar("a", "b"), "|"), "|a/b|"),
        (row("sin", bar("pi", "4")), "sin(π/4)"),
        (bar("x", row(bar("1", "2"), "y")), "x/((1/2)y)"),
        # roots
        (root("2"), "√2"),
        (root("x", above="3"), "√[3]x"),
        (root(sym("x", sup="2")), "√(x^2)"),
        (root("x", sup="2"), "(√x)^2"),
        (row(root("x"), "y"), "√x y"),
        (row(root(row("x", "y")), "z"), "√(xy)z"),
        (bar(root("2"), "2"), "√2/2"),
        # words and large operators
        (row("2", "sin", "x", "cos", "y"), "2 sin x cos y"),
        (row("sin", "(", "x", ")"), "sin(x)"),
        (row(sym("sin", sup="2"), "x", "+", "1"), "sin^2 x+1"),
        (bar(row("sin", "x"), "x"), "(sin x)/x"),
        (row(sym("lim", below=row("x", "rightarrow", "0")), "f", "(", "x", ")"),
         "lim_(x→0) f(x)"),
        (row(sym("sum", below=row("i", "=", "1"), above="n"), "i"), "∑_(i=1)^n i"),
        (row("int", "x", "d", "x"), "∫xdx"),
        (row(sym("f", sup="prime"), "(", "x", ")"), "f′(x)"),
        (sym("f", sup=row("prime", "prime")), "f′′"),
        (row(sym("x", sub="1"), "comma", "ldots", "comma", sym("x", sub="n")), "x_1,…,x_n"),
        (row("x", "in", "[", "0", "comma", "1", ")"), "x∈[0,1)"),
        # what nobody means to write
        (bar("x", None), "x/()"),
        (bar(None, "x"), "()/x"),
        (sym("sqrt"), "√"),
        (sym("x", above="1", below="2", inside="3", sup="4", sub="5"), "x(3)_(25)^(14)"),
        (row(*"1..2"), "1..2"),
        (row(), ""),
    ],
)  # fmt: skip
def test_text(expression: Expression, written: str) -> None:
    assert text.of(expression) == written


@pytest.mark.parametrize("relation", get_args(Relation)[1:])
def test_deep(relation: Relation) -> None:
    deep = Expression(("x",) * 1000, (ROOT, *(Link(index, relation) for index in range(999))))
    assert text.of(deep).count("x") == 1000
