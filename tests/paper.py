"""Expressions written by rule: a tree and its boxes from one description.

A row is a list of class names and of tuples: ("frac", row, row), ("sqrt", row),
("root", index, row), ("sum" | "int" | "lim", below, above), and ("sup" | "sub", row) on what stands
before it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from handmath.data.tree import ROOT, Expression, Link, Relation
from handmath.data.typography import stand

Box = tuple[float, float, float, float]
LETTERS = ["x", "y", "a", "b", "n", "one", "two", "three", "four"]


class Paper:
    """Symbols with boxes around a base line at 0; the height of a digit is `size`."""

    def __init__(self, row: list[Any], size: float = 40.0) -> None:
        self.labels: list[str] = []
        self.links: list[Link] = []
        self.boxes: list[Box] = []
        self.size, self.right, self.last = size, 0.0, -1
        for item in row:
            name, *parts = [item] if isinstance(item, str) else item
            getattr(self, f"_{name}", self._symbol)(name, *parts)

    @property
    def expression(self) -> Expression:
        return Expression(tuple(self.labels), tuple(self.links))

    def span(self) -> Box:
        boxes = np.array(self.boxes)
        return (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))

    def _add(self, label: str, box: Box) -> int:
        link = Link(self.last, "right") if self.last >= 0 else ROOT
        self.labels.append(label)
        self.links.append(link)
        self.boxes.append(box)
        self.last = len(self.labels) - 1
        self.right = max(self.right, box[2])
        return self.last

    def _put(self, part: "Paper", parent: int, relation: Relation, x: float, y: float) -> None:
        """Add what was written elsewhere, its left top corner at x, y."""
        first = len(self.labels)
        left, top, _, _ = part.span()
        self.labels += part.labels
        for link in part.links:
            self.links.append(
                Link(parent, relation) if link == ROOT else Link(link.parent + first, link.relation)
            )
        for a, b, c, d in part.boxes:
            self.boxes.append((a + x - left, b + y - top, c + x - left, d + y - top))
        self.right = max(self.right, *(box[2] for box in self.boxes[first:]))

    def _symbol(self, label: str) -> None:
        of, size = stand(label), self.size
        width = {"sin": 1.6, "lim": 1.4, "minus": 0.6}.get(label, 0.55) * size
        x = self.right + 0.25 * size
        self._add(label, (x, -of.top * size, x + width, -of.bottom * size))

    def _sup(self, _: str, row: list[Any]) -> None:
        part = Paper(row, 0.6 * self.size)
        top, bottom = part.span()[1::2]
        over = self.boxes[self.last]
        base = over[1] + 0.1 * self.size - max(bottom, 0)
        self._put(part, self.last, "sup", over[2] + 0.1 * self.size, base + top)

    def _sub(self, _: str, row: list[Any]) -> None:
        part = Paper(row, 0.6 * self.size)
        under = self.boxes[self.last]
        top = 0.55 * self.size + part.span()[1]
        self._put(part, self.last, "sub", under[2] + 0.1 * self.size, top)

    def _frac(self, _: str, above: list[Any], below: list[Any]) -> None:
        parts = [Paper(row, 0.9 * self.size) for row in (above, below)]
        (al, at, ar, ab), (bl, br) = parts[0].span(), parts[1].span()[::2]
        width = max(ar - al, br - bl) + 0.3 * self.size
        x, y = self.right + 0.25 * self.size, -0.4 * self.size
        bar = self._add("minus", (x, y - 2, x + width, y + 2))
        self._put(parts[0], bar, "above", x + (width - ar + al) / 2, y - 0.2 * self.size - ab + at)
        self._put(parts[1], bar, "below", x + (width - br + bl) / 2, y + 0.2 * self.size)
        self.right = x + width

    def _sqrt(self, _: str, row: list[Any]) -> int:
        part = Paper(row, self.size)
        left, top, right, bottom = part.span()
        x, size = self.right + 0.3 * self.size, self.size
        box = x, top - 0.25 * size, x + right - left + 0.8 * size, bottom + 0.1 * size
        root = self._add("sqrt", box)
        self._put(part, root, "inside", x + 0.6 * size, top)
        self.right = box[2]
        return root

    def _root(self, _: str, index: list[Any], row: list[Any]) -> None:
        self.right += 0.3 * self.size
        root = self._sqrt("sqrt", row)
        part = Paper(index, 0.5 * self.size)
        left, top, right, bottom = part.span()
        x, y = self.boxes[root][:2]
        end = self.right
        self._put(part, root, "above", x - (right - left) / 2, y - (bottom - top) * 0.7)
        self.right = end

    def _sum(self, name: str, below: list[Any], above: list[Any] | None = None) -> None:
        self._symbol(name)
        sign, (left, top, right, bottom) = self.last, self.boxes[self.last]
        middle, end = (left + right) / 2, self.right
        for row, side in ((below, "below"), (above, "above")):
            if row:
                part = Paper(row, 0.5 * self.size)
                a, b, c, d = part.span()
                y = bottom + 0.1 * self.size if side == "below" else top - 0.1 * self.size - d + b
                self._put(part, sign, side, middle - (c - a) / 2, y)  # type: ignore[arg-type]
                end = max(end, middle + (c - a) / 2)
        self.right = end

    _int = _lim = _sum


def random_row(rng: np.random.Generator, depth: int = 2) -> list[Any]:
    """A row of some terms, nested so deep at most."""

    def some(least: int = 1, most: int = 2) -> list[Any]:
        return random_row(rng, depth - 1)[: int(rng.integers(least, most + 1))]

    def letter() -> str:
        return LETTERS[rng.integers(len(LETTERS))]

    row: list[Any] = []
    for _ in range(rng.integers(1, 4)):
        if row:
            row.append(["plus", "minus", "equal"][rng.integers(3)])
        kind = rng.integers(12) if depth else 0
        if kind < 4:
            row.append(letter())
        if kind in {2, 3, 4}:
            row += [letter(), ("sup", some(1, 3))]
        elif kind == 5:
            row += [letter(), ("sub", [letter()]), ("sup", [letter()])][: int(rng.integers(2, 4))]
        elif kind in {6, 7}:
            row.append(("frac", some(1, 3), some(1, 3)))
        elif kind == 8:
            row.append(("sqrt", some(1, 3)))
        elif kind == 9:
            row.append(("root", [letter()], some()))
        elif kind == 10:
            limits = [letter(), "equal", letter()], [letter()]
            row.append((["sum", "int"][rng.integers(2)], *limits))
            row.append(letter())
        elif kind == 11:
            row += ["sin", "x"] if rng.integers(2) else [("lim", ["x", "rightarrow", "zero"]), "x"]
    return row


def written(count: int) -> Iterator[tuple[Expression, list[Box]]]:
    """So many expressions with boxes, always the same."""
    rng = np.random.default_rng(18)
    for _ in range(count):
        paper = Paper(random_row(rng))
        yield paper.expression, paper.boxes
