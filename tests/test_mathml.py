"""MathML of expressions, parsed as XML."""

from typing import get_args
from xml.etree import ElementTree

import pytest

from handmath.data import alphabet
from handmath.data.tree import ROOT, Expression, Link, Relation
from handmath.reading import mathml
from trees import QUADRATIC, bar, root, row, sym

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def parsed(expression: Expression) -> str:
    """MathML without `<math>` and its row, each element as `tag(content)`."""
    math = ElementTree.fromstring(mathml.of(expression))
    assert (math.tag, math.get("display")) == (f"{NAMESPACE}math", "block")

    def told(element: ElementTree.Element) -> str:
        inner = " ".join(map(told, element)) or element.text or ""
        return f"{element.tag.removeprefix(NAMESPACE)}({inner})"

    assert [element.tag for element in math] == [f"{NAMESPACE}mrow"] * len(math)
    return " ".join(told(element) for whole in math for element in whole)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (row(*"12.5÷4-3×1+.5=7"),
         "mn(12.5) mo(÷) mn(4) mo(−) mn(3) mo(×) mn(1) mo(+) mn(.5) mo(=) mn(7)"),
        (row("one"), "mn(1)"),
        (row("1", sym("2", sup="3"), "4"), "msup(mn(12) mn(3)) mn(4)"),
        (row("x", ".", "y"), "mi(x) mo(.) mi(y)"),
        (sym("x", sup="2", sub=row("i", "j")), "msubsup(mi(x) mrow(mi(i) mi(j)) mn(2))"),
        (sym("x", sub="1"), "msub(mi(x) mn(1))"),
        (bar("a", row("2", "b")), "mfrac(mi(a) mrow(mn(2) mi(b)))"),
        (bar(bar("1", "2"), "x", sup="2"),
         "msup(mfrac(mfrac(mn(1) mn(2)) mi(x)) mn(2))"),
        (root(row("x", "+", "1")), "msqrt(mrow(mi(x) mo(+) mn(1)))"),
        (root("x", above="3", sup="2"), "msup(mroot(mi(x) mn(3)) mn(2))"),
        (row(sym("sum", above="n", below=row(*"i=1")), "i"),
         "munderover(mo(∑) mrow(mi(i) mo(=) mn(1)) mi(n)) mi(i)"),
        (sym("sum", sub="i"), "munder(mo(∑) mi(i))"),
        (sym("prod", above="n"), "mover(mo(∏) mi(n))"),
        (row(sym("int", above="1", below="0"), "x"), "msubsup(mo(∫) mn(0) mn(1)) mi(x)"),
        (row(sym("lim", below=row("x", "rightarrow", "infty")), "f"),
         "munder(mi(lim) mrow(mi(x) mo(→) mi(∞))) mo(⁡) mi(f)"),
        (row("sin", "(", "x", ")"), "mi(sin) mo(⁡) mrow(mo(() mi(x) mo()))"),
        (row(sym("sin", sup="2"), "theta"), "msup(mi(sin) mn(2)) mo(⁡) mi(θ)"),
        (row(sym("f", sup="prime"), "leq", "ldots"), "msup(mi(f) mo(′)) mo(≤) mo(…)"),
        (row("5", "pm", "2"), "mn(5) mo(±) mn(2)"),
        # what brackets hold is one, and has their scripts
        (row("2", "(", "a", "+", "b", sym(")", sup="n")),
         "mn(2) msup(mrow(mo(() mi(a) mo(+) mi(b) mo())) mi(n))"),
        (row("[", "0", "comma", "1", ")"), "mrow(mo([) mn(0) mo(,) mn(1) mo()))"),
        (row("{", "|", "x", "|", "}"),
         "mrow(mo({) mrow(mo(|) mi(x) mo(|)) mo(}))"),
        (row("|", "x", "|", "|", "-", "1", sym("|", sup="2")),
         "mrow(mo(|) mi(x) mo(|)) msup(mrow(mo(|) mo(−) mn(1) mo(|)) mn(2))"),
        (row("|", "|", "x", "|", "|"), "mrow(mo(|) mrow(mo(|) mi(x) mo(|)) mo(|))"),
        (row("(", "a", "|", "b", ")"), "mrow(mo(() mi(a) mo(|) mi(b) mo()))"),
        (row(")", "x", "("), "mo()) mi(x) mo(()"),
        (row("(", "(", "x", ")"), "mo(() mrow(mo(() mi(x) mo()))"),
        # what nobody means to write
        (bar("x", None), "mfrac(mi(x) mrow())"),
        (bar(None, "x"), "mfrac(mrow() mi(x))"),
        (sym("sqrt"), "msqrt(mrow())"),
        (row("my_sign", "&", "<"), "mtext(my sign) mo(&) mo(<)"),
        (sym("x", above="1", below="2", inside="3", sup="4", sub="5"),
         "msubsup(mrow(mi(x) mn(3)) mrow(mn(2) mn(5)) mrow(mn(1) mn(4)))"),
        (row(), ""),
    ],
)  # fmt: skip
def test_mathml(expression: Expression, written: str) -> None:
    assert parsed(expression) == written


def test_the_quadratic_formula() -> None:
    assert parsed(QUADRATIC) == (
        "mi(x) mo(=) mfrac(mrow(mo(−) mi(b) mo(±) "
        "msqrt(mrow(msup(mi(b) mn(2)) mo(−) mn(4) mi(a) mi(c)))) mrow(mn(2) mi(a)))"
    )


def test_every_symbol_of_the_alphabet() -> None:
    for of in alphabet.SYMBOLS.values():
        for character in of:
            found = mathml.of(row("x", character))
            assert found.isascii()
            text = "".join(ElementTree.fromstring(found).itertext())
            assert text == "x" + {"-": "−", "~": "∼", "√": ""}.get(character, character)


def test_a_word_is_apart_from_what_it_is_applied_to() -> None:
    assert 'rspace="0.1667em"' in mathml.of(row("sin", "x"))
    assert "rspace" not in mathml.of(row("sin", "(", "x", ")"))


def test_a_word_is_apart_from_what_is_before_it() -> None:
    apart = 'mspace width="0.1667em"'
    assert apart in mathml.of(row("2", "sin", "x"))
    assert apart in mathml.of(row("(", "x", ")", "sin", "x"))
    for before in ("+", "=", "(", "cos", "comma"):
        assert apart not in mathml.of(row(before, "sin", "x"))


def test_a_bracket_without_fellow_is_not_stretched() -> None:
    assert '<mo stretchy="false">(</mo>' in mathml.of(row("(", bar("1", "2")))
    assert "stretchy" not in mathml.of(row("(", bar("1", "2"), ")"))


@pytest.mark.parametrize("relation", get_args(Relation)[1:])
def test_deep(relation: Relation) -> None:
    deep = Expression(("x",) * 1000, (ROOT, *(Link(index, relation) for index in range(999))))
    assert mathml.of(deep).count("<mi>x</mi>") == 1000
