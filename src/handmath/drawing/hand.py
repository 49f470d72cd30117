"""One hand, which writes a line: its way to write each symbol, its pen, how it bends strokes."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from PIL import Image, ImageDraw

from handmath.drawing import glyphs, letters, pen
from handmath.drawing.pen import Writer

SCALE = 2  # sub-pixels to a pixel, along each axis
PENS = (3.5, 15.0)  # pixels; a digit is about 78 high
OTHER = 0.1  # of its symbols, times its looseness, a hand writes in another than its usual way


@dataclass(frozen=True)
class Hand:
    """A hand.

    Attributes:
        ways: for each symbol that it writes, which of the ways to write it.
        writer: what all of its symbols have in common.
        looseness: how much one symbol differs from another, as a factor.
    """

    ways: dict[str, int]
    writer: Writer
    looseness: float

    @classmethod
    def random(
        cls,
        rng: np.random.Generator,
        symbols: Collection[str] = glyphs.SYMBOLS,
        pens: tuple[float, float] = PENS,
    ) -> Self:
        """A hand drawn from all that there may be, which writes some of `letters.SYMBOLS`."""
        ways = {symbol: int(rng.integers(letters.ways(symbol))) for symbol in symbols}
        stretch = math.exp(rng.normal(0.0, 0.15))
        narrow, wide = map(math.log, pens)
        writer = Writer(
            width=stretch,
            height=1 / stretch,
            slant=0.0,  # a line's slant is the layout's
            tilt=rng.normal(0.0, 0.04),
            bend=rng.normal(0.0, 0.1),
            taper=rng.normal(0.0, 0.1),
            waist=rng.normal(0.0, 0.1),
            shake=rng.uniform(0.01, 0.06),
            stray=0.0,
            pen=round(SCALE * math.exp(rng.uniform(narrow, wide))),
            ink=255,
        )
        return cls(ways, writer, rng.uniform(0.2, 1.2))

    def write(self, symbol: str, rng: np.random.Generator) -> np.ndarray:
        """Write a symbol: uint8 [height, width], cut to its ink, which is 255."""
        loose = self.looseness
        usual = self.writer
        writer = replace(
            usual,
            tilt=usual.tilt + loose * rng.normal(0.0, 0.05),
            bend=usual.bend + loose * rng.normal(0.0, 0.12),
            taper=usual.taper + loose * rng.normal(0.0, 0.1),
            waist=usual.waist + loose * rng.normal(0.0, 0.12),
        )
        if symbol not in glyphs.SYMBOLS:  # those are as the reader of lines has learned them
            narrow = math.exp(loose * rng.normal(0.0, 0.15))
            writer = replace(
                writer,
                width=usual.width * narrow,
                height=usual.height / narrow,
                slant=loose * rng.normal(0.0, 0.1),
            )
        way = self.ways[symbol]
        if rng.random() < OTHER * loose:
            way = int(rng.integers(letters.ways(symbol)))
        wide, high, _ = letters.BOXES[symbol]
        strokes = [
            [
                (SCALE * wide * x, SCALE * high * y)
                for x, y in pen.curve(pen.distort(stroke, writer, rng))
            ]
            for stroke in letters.strokes_of(symbol, way, rng)
        ]
        return _ink(strokes, writer.pen)


def _ink(strokes: list[list[tuple[float, float]]], width: int) -> np.ndarray:
    """Follow strokes with a round pen, both in sub-pixels: uint8, cut to the ink, which is 255."""
    points = np.rint(np.concatenate(strokes)).astype(int)
    left, top = points.min(axis=0) - width - SCALE
    right, bottom = points.max(axis=0) + width + SCALE
    canvas = Image.new("L", (int(right - left), int(bottom - top)), 0)
    draw = ImageDraw.Draw(canvas)
    for stroke in strokes:
        path = [(round(x) - int(left), round(y) - int(top)) for x, y in stroke]
        pen.follow(draw, path, width, 255)
    small = canvas.reduce(SCALE)
    return np.asarray(small.crop(small.getbbox()))
