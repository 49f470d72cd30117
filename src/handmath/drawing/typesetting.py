"""Pictures of single symbols → an expression of them, as a hand might have written it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from handmath.data import alphabet, typography
from handmath.data.ink import Pictures, pen_width
from handmath.data.tree import Expression, Relation
from handmath.drawing import shapes
from handmath.drawing.manner import Manner

SMALLEST = 0.3  # of the height of a digit: no script of a script is smaller
PENS = 5  # widths of the pen, at least, in the height of a digit
WIDEST = 3.5  # digits' heights: so wide is a symbol at most, but bars and roots
OVERLAP = 0.08  # of a digit's height: so far symbols that touch run into each other
NESTED = 0.15  # of a digit's height: so far a symbol's box reaches into the one before
APART = {"operator", "minus", "relation"}  # classes of `typography` with room on both sides
AFTER = APART | {"word", "limit", "sum", "integral", "comma", "dots"}  # and with room behind
DOTS = {"point", "dots"}


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


@dataclass
class _Placed:
    """A symbol's ink and where its upper left corner is; y goes down, 0 is the base line."""

    index: int
    x: float
    y: float
    ink: np.ndarray

    @property
    def right(self) -> float:
        return self.x + float(self.ink.shape[1])

    @property
    def bottom(self) -> float:
        return self.y + len(self.ink)


@dataclass
class _Block:
    """Symbols that keep their places among each other, and the box of them."""

    placed: list[_Placed] = field(default_factory=list)
    left: float = math.inf
    top: float = math.inf
    right: float = -math.inf
    bottom: float = -math.inf

    def add(self, other: "_Block") -> None:
        self.placed += other.placed
        self.left, self.top = min(self.left, other.left), min(self.top, other.top)
        self.right, self.bottom = max(self.right, other.right), max(self.bottom, other.bottom)

    def move(self, dx: float, dy: float) -> "_Block":
        for symbol in self.placed:
            symbol.x += dx
            symbol.y += dy
        self.left, self.right = self.left + dx, self.right + dx
        self.top, self.bottom = self.top + dy, self.bottom + dy
        return self

    @property
    def high(self) -> float:
        return self.bottom - self.top

    @property
    def wide(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


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
        touching: share of the symbols, in [0, 1], that are pushed against what is beside them.
    """
    block = _Writer(expression, pictures, height, rng, touching).whole()
    placed = sorted(block.placed, key=lambda symbol: symbol.index)
    pad = round(0.3 * height)
    left = min(round(symbol.x) for symbol in placed) - pad
    top = min(round(symbol.y) for symbol in placed) - pad
    boxes = []
    for symbol in placed:
        x, y = round(symbol.x) - left, round(symbol.y) - top
        boxes.append((x, y, x + symbol.ink.shape[1], y + len(symbol.ink)))
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    owner = np.zeros((bottom + pad, right + pad), dtype=np.uint16)
    for number, ((x0, y0, x1, y1), symbol) in enumerate(zip(boxes, placed, strict=True), 1):
        owner[y0:y1, x0:x1][symbol.ink > shapes.INK] = number
    return Typeset(expression, tuple(boxes), owner)


class _Writer:
    """Writes one expression."""

    def __init__(
        self,
        expression: Expression,
        pictures: Pictures,
        height: int,
        rng: np.random.Generator,
        touching: float,
    ) -> None:
        self.labels = expression.labels
        self.links = expression.links
        self.children = expression.children()
        self.height = height
        self.rng = rng
        self.touching = touching
        self.manner = Manner.random(rng)
        self.classes = [typography.class_of(label) for label in self.labels]
        self.stands = [typography.stand(label) for label in self.labels]
        self.inks = [pictures[name][int(rng.integers(len(pictures[name])))] for name in self.labels]
        self.pens = [pen_width(ink > shapes.INK) for ink in self.inks]
        natural = [
            pen * self.scale(index, height, 1.0)
            for index, pen in enumerate(self.pens)
            if self.classes[index] not in DOTS
        ]
        usual = float(np.median(natural)) if natural else 0.08 * height
        self.pen = min(max(usual, 1.5), 0.18 * height)

    def whole(self) -> _Block:
        """All of it, with the base line's drift."""
        (start,) = (index for index, link in enumerate(self.links) if link.parent < 0)
        return self.row(start, self.height, self.manner.drift)

    def row(self, start: int, size: float, drift: float = 0.0) -> _Block:
        """A row of symbols with all that hangs from them."""
        indices = [start]
        while "right" in self.children[indices[-1]]:
            indices.append(self.children[indices[-1]]["right"])
        elements: dict[int, _Block] = {}
        fences = dict(self.fences(indices))
        for at, index in enumerate(indices):
            if index not in fences and index not in fences.values():
                elements[index] = self.element(index, size)
            elif index in fences:
                opening = fences[index]
                inside = _Block()
                for inner in indices[indices.index(opening) + 1 : at]:
                    inside.add(elements[inner])
                high, middle = self.enclosing(inside, size)
                elements[opening] = self.element(opening, size, high, middle)
                elements[index] = self.element(
                    index, size, high * math.exp(self.rng.normal(0.04, 0.1)), middle
                )
        block = _Block()
        before: int | None = None
        for index in indices:
            element = elements[index]
            if before is None:
                element.move(-element.left, 0)
            else:
                element.move(0, drift * block.right)
                gap = self.gap(before, index) * size
                self.beside(elements[before], element, block.right, gap, size)
            block.add(element)
            before = index
        return block

    def fences(self, indices: list[int]) -> Iterator[tuple[int, int]]:
        """Of each closing bracket in a row the opening one; inner pairs first."""
        open_: list[int] = []
        for index in indices:
            bar = alphabet.character(self.labels[index]) == "|"
            opened = any(alphabet.character(self.labels[other]) == "|" for other in open_)
            if self.classes[index] == "closing" or (bar and opened):
                while bar and alphabet.character(self.labels[open_[-1]]) != "|":
                    open_.pop()
                if open_:
                    yield index, open_.pop()
            elif self.classes[index] == "opening" or bar:
                open_.append(index)

    def enclosing(self, inside: _Block, size: float) -> tuple[float, float]:
        """Height of brackets round a block, and where their middle is."""
        usual = self.manner.fence * size
        middle = -0.45 * size
        high = usual
        if inside.placed:
            high = max(usual, inside.high * self.rng.uniform(0.85, 1.25))
            share = min(inside.high / usual, 1.0)  # round something small they stand as ever
            middle += share * (inside.middle[1] - middle)
        return high, middle + self.rng.normal(0.0, 0.06) * size

    def gap(self, before: int, index: int) -> float:
        """How far the next symbol is from the one before, in digits' heights."""
        first, second = self.classes[before], self.classes[index]
        bars = [first == "minus" and self.hangs(before), second == "minus" and self.hangs(index)]
        unary = first in APART and not bars[0] and self.links[before].relation != "right"
        wide = (first in AFTER and not bars[0] and not unary) or (second in APART and not bars[1])
        if wide or second == "word":
            return self.manner.room * math.exp(self.rng.normal(0.0, 0.35))
        gap = self.manner.spread + self.rng.normal(0.0, 0.08)
        if first == "opening" or second in {"closing", "comma", "point"}:
            gap *= 0.6
        return float(gap)

    def hangs(self, index: int) -> bool:
        """Whether a symbol has something above, below or inside of it."""
        return any(relation in {"above", "below", "inside"} for relation in self.children[index])

    def beside(
        self, before: _Block, element: _Block, right: float, gap: float, size: float
    ) -> None:
        """Move an element to its place behind what is before it, against it if they touch."""
        element.move(right + gap - element.left, 0)
        touch = bool(self.rng.random() < self.touching)
        if not touch and gap > 0.1 * size:
            return
        contact = -math.inf
        for first in before.placed[-4:]:
            for second in element.placed[:4]:
                at = shapes.contact(
                    round(first.x),
                    round(first.y),
                    first.ink,
                    round(second.y),
                    second.ink,
                    -math.inf,
                )
                contact = max(contact, at - (second.x - element.left))
        if touch and contact > -math.inf:
            left = contact - self.rng.uniform(0, OVERLAP) * size
            left = max(left, before.right - NESTED * size)
        else:
            left = max(element.left, contact + max(2.0, 0.04 * size))
        element.move(left - element.left, 0)

    def element(
        self, index: int, size: float, high: float | None = None, middle: float = 0.0
    ) -> _Block:
        """A symbol with what hangs from it; brackets are as high as asked for."""
        hung = self.children[index]
        name = self.classes[index]
        if name == "minus" and {"above", "below"} & hung.keys():
            block = self.fraction(index, size)
        elif name == "root" and "inside" in hung:
            block = self.root(index, size)
        else:
            block = self.symbol(index, size, high, middle)
            self.limits(block, index, size)
        self.scripts(block, index, size)
        return block

    def smaller(self, size: float, factor: float) -> float:
        """Size of a part of a row of some size."""
        least = max(SMALLEST * self.height, PENS * self.pen)
        return max(size * factor * math.exp(self.rng.normal(0.0, 0.08)), min(least, size))

    def scale(self, index: int, size: float, factor: float) -> float:
        """By what a symbol's picture is sized to have its usual size, or a factor of that."""
        high, wide = self.inks[index].shape
        name, stand = self.classes[index], self.stands[index]
        longer = {"dots": 1.0} | dict.fromkeys(APART, 0.65)  # of those that may be flat
        if alphabet.character(self.labels[index]) == "·":
            return 0.15 * factor * size / float(max(high, wide))
        if name in longer:
            return longer[name] * factor * size / float(max(high, wide))
        scale = min((stand.top - stand.bottom) * factor / high, WIDEST / wide)
        return float(scale * size)

    def write(self, index: int, across: float, down: float, flat: bool = False) -> np.ndarray:
        """A symbol's ink, sized, slanted, bent, and as wide as the pen's."""
        manner, rng = self.manner, self.rng
        shear = manner.slant + rng.normal(0.0, 0.05)
        if flat or self.classes[index] in APART | DOTS:
            shear /= 2
        ink = self.inks[index]
        own = self.pens[index] * math.sqrt(across * down)
        if self.classes[index] in DOTS:
            own *= 2  # the strokes' width is half of a disc's
        wider = self.pen - own
        if wider > 0:  # which makes it larger
            across *= max(1 - wider / (across * ink.shape[1]), 0.6)
            down *= max(1 - wider / (down * ink.shape[0]), 0.6)
        if down < 1 and wider > 0:  # before it is small: thin lines would fade
            ink, wider = shapes.in_pen(ink, self.pen / down, own / down), 0
        ink = shapes.bent(ink, across, down, shear, rng.normal(0.0, 0.04), rng)
        return shapes.in_pen(ink, own + wider, own) if wider else ink

    def symbol(
        self, index: int, size: float, high: float | None = None, middle: float = 0.0
    ) -> _Block:
        """A symbol alone, on the base line of its row."""
        manner, rng = self.manner, self.rng
        name, stand = self.classes[index], self.stands[index]
        spread = manner.uneven if stand.sized else 0.22
        factor = manner.sizes[name] * math.exp(rng.normal(0.0, spread))
        if high is not None:
            factor = high / ((stand.top - stand.bottom) * size)
        down = self.scale(index, size, factor)
        if name == "point":
            down = max(down, self.pen * rng.uniform(1.0, 1.6) / max(self.inks[index].shape))
        across = down * manner.stretch * rng.uniform(0.9, 1.1)
        if name in {"opening", "closing", "stroke"}:  # high ones are not wide
            across = across / math.sqrt(max(factor, 1.0))
        ink = self.write(index, across, down)
        jitter = rng.normal(0.0, 0.06) * size
        if high is not None:
            y = middle - len(ink) / 2
        elif name in APART:
            y = -manner.axis * size - len(ink) / 2 + jitter
        elif stand.sized:
            y = -stand.bottom * factor * size - len(ink) + jitter
        else:
            y = -(stand.top + stand.bottom) / 2 * size - len(ink) / 2 + jitter
        return self.block(index, 0.0, y, ink)

    def block(self, index: int, x: float, y: float, ink: np.ndarray) -> _Block:
        """A symbol's ink somewhere."""
        placed = _Placed(index, x, y, ink)
        return _Block([placed], x, y, placed.right, placed.bottom)

    def space(self, size: float) -> float:
        """Between a bar or a large operator and what is above or below it, in pixels."""
        if self.rng.random() < self.touching:
            return -self.rng.uniform(0, OVERLAP) * size
        return max(self.manner.gap + self.rng.normal(0.0, 0.06), 0.03) * size

    def fraction(self, index: int, size: float) -> _Block:
        """A bar and what it parts."""
        manner, rng = self.manner, self.rng
        hung = self.children[index]
        parts: dict[Relation, _Block] = {
            relation: self.row(hung[relation], self.smaller(size, manner.part))
            for relation in ("above", "below")
            if relation in hung
        }
        wide = max(part.wide for part in parts.values())
        length = wide + 2 * (manner.overhang + rng.normal(0.0, 0.12)) * size
        length = max(length, 0.85 * wide, 0.4 * size)
        down = self.scale(index, size, 1.0)
        ink = shapes.long(self.write(index, down, down, flat=True), round(length))
        bar = self.block(index, 0.0, -(manner.axis + rng.normal(0.0, 0.04)) * size, ink)
        block = _Block()
        block.add(bar)
        for relation, part in parts.items():
            x = bar.middle[0] - part.middle[0]
            x += rng.uniform(-1, 1) * min(0.1 * length, abs(length - part.wide) / 2)
            space = self.space(size)
            y = (
                bar.top - space - part.bottom
                if relation == "above"
                else bar.bottom + space - part.top
            )
            block.add(part.move(x, y))
        return block

    def root(self, index: int, size: float) -> _Block:
        """A root and what it covers, with its index if it has one."""
        manner, rng = self.manner, self.rng
        hung = self.children[index]
        inside = self.row(hung["inside"], self.smaller(size, rng.uniform(0.78, 1.02)))
        over = (manner.cover + rng.normal(0.0, 0.06)) * size
        high = inside.high + max(over, 0.1 * size) + rng.uniform(-0.15, 0.2) * size
        check = manner.check * size * rng.uniform(0.8, 1.2)
        length = check + inside.wide + rng.uniform(-0.1, 0.7) * size
        shear, turn = manner.slant / 2 + rng.normal(0.0, 0.05), rng.normal(0.0, 0.02)
        ink = shapes.bent(self.inks[index], 1.0, 1.0, shear, turn, rng)
        ink = shapes.radical(ink, round(check), round(length), round(high), self.pen)
        block = self.block(index, -check, inside.top - over, ink)
        block.add(inside.move(-inside.left, 0))
        if "above" in hung:
            above = self.row(hung["above"], self.smaller(size, manner.script))
            x = -check * rng.uniform(0.3, 0.6) - above.right
            block.add(above.move(x, block.top + rng.uniform(0.2, 0.5) * high - above.bottom))
        return block

    def limits(self, block: _Block, index: int, size: float) -> None:
        """Put what hangs above and below a large operator."""
        sign = _Block(list(block.placed), block.left, block.top, block.right, block.bottom)
        hung = self.children[index]
        slanted = self.classes[index] == "integral"
        for relation in ("above", "below"):
            if relation not in hung:
                continue
            part = self.row(hung[relation], self.smaller(size, self.manner.limit))
            x = sign.middle[0] - part.middle[0] + self.rng.uniform(-0.15, 0.15) * sign.wide
            if slanted:
                x += sign.wide * (self.rng.uniform(0, 0.8) if relation == "above" else -0.1)
            space = self.space(size)
            top = sign.top - space - part.bottom
            y = top if relation == "above" else sign.bottom + space - part.top
            block.add(part.move(x, y))

    def scripts(self, block: _Block, index: int, size: float) -> None:
        """Put a power and an index at the right of a symbol."""
        manner, rng = self.manner, self.rng
        base = _Block(list(block.placed[:1]), block.left, block.top, block.right, block.bottom)
        large = self.classes[index] in {"sum", "integral"}
        for relation in ("sup", "sub"):
            if relation not in self.children[index]:
                continue
            start = self.children[index][relation]
            prime = self.classes[start] == "prime"
            part = self.row(start, self.smaller(size, 1.0 if prime else manner.script))
            off = rng.normal(0.0, 0.07) * size
            if relation == "sup":
                y = -manner.rise * size + min(base.top + 1.1 * size, 0.0) + off
                y = min(y, base.top + 0.6 * base.high - part.bottom)
            else:
                y = manner.drop * size + max(base.bottom - 0.3 * size, 0.0) + off
                y = max(y, base.top + 0.4 * base.high - part.top)
            if large:
                y = (base.top if relation == "sup" else base.bottom) - part.middle[1] + off
            part.move(0, 0 if prime else y)
            gap = rng.normal(0.4 * manner.spread, 0.08) * size
            if large and relation == "sub":
                gap -= 0.4 * base.wide
            self.beside(base, part, base.right, gap, size)
            block.add(part)
