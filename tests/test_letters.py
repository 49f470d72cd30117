"""Letters, Greek, signs and words: how each is written, and what each stands for."""

import hashlib
from itertools import pairwise

import numpy as np
import pytest

from handmath.data import alphabet
from handmath.drawing import glyphs, letters, words
from handmath.drawing.hand import Hand

# Every symbol that CROHME's expressions are made of here, by the name of its folder.
CLASSES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "decimal",
    "plus",
    "minus",
    "times",
    "div",
    "pm",
    "equal",
    "neq",
    "lt",
    "gt",
    "leq",
    "geq",
    "rightarrow",
    "in",
    "forall",
    "exists",
    "left_parenthesis",
    "right_parenthesis",
    "left_bracket",
    "right_bracket",
    "left_brace",
    "right_brace",
    "pipe",
    "slash",
    "comma",
    "exclamation",
    "prime",
    "ldots",
    "sqrt",
    "sum",
    "int",
    "infty",
    "sin",
    "cos",
    "tan",
    "log",
    "lim",
    "alpha",
    "beta",
    "gamma",
    "theta",
    "lambda",
    "mu",
    "pi",
    "sigma",
    "phi",
    "Delta",
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "h",
    "i",
    "j",
    "k",
    "l",
    "m",
    "n",
    "o",
    "p",
    "q",
    "r",
    "s",
    "t",
    "u",
    "v",
    "w",
    "x",
    "y",
    "z",
    "A_upper",
    "B_upper",
    "C_upper",
    "E_upper",
    "F_upper",
    "G_upper",
    "H_upper",
    "I_upper",
    "L_upper",
    "M_upper",
    "N_upper",
    "P_upper",
    "R_upper",
    "S_upper",
    "T_upper",
    "V_upper",
    "X_upper",
    "Y_upper",
]
OWN = sorted(set(letters.SYMBOLS) - set(glyphs.SYMBOLS))


def test_every_class_has_a_character_and_can_be_written() -> None:
    assert len(CLASSES) == 101
    characters = [alphabet.character(name) for name in CLASSES]
    assert len(set(characters)) == 101
    assert all(len(c) == 1 or c in words.WORDS for c in characters), characters
    assert "other" not in {
        alphabet.kind(name) for name in set(CLASSES) - {"comma", "exclamation", "prime", "ldots"}
    }
    assert set(CLASSES) <= set(letters.SYMBOLS)
    assert alphabet.character("A_upper") == "A"
    assert alphabet.kind("A_upper") == alphabet.kind("a") == "letter"


@pytest.mark.parametrize("symbol", OWN)
def test_every_way_to_write_a_symbol(symbol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handmath.drawing.hand.OTHER", 0.0)
    hand = Hand.random(np.random.default_rng(0), [symbol])
    pictures = []
    for way in range(letters.ways(symbol)):
        hand.ways[symbol] = way
        picture = hand.write(symbol, np.random.default_rng(0))  # so that the way alone differs
        assert picture.max() == 255
        for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
            assert edge.any(), "not cut to its ink"
        pictures.append(picture)
    assert len(pictures) >= 3
    assert all(a.shape != b.shape or (a != b).any() for a, b in pairwise(pictures))


def test_strokes_keep_to_their_box() -> None:
    """A slip such as 950 for 95 would make a symbol tiny in its picture."""
    rng = np.random.default_rng(0)
    for symbol in OWN:
        for way in range(letters.ways(symbol)):
            knots = [k for stroke in letters.strokes_of(symbol, way, rng) for k in stroke]
            assert all(-0.5 < k.x < 1.5 and -0.5 < k.y < 1.5 for k in knots), (symbol, way)


def test_symbols_are_as_large_as_they_are_on_a_line() -> None:
    rng = np.random.default_rng(4)
    heights = {
        name: np.median([Hand.random(rng, [name]).write(name, rng).shape[0] for _ in range(30)])
        for name in ("a", "h", "A_upper", "eight", "prime", "int", "sin")
    }
    assert heights["prime"] < heights["a"] < heights["sin"] < heights["int"]
    assert 0.8 < heights["A_upper"] / heights["eight"] < 1.25
    assert 0.8 < heights["h"] / heights["eight"] < 1.25


def test_a_seed_gives_the_same_pixels_on_every_machine() -> None:
    rng = np.random.default_rng(7)
    hand = Hand.random(rng, letters.SYMBOLS)
    drawn = hashlib.sha256()
    for symbol in letters.SYMBOLS:
        picture = hand.write(symbol, rng)
        drawn.update(repr(picture.shape).encode() + picture.tobytes())
    assert drawn.hexdigest()[:16] == "ca635b69abcaddfc", "strokes have changed: set it anew"


def test_more_symbols_change_nothing_of_the_sixteen() -> None:
    """The reader of lines was trained on these very pixels."""
    rng = np.random.default_rng(8)
    hand = Hand.random(rng)
    drawn = hashlib.sha256(b"".join(hand.write(name, rng).tobytes() for name in glyphs.SYMBOLS))
    assert drawn.hexdigest()[:16] == "27d4b49f812f6294"
