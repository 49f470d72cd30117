"""Expressions to be written: random mathematics of school and university, as trees of symbols.

A small grammar: a statement is made of sums, these of terms, these of factors; each takes about so
many symbols as it is given. Its weights are round figures that come near to how often handwritten
expressions have powers, fractions, roots, function words and limits.
"""

import math
from collections.abc import Collection

import numpy as np

from handmath.data import alphabet
from handmath.data.tree import Expression
from handmath.drawing import equations
from handmath.drawing.factors import Factors
from handmath.drawing.mark import Mark, Row, tree

USUAL, LONGEST = 10, 30  # symbols
SINGLE = 0.1  # of the statements are one symbol
LOOSE = 0.08  # of the statements are symbols that happen to stand side by side
ARITHMETIC = 0.1  # of the statements are lines of arithmetic


def expression(classes: Collection[str], rng: np.random.Generator) -> Expression:
    """Write an expression of 1 to about `LONGEST` symbols, half of them with 8 or fewer.

    Args:
        classes: names of the symbols that there are; no other is used.
        rng: what is left to chance is drawn from it.
    """
    return tree(_Author(classes, rng).statement())


class _Author(Factors):
    """Writes one expression."""

    def statement(self) -> Row:
        """A whole expression: a sum, a list, or relations between them."""
        chance = self.rng.random()
        size = min(round(USUAL * math.exp(self.rng.normal(0.0, 0.6))), LONGEST)
        if chance < SINGLE or size < 2:
            return [self.any()]
        if chance < SINGLE + LOOSE:
            return self.loose(min(size, 5))
        lines = [label for label in self.classes if alphabet.kind(label) in alphabet.ARITHMETIC]
        if chance < SINGLE + LOOSE + ARITHMETIC and lines:
            length = equations.any_length(self.rng)
            return [Mark(label) for label in equations.equation(lines, length, self.rng)]
        relations = self.of.get("relation", [])
        if size < 3 or not relations or self.often(0.45):
            return self.list_of(size) if self.often(0.06) else self.sum_of(size)
        row = self.sum_of(min(int(self.rng.integers(1, 5)), size - 2))
        rest = size - len(row) - 1
        for part in self.parts(rest, 2 if rest > 6 and self.often(0.12) else 1):
            row += [self.mark(*relations), *self.sum_of(part)]
        return row

    def list_of(self, size: int) -> Row:
        """Terms with commas between them, some with dots, as far as there are commas."""
        if "," not in self.named or size < 3:
            return self.sum_of(size)
        row: Row = []
        for part in self.parts(size - size // 3, int(self.rng.integers(2, 4))):
            row += [*self.term(part), self.mark(",")]
        if "…" in self.named and self.often(0.3):
            return [*row, self.mark("…")]
        return row[:-1]

    def sum_of(self, size: int) -> Row:
        """Terms with + or - between them."""
        signs = self.of.get("sign", [])
        row: Row = []
        if signs and size > 1 and self.often(0.12):
            minus = "-" in self.named and self.often(0.8)
            row.append(self.mark("-" if minus else self.chosen(signs)))
            size -= 1
        count = 1
        if signs and size >= 3:
            count += int(self.rng.binomial(min((size - 1) // 2, 4), 0.28))
        for number, part in enumerate(self.parts(size - count + 1, count)):
            if number:
                row.append(self.mark(*signs))
                if "…" in self.named and self.often(0.02):
                    row += [self.mark("…"), self.mark(*signs)]
            row += self.term(part)
        return row

    def term(self, size: int) -> Row:
        """Factors side by side, numbers first, some with a sign between them."""
        count = 1 if size < 2 or self.often(0.6) else int(self.rng.integers(2, 4))
        times = self.of.get("times", [])
        factors = [self.factor(part) for part in self.parts(size, count)]
        factors.sort(key=lambda factor: alphabet.kind(factor[0].label) != "digit")
        row: Row = []
        for factor in factors:
            digit = alphabet.kind(factor[0].label) == "digit"
            if row and times and (digit or self.often(0.05)):
                row.append(self.mark(*times))
            row += factor
        return row
