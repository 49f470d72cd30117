"""Names of classes as characters and LaTeX."""

import pytest

from handmath.data import alphabet
from handmath.drawing import glyphs
from handmath.reading import latex


@pytest.mark.parametrize(
    ("label", "character", "written"),
    [
        ("seven", "7", "7"), ("7", "7", "7"), ("div", "÷", r"\div"), ("decimal", ".", "."),
        ("dot", ".", "."), ("forward_slash", "/", "/"), ("alpha", "α", r"\alpha"),
        ("leq", "≤", r"\leq"), ("(", "(", "("), ("{", "{", r"\{"), ("x", "x", "x"),
        ("sin", "sin", r"\sin"), ("ascii_124", "|", "|"),
        ("my_sign", "my_sign", r"\mathrm{my sign}"),
    ],
)  # fmt: skip
def test_names(label: str, character: str, written: str) -> None:
    assert alphabet.names(label) == (character, written)


def test_every_class_of_the_notebook_has_a_character() -> None:
    characters = [alphabet.names(label)[0] for label in glyphs.SYMBOLS]
    assert sorted(characters) == sorted("0123456789.+-×÷=")


def test_a_table_of_ones_own_goes_first() -> None:
    own = {"my_sign": r"\mysign", "div": "/"}
    assert alphabet.names("my_sign", own) == ("my_sign", r"\mysign")
    assert alphabet.names("div", own) == ("÷", "/")
    assert latex.join(["one", "div", "my_sign", "x"], own) == r"1 / \mysign x"


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
