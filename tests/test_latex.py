"""Names of classes as characters and LaTeX."""

from typing import get_args

import pytest

from handmath.data import alphabet
from handmath.data.tree import ROOT, Expression, Link, Relation
from handmath.drawing import glyphs
from handmath.reading import latex
from trees import QUADRATIC, bar, root, row, sym


@pytest.mark.parametrize(
    ("label", "character", "written"),
    [
        ("seven", "7", "7"), ("7", "7", "7"), ("div", "÷", r"\div"), ("decimal", ".", "."),
        ("dot", ".", "."), ("forward_slash", "/", "/"), ("alpha", "α", r"\alpha"),
        ("leq", "≤", r"\leq"), ("(", "(", "("), ("{", "{", r"\{"), ("x", "x", "x"),
        ("sin", "sin", r"\sin"), ("ascii_124", "|", "|"),
        ("my_sign", "my_sign", r"\mathrm{my sign}"), ("sqrt", "√", r"\surd"), ("α", "α", r"\alpha"),
        ("%", "%", r"\%"), ("50%", "50%", r"\mathrm{50\%}"), ("sim", "~", r"\sim"),
    ],
)  # fmt: skip
def test_names(label: str, character: str, written: str) -> None:
    assert (alphabet.character(label), latex.of(label)) == (character, written)


def test_every_name_stands_for_one_character() -> None:
    names = [
        name
        for of in alphabet.SYMBOLS.values()
        for character, others in of.items()
        for name in {character, *others.split()}
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("seven", "digit"), ("7", "digit"), ("dot", "point"), ("minus", "operator"),
        ("equal", "relation"), ("forward_slash", "slash"), ("x", "letter"), ("β", "greek"),
        ("sin", "function"), ("my_sign", "other"), ("?", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_kinds(label: str, kind: str) -> None:
    assert alphabet.kind(label) == kind


def test_every_class_of_the_notebook_has_a_character() -> None:
    characters = [alphabet.character(label) for label in glyphs.SYMBOLS]
    assert sorted(characters) == sorted("0123456789.+-×÷=")


def test_the_table_of_latex_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(latex.LATEX, "my_sign", r"\mysign")
    monkeypatch.setitem(latex.LATEX, "÷", "/")
    assert latex.join(["one", "div", "my_sign", "x"]) == r"1 / \mysign x"


@pytest.mark.parametrize(
    ("labels", "written"),
    [
        (["one", "two", "div", "four", "equal", "three"], r"12 \div 4 = 3"),
        (["one", "decimal", "five"], "1.5"),
        (["alpha", "x", "leq", "two"], r"\alpha x \leq 2"),
        (["sin", "x"], r"\sin x"),
        (["two", "alpha"], r"2 \alpha"),
        (["(", "x", ")"], "(x)"),
    ],
)
def test_join(labels: list[str], written: str) -> None:
    result = latex.join(labels)
    assert result == written


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (QUADRATIC, r"x = \frac { - b \pm \sqrt { b ^ { 2 } - 4 a c } } { 2 a }"),
        (root("x", above="3"), r"\sqrt [ 3 ] { x }"),
        (row(sym("x", sup="2", sub="i"), "y"), "x _ { i } ^ { 2 } y"),
        (row(sym("sum", above="n", below=row(*"i=1")), "i"), r"\sum _ { i = 1 } ^ { n } i"),
        (row(sym("int", sup="1", sub="0"), "x"), r"\int _ { 0 } ^ { 1 } x"),
        (sym("prod", below="k"), r"\prod _ { k }"),
        (sym("lim", below=row("x", "rightarrow", "0")), r"\lim _ { x \rightarrow 0 }"),
        (sym("f", sup="prime"), r"f ^ { \prime }"),
        (row(sym("sin", sup="2"), "theta"), r"\sin ^ { 2 } \theta"),
        (row("x", "leq", "1", "0"), r"x \leq 1 0"),
        (row("{", "|", "x", "|", "}"), r"\{ | x | \}"),
        (row("1", "comma", "ldots", "exclamation"), r"1 , \ldots !"),
        (row("x", "%", "&", "my_sign"), r"x \% \& \mathrm{my sign}"),
        (bar(bar("1", "2"), sym("x", sup=sym("2", sup="n"))),
         r"\frac { \frac { 1 } { 2 } } { x ^ { 2 ^ { n } } }"),
        (bar("a", "b", sup="2"), r"\frac { a } { b } ^ { 2 }"),
        # what nobody means to write
        (bar("x", None), r"\frac { x } { }"),
        (bar(None, "x"), r"\frac { } { x }"),
        (sym("sqrt"), r"\sqrt { }"),
        (root("x", above=row("[", "2", "]")), r"\sqrt [ { [ 2 ] } ] { x }"),
        (sym("x", above="1", below="2", inside="3", sup="4", sub="5"),
         "x { 3 } _ { 2 5 } ^ { 1 4 }"),
        # a row of arithmetic, as `join` has it
        (row("one", "two", "div", "four", "equal", "three"), r"12 \div 4 = 3"),
        (row(), ""),
    ],
)  # fmt: skip
def test_a_tree_in_latex(expression: Expression, written: str) -> None:
    assert latex.of_tree(expression) == written


def test_symbols_of_a_row_may_come_in_any_order() -> None:
    expression = Expression(("2", "+", "1"), (Link(1, "right"), Link(2, "right"), ROOT))
    assert latex.of_tree(expression) == "1 + 2"


@pytest.mark.parametrize("relation", get_args(Relation)[1:])
def test_a_deep_tree_in_latex(relation: Relation) -> None:
    deep = Expression(("x",) * 2000, (ROOT, *(Link(index, relation) for index in range(1999))))
    assert latex.of_tree(deep).count("x") == 2000


def test_a_bar_without_a_side_is_a_minus() -> None:
    assert latex.of_tree(row("x", sym("-", sup="2"))) == "x - ^ { 2 }"
