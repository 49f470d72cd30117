"""LaTeX in one spelling, and how many tokens are wrong."""

from pathlib import Path

import pytest

from handmath.data import alphabet
from handmath.reading import canonical, latex
from handmath.reading.labelled import Labelled


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (r"\frac{1}{2}", r"\frac { 1 } { 2 }"),
        (r"\dfrac12", r"\frac { 1 } { 2 }"),
        (r"\frac\frac123", r"\frac { \frac { 1 } { 2 } } { 3 }"),
        (r"x^2_i", "x _ { i } ^ { 2 }"),
        (r"{x}_{i}^{ 2 }", "x _ { i } ^ { 2 }"),
        (r"x^{a}^b", "x ^ { a b }"),
        (r"x^{2^n}", "x ^ { 2 ^ { n } }"),
        (r"e^\frac{1}{2}", r"e ^ { \frac { 1 } { 2 } }"),
        ("f'", r"f ^ { \prime }"),
        ("f''_1", r"f _ { 1 } ^ { \prime \prime }"),
        (r"f^\prime", r"f ^ { \prime }"),
        (r"\sqrt2", r"\sqrt { 2 }"),
        (r"\sqrt[3]{x+1}y", r"\sqrt [ 3 ] { x + 1 } y"),
        (r"\left( \{ a \mid b \} \right)", r"( \{ a | b \} )"),
        (r"\mathrm{d}x \, \operatorname{sin} x", "d x s i n x"),
        (r"\sum\limits_{i=1}^n", r"\sum _ { i = 1 } ^ { n }"),
        ("a ≤ b × π − ∞", r"a \leq b \times \pi - \infty"),
        (r"a \le b \to c \cdot d \ne e", r"a \leq b \rightarrow c . d \neq e"),
        (r"1, ..., n", r"1 , \ldots , n"),
        (r"1 + \cdots + n", r"1 + \ldots + n"),
        (r"12 \div 4 = 3", r"1 2 \div 4 = 3"),
        (r"$x$", "x"),
        (r"5 \% \& \#", r"5 \% \& \#"),
        ("", ""),
        (r"\ \,", ""),
    ],
)
def test_one_spelling(given: str, written: str) -> None:
    assert " ".join(canonical.tokens(given)) == written
    assert " ".join(canonical.tokens(written)) == written  # which is its own


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (r"\frac{1", r"\frac { 1 } { }"),
        (r"\frac}x", r"\frac { } { } x"),
        ("x^", "x"),
        ("x^_2", "x _ { 2 }"),
        ("^2", "^ { 2 }"),
        ("x_1}_2", "x _ { 1 } _ { 2 }"),
        (r"\sqrt[3", r"\sqrt [ 3 ] { }"),
        ("\\", "\\"),
    ],
)
def test_what_is_not_well_formed_is_read_as_far_as_it_goes(given: str, written: str) -> None:
    assert " ".join(canonical.tokens(given)) == written


@pytest.mark.parametrize(("open_", "close"), [("{", "}"), (r"\sqrt[", "]x"), ("x^{", "}")])
def test_deep_latex(open_: str, close: str) -> None:
    deep = canonical.tokens(open_ * 3000 + "7" + close * 3000)
    assert deep.count("7") == 1
    assert canonical.tokens(open_ * 3000 + "7").count("7") == 1


def test_what_is_typed_is_what_latex_has() -> None:
    """Of a character that has a command, both are the same."""
    for of in alphabet.SYMBOLS.values():
        for character in of:
            assert canonical.tokens(character if len(character) == 1 else f"\\{character}") in (
                canonical.tokens(latex.of(character)), [], [character],
            )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read", "errors"),
    [
        ("x^2_i", "x_{i}^{2}", 0),
        ("x^2", "x 2", 3),
        (r"\frac{a}{b}", r"\frac{a}{c}", 1),
        (r"\frac{a}{b}", "a / b", 5),
        ("a + b", "", 3),
        (r"\alpha", "a", 1),
    ],
)
def test_wrong_tokens(written: str, read: str, errors: int) -> None:
    assert Labelled(Path(), written, in_latex=True).errors(read) == errors
