"""One hand's pen: each symbol of an expression sized, slanted, bent, with strokes as wide."""

import math
from collections.abc import Sequence

import numpy as np

from handmath.data import alphabet, typography
from handmath.data.ink import Pictures, pen_width
from handmath.drawing import shapes
from handmath.drawing.block import Block
from handmath.drawing.manner import Manner

WIDEST = 3.0  # digits' heights: so wide is a symbol at most, but bars and roots
APART = {"operator", "minus", "relation"}  # classes of `typography` with room on both sides
FLAT = dict.fromkeys(APART, 0.65) | {"dots": 1.0}  # digits' heights: their longer side
DOTS = {"point", "dots"}
LETTERS = {"letter", "greek"}  # kinds of `alphabet`


class Scribe:
    """Writes the symbols of one expression.

    Attributes:
        classes: of each symbol, how it stands on its line, as `typography` names it.
        pen: width of all strokes in pixels; it is the one that half of the pictures have.
    """

    def __init__(
        self,
        labels: Sequence[str],
        pictures: Pictures,
        height: int,
        manner: Manner,
        rng: np.random.Generator,
    ) -> None:
        self.manner, self.rng = manner, rng
        self.dots = [alphabet.character(label) == "·" for label in labels]
        self.classes = [typography.class_of(label) for label in labels]
        self.sizes = [
            manner.letters
            if name == "full" and alphabet.kind(label) in LETTERS
            else manner.sizes[name]
            for name, label in zip(self.classes, labels, strict=True)
        ]
        self.stands = [typography.stand(label) for label in labels]
        self.inks = [pictures[name][int(rng.integers(len(pictures[name])))] for name in labels]
        self.pens = [pen_width(ink > shapes.INK) for ink in self.inks]
        natural = [
            pen * self.scale(index, height, 1.0)
            for index, pen in enumerate(self.pens)
            if self.classes[index] not in DOTS
        ]
        usual = float(np.median(natural)) if natural else 0.08 * height
        self.pen = min(max(usual, 1.5), 0.18 * height)

    def scale(self, index: int, size: float, factor: float) -> float:
        """By what a symbol's picture is sized to have its usual size, or a factor of that.

        Args:
            index: of the symbol.
            size: height of its row's digits in pixels.
            factor: of its usual size.
        """
        high, wide = self.inks[index].shape
        name, stand = self.classes[index], self.stands[index]
        if self.dots[index]:
            return 0.15 * factor * size / float(max(high, wide))
        if name in FLAT:
            return FLAT[name] * factor * size / float(max(high, wide))
        scale = min((stand.top - stand.bottom) * factor / high, WIDEST / wide)
        return float(scale * size)

    def symbol(
        self, index: int, size: float, high: float | None = None, middle: float = 0.0
    ) -> Block:
        """A symbol on the base line of its row.

        Args:
            index: of the symbol.
            size: height of its row's digits in pixels.
            high: its own height, if it is not the usual one.
            middle: where the middle of that is.
        """
        manner, rng = self.manner, self.rng
        name, stand = self.classes[index], self.stands[index]
        factor = self.sizes[index] * math.exp(
            rng.normal(0.0, manner.uneven if stand.sized else 0.2)
        )
        if high is not None:
            factor = high / ((stand.top - stand.bottom) * size)
        down = self.scale(index, size, factor)
        if name == "point" or self.dots[index]:
            down = max(down, self.pen * rng.uniform(1.0, 1.6) / max(self.inks[index].shape))
        across = down * manner.stretch * rng.uniform(0.9, 1.1)
        if name in {"opening", "closing", "stroke"}:  # high ones are not wide
            across /= math.sqrt(max(factor, 1.0))
        ink = self.write(index, across, down)
        lower = (manner.places[name] + rng.normal(0.0, 0.06)) * size
        if high is not None:
            y = middle - len(ink) / 2
        elif name in APART:
            y = lower - manner.axis * size - len(ink) / 2
        elif stand.sized:
            y = lower - stand.bottom * factor * size - len(ink)
        else:
            y = lower - (stand.top + stand.bottom) / 2 * size - len(ink) / 2
        return Block.of(index, 0.0, y, ink)

    def bar(self, index: int, size: float, length: float) -> Block:
        """A fraction's bar, so many pixels long, at the height of operators."""
        scale = self.scale(index, size, 1.0)
        ink = shapes.long(self.write(index, scale, scale), round(length))
        y = -(self.manner.axis + self.rng.normal(0.0, 0.04)) * size - len(ink) / 2
        return Block.of(index, 0.0, y, ink)

    def root(self, index: int, check: float, length: float, high: float) -> np.ndarray:
        """Ink of a root, so many pixels long and high, its left part `check` wide."""
        shear = self.manner.slant / 2 + self.rng.normal(0.0, 0.05)
        turn = self.rng.normal(0.0, 0.02)
        ink = shapes.bent(self.inks[index], 1.0, 1.0, shear, turn, self.rng)
        return shapes.radical(ink, round(check), round(length), round(high), self.pen)

    def write(self, index: int, across: float, down: float) -> np.ndarray:
        """A symbol's ink; its picture's width and height are sized by a factor each."""
        ink, name = self.inks[index], self.classes[index]
        shear = self.manner.slant + self.rng.normal(0.0, 0.05)
        turn = self.rng.normal(0.0, 0.04)
        if name in APART | DOTS:
            shear /= 2
        own = self.pens[index] * math.sqrt(across * down)
        if name in DOTS:
            own *= 2  # a disc is twice as wide as `pen_width` says
        wider = self.pen - own
        if wider < 0 and name in DOTS:
            wider = 0.0
        if wider > 0:  # which makes it larger
            across *= max(1 - wider / (across * ink.shape[1]), 0.6)
            down *= max(1 - wider / (down * ink.shape[0]), 0.6)
        if down < 1 and wider > 0:  # before it is small: thin lines would fade
            ink, wider = shapes.in_pen(ink, self.pen / down, own / down), 0.0
        ink = shapes.bent(ink, across, down, shear, turn, self.rng)
        return shapes.in_pen(ink, own + wider, own) if wider else ink
