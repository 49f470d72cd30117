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
        ("my_sign", "my_sign", r"\mathrm{my sign}"), ("sqrt", "√", r"\surd"), ("α", "α", r"\alpha"),
        ("%", "%", r"\%"), ("sim", "~", r"\sim"),
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
