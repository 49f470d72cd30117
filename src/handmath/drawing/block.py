"""Symbols on paper that keep their places among each other."""

import math
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from handmath.drawing import shapes

Box = tuple[int, int, int, int]
NEAR = 4  # symbols at an end of a block that may touch the next one


@dataclass
class Placed:
    """A symbol's ink and where its upper left corner is; y goes down, 0 is the base line."""

    index: int
    x: float
    y: float
    ink: np.ndarray


@dataclass
class Block:
    """Symbols, and the box of them in pixels."""

    placed: list[Placed] = field(default_factory=list)
    left: float = math.inf
    top: float = math.inf
    right: float = -math.inf
    bottom: float = -math.inf

    @classmethod
    def of(cls, index: int, x: float, y: float, ink: np.ndarray) -> Self:
        """A single symbol."""
        high, wide = ink.shape
        return cls([Placed(index, x, y, ink)], x, y, x + wide, y + high)

    def copy(self) -> Self:
        """The box as it is now, and the symbols that are in it."""
        return type(self)(list(self.placed), self.left, self.top, self.right, self.bottom)

    def add(self, other: Self) -> None:
        """Take in the symbols of another block."""
        self.placed += other.placed
        self.left, self.top = min(self.left, other.left), min(self.top, other.top)
        self.right, self.bottom = max(self.right, other.right), max(self.bottom, other.bottom)

    def move(self, dx: float, dy: float) -> Self:
        """Move all symbols, to the right and down."""
        for symbol in self.placed:
            symbol.x += dx
            symbol.y += dy
        self.left, self.right = self.left + dx, self.right + dx
        self.top, self.bottom = self.top + dy, self.bottom + dy
        return self

    def contact(self, other: Self) -> float:
        """Where another block's left side is if the two just touch, or -inf if they never do.

        Only the last symbols of this one and the first ones of the other are looked at.
        """
        nearest = -math.inf
        for one in self.placed[-NEAR:]:
            for two in other.placed[:NEAR]:
                x, y, below = round(one.x), round(one.y), round(two.y)
                at = shapes.contact(x, y, one.ink, below, two.ink, -math.inf)
                nearest = max(nearest, at - (two.x - other.left))
        return nearest

    def on_paper(self, margin: int) -> tuple[tuple[Box, ...], np.ndarray]:
        """Boxes of the symbols by their index, and the owner of each pixel, 0 where is no ink.

        The owner's number, uint16, is 1 + the symbol's index; where two cross, the later one's.
        """
        symbols = sorted(self.placed, key=lambda symbol: symbol.index)
        left = min(round(symbol.x) for symbol in symbols) - margin
        top = min(round(symbol.y) for symbol in symbols) - margin
        boxes = []
        for symbol in symbols:
            (high, wide), x, y = symbol.ink.shape, round(symbol.x) - left, round(symbol.y) - top
            boxes.append((x, y, x + wide, y + high))
        right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
        owner = np.zeros((bottom + margin, right + margin), dtype=np.uint16)
        for number, ((x0, y0, x1, y1), symbol) in enumerate(zip(boxes, symbols, strict=True), 1):
            owner[y0:y1, x0:x1][symbol.ink > shapes.INK] = number
        return tuple(boxes), owner

    @property
    def high(self) -> float:
        """Its height."""
        return self.bottom - self.top

    @property
    def wide(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def center(self) -> float:
        """Of its width."""
        return (self.left + self.right) / 2

    @property
    def middle(self) -> float:
        """Of its height."""
        return (self.top + self.bottom) / 2
