"""Every symbol that can be written: the sixteen of the archive, letters, signs and words."""

import numpy as np

from handmath.data import typography
from handmath.drawing import glyphs, greek, latin, pen, signs, words
from handmath.drawing.pen import Stroke

_DIGIT = 78  # pixels


def _below(label: str) -> int:
    """How far a symbol's centre is below that of a digit, in pixels."""
    top, bottom, _ = typography.stand(label)
    return round(_DIGIT * (1 - top - bottom) / 2)


_STROKES = {
    symbol: [pen.parse(glyph) for glyph in of]
    for symbol, of in (latin.GLYPHS | greek.GLYPHS | signs.GLYPHS).items()
}
_SIZES = latin.BOXES | greek.BOXES | signs.BOXES | {word: words.box(word) for word in words.WORDS}
BOXES = glyphs.BOXES | {label: (*size, _below(label)) for label, size in _SIZES.items()}
"""Usual width and height of a symbol, and of its centre below the middle, in pixels."""
SYMBOLS: tuple[str, ...] = tuple(sorted(BOXES))
"""The class names of all symbols."""


def ways(symbol: str) -> int:
    """How many ways there are to write a symbol."""
    if symbol in glyphs.BOXES:
        return pen.ways(symbol)
    return words.STYLES if symbol in words.WORDS else len(_STROKES[symbol])


def strokes_of(symbol: str, way: int, rng: np.random.Generator) -> list[Stroke]:
    """One way to write a symbol; how the letters of a word are written is drawn from `rng`."""
    if symbol in glyphs.BOXES:
        return pen.strokes_of(symbol, way, rng)
    if symbol not in words.WORDS:
        return _STROKES[symbol][way]
    spelling = [_STROKES[letter][rng.integers(ways(letter))] for letter in symbol]
    return words.spell(symbol, spelling, way, rng)
