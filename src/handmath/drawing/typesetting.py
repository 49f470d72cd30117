"""Pictures of single symbols → an expression of them, as a hand might have written it."""

import math
from dataclasses import dataclass

import numpy as np

from handmath.data.ink import Pictures
from handmath.data.tree import Expression, Relation
from handmath.drawing import brackets
from handmath.drawing.block import Block
from handmath.drawing.manner import Manner
from handmath.drawing.scribe import APART, Scribe

SMALLEST = 0.28  # of the height of a digit: no script of a script is smaller
PENS = 5  # widths of the pen, at least, in the height of a digit
MARGIN = 0.3  # of a digit's height: around an expression
OVERLAP = 0.08  # of a digit's height: so far symbols that touch run into each other
NESTED = 0.15  # of a digit's height: so far a symbol's box reaches into the one before
BEHIND = APART | {"word", "limit", "sum", "comma", "dots"}  # classes with room behind


@dataclass(frozen=True)
class Typeset:
    """An expression on paper.

    Attributes:
        expression: what it says; its symbols in the order in which they are drawn.
        boxes: left, top, right, bottom of each symbol's ink in pixels, the last two exclusive.
        owner: uint16 [height, width]; 0 where there is no ink, else 1 + the index of the symbol;
            where two cross, of the later one.
    """

    expression: Expression
    boxes: tuple[tuple[int, int, int, int], ...]
    owner: np.ndarray


def typeset(
    expression: Expression,
    pictures: Pictures,
    height: int,
    rng: np.random.Generator,
    touching: float = 0.0,
) -> Typeset:
    """Put an expression on paper: one hand's manner and pen, each symbol a little off.

    Args:
        expression: what is to be written; it has at least one symbol.
        pictures: of each class; one is chosen for each symbol.
        height: of a digit in pixels, outside of scripts.
        rng: what is left to chance is drawn from it.
        touching: share of the symbols, in [0, 1], that are pushed against what is beside them;
            with 0.04 some touch in a fifth of the expressions, as in those of students.
    """
    (start,) = (index for index, link in enumerate(expression.links) if link.parent < 0)
    typesetter = _Typesetter(expression, pictures, height, rng, touching)
    block = typesetter.row(start, height, typesetter.manner.drift)
    return Typeset(expression, *block.on_paper(round(MARGIN * height)))


class _Typesetter:
    """Puts one expression together: `size` is always the height of a row's digits in pixels."""

    def __init__(
        self,
        expression: Expression,
        pictures: Pictures,
        height: int,
        rng: np.random.Generator,
        touching: float,
    ) -> None:
        self.labels, self.links = expression.labels, expression.links
        self.children = expression.children()
        self.height, self.rng, self.touching = height, rng, touching
        self.manner = Manner.random(rng)
        self.scribe = Scribe(self.labels, pictures, height, self.manner, rng)
        self.classes = self.scribe.classes

    def row(self, start: int, size: float, drift: float = 0.0) -> Block:
        """A row of symbols with all that hangs from them."""
        indices = [start]
        while "right" in self.children[indices[-1]]:
            indices.append(self.children[indices[-1]]["right"])
        pairs = brackets.pairs(self.labels, indices)
        fences = {*pairs, *pairs.values()}
        elements = {index: self.element(index, size) for index in indices if index not in fences}
        for last, first in pairs.items():
            inside = Block()
            for inner in indices[indices.index(first) + 1 : indices.index(last)]:
                inside.add(elements[inner])
            high, middle = self.enclosing(inside, size)
            elements[first] = self.element(first, size, high, middle)
            high *= math.exp(self.rng.normal(0.04, 0.12))
            elements[last] = self.element(last, size, high, middle)
        block = Block()
        for number, index in enumerate(indices):
            element = elements[index]
            element.move(-element.left, drift * block.right if number else 0.0)
            if number:
                before = indices[number - 1]
                gap = self.gap(before, index) * size
                self.beside(elements[before], element, block.right, gap, size)
            block.add(element)
        return block

    def enclosing(self, inside: Block, size: float) -> tuple[float, float]:
        """Height of brackets round a block, and where their middle is."""
        high, middle = self.manner.fence * size, -0.47 * size
        if inside.placed:
            share = min(inside.high / high, 1.0)  # round something small they stand as ever
            middle += share * (inside.middle - middle)
            high = max(high, inside.high * self.rng.uniform(0.8, 1.3))
        return high, middle + self.rng.normal(0.0, 0.1) * size

    def gap(self, before: int, index: int) -> float:
        """How far a symbol is from the one before, in digits' heights."""
        first, second = self.kind(before), self.kind(index)
        behind = first in BEHIND and self.links[before].relation == "right"
        if behind or first in BEHIND - APART or second in APART | {"word"}:
            return self.manner.room * math.exp(self.rng.normal(0.0, 0.5))
        gap = self.manner.spread + self.rng.normal(0.0, 0.1)
        if "bar" in (first, second) or (first == "closing") != (second == "opening"):
            gap += 0.08
        if first == "opening" or second in {"closing", "comma", "point"}:
            gap -= 0.07
        return float(gap)

    def kind(self, index: int) -> str:
        """How a symbol stands, as `typography` says; a fraction is a "bar"."""
        parts = {"above", "below"} & self.children[index].keys()
        return "bar" if self.classes[index] == "minus" and parts else self.classes[index]

    def beside(self, before: Block, element: Block, right: float, gap: float, size: float) -> None:
        """Move an element to its place behind what is before it, against it if they touch."""
        element.move(right + gap - element.left, 0)
        touch = bool(self.rng.random() < self.touching)
        if not touch and gap > 0.1 * size:
            return
        contact = before.contact(element)
        if touch and contact > -math.inf:
            left = contact - self.rng.uniform(0, OVERLAP) * size
            left = max(left, before.right - NESTED * size)
        else:
            left = max(element.left, contact + max(2.0, 0.04 * size))
        element.move(left - element.left, 0)

    def element(
        self, index: int, size: float, high: float | None = None, middle: float = 0.0
    ) -> Block:
        """A symbol with what hangs from it; brackets are as high as asked for."""
        if self.kind(index) == "bar":
            block = self.fraction(index, size)
        elif self.classes[index] == "root" and "inside" in self.children[index]:
            block = self.root(index, size)
        else:
            block = self.scribe.symbol(index, size, high, middle)
            self.limits(block, index, size)
        self.scripts(block, index, size)
        return block

    def smaller(self, size: float, factor: float) -> float:
        """Size of a row that hangs from one of some size."""
        least = max(SMALLEST * self.height, PENS * self.scribe.pen)
        return max(size * factor * math.exp(self.rng.normal(0.0, 0.1)), min(least, size))

    def space(self, size: float) -> float:
        """Between a bar or a large operator and what is above or below it, in pixels."""
        if self.rng.random() < self.touching:
            return -self.rng.uniform(0, OVERLAP) * size
        return max(self.manner.gap + self.rng.normal(0.0, 0.08), 0.03) * size

    def fraction(self, index: int, size: float) -> Block:
        """A bar and what it parts."""
        manner, rng = self.manner, self.rng
        hung = self.children[index]
        parts: dict[Relation, Block] = {
            relation: self.row(hung[relation], self.smaller(size, manner.part))
            for relation in ("above", "below")
            if relation in hung
        }
        wide = max(part.wide for part in parts.values())
        over = manner.overhang + rng.normal(0.0, 0.15)
        length = max(wide + 2 * over * size, 0.85 * wide, 0.4 * size)
        bar = self.scribe.bar(index, size, length)
        block = bar.copy()
        for relation, part in parts.items():
            aside = min(0.15 * length, abs(length - part.wide) / 2)
            x = bar.center - part.center + rng.uniform(-1, 1) * aside
            above, below = bar.top - part.bottom, bar.bottom - part.top
            space = self.space(size)
            block.add(part.move(x, above - space if relation == "above" else below + space))
        return block

    def root(self, index: int, size: float) -> Block:
        """A root and what it covers, with its index if it has one."""
        manner, rng = self.manner, self.rng
        hung = self.children[index]
        inside = self.row(hung["inside"], self.smaller(size, rng.uniform(0.78, 1.02)))
        over = max(manner.cover + rng.normal(0.0, 0.08), 0.1) * size
        high = inside.high + over + rng.uniform(-0.15, 0.35) * size
        check = manner.check * size * rng.uniform(0.8, 1.25)
        length = check + inside.wide + rng.uniform(-0.2, 0.75) * size
        length = max(length, check + 0.8 * inside.wide)
        ink = self.scribe.root(index, check, length, high)
        block = Block.of(index, -check, inside.top - over, ink)
        block.add(inside.move(-inside.left, 0))
        if "above" in hung:
            above = self.row(hung["above"], self.smaller(size, manner.script))
            x = -check * rng.uniform(0.3, 0.6) - above.right
            block.add(above.move(x, block.top + rng.uniform(0.2, 0.5) * high - above.bottom))
        return block

    def limits(self, block: Block, index: int, size: float) -> None:
        """Put what stands above and below a large operator."""
        sign, rng = block.copy(), self.rng
        leans = self.classes[index] == "integral"
        for relation in ("above", "below"):
            if relation not in self.children[index]:
                continue
            part = self.row(self.children[index][relation], self.smaller(size, self.manner.limit))
            if relation == "above":
                y = sign.top - part.bottom - self.space(size)
                aside = rng.uniform(0.0, 0.9) if leans else rng.uniform(-0.2, 0.2)
            else:
                y = sign.bottom - part.top + self.space(size)
                aside = rng.uniform(-0.5, 0.3) if leans else rng.uniform(-0.15, 0.25)
            block.add(part.move(sign.center - part.center + aside * sign.wide, y))

    def scripts(self, block: Block, index: int, size: float) -> None:
        """Put a power and an index at the right of a symbol."""
        manner, rng = self.manner, self.rng
        base = block.copy()
        large = self.classes[index] in {"sum", "integral"}
        for relation in ("sup", "sub"):
            if relation not in self.children[index]:
                continue
            start = self.children[index][relation]
            prime = self.classes[start] == "prime"
            part = self.row(start, self.smaller(size, 1.0 if prime else manner.script))
            off = rng.normal(0.0, 0.08) * size
            gap = rng.normal(0.4 * manner.spread, 0.12) * size
            if large:
                y = (base.top if relation == "sup" else base.bottom) - part.middle + off
                gap -= 0.4 * base.wide if relation == "sub" else 0.0
            elif relation == "sup":
                y = -manner.rise * size + min(base.top + 1.1 * size, 0.0) + off
                y = min(y, base.top + 0.55 * base.high - part.bottom)
            else:
                y = manner.drop * size + max(base.bottom - 0.35 * size, 0.0) + off
                y = max(y, base.top + 0.4 * base.high - part.top)
            part.move(0, min(base.top - part.top, 0.0) if prime else y)
            self.beside(base, part, base.right, gap, size)
            block.add(part)
