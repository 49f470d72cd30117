"""Expressions to be written: random mathematics of school and university, as trees of symbols.

A small grammar: a statement is made of sums, these of terms, these of factors; each takes about so
many symbols as it is given. Its weights are round figures that come near to how often handwritten
expressions have powers, fractions, roots, function words and limits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from handmath.data import alphabet
from handmath.data.tree import ROOT, Expression, Link, Relation
from handmath.drawing import equations

LONGEST = 30  # symbols
WEIGHTS = {
    "1 2": 10, "3 0 4": 5, "5 6 8 7 9": 3,
    "x": 14, "a n y": 7, "b i c z": 4, "k d t p f r": 2.5, "m e j g q u v h": 1.5, "s l w o": 0.8,
    "π θ α β": 2.5, "γ φ σ μ λ δ ω ∞": 0.8,
    "+ -": 10, "±": 0.7,
    "×": 4, "·": 2, "÷ /": 1,
    "=": 20, "≤ → <": 2, "≥ > ≠": 1.5,
    "sin cos": 5, "tan log": 2.5,
}  # fmt: skip
"""How often a character is chosen among those that may stand in a place; else `OTHER`."""
OTHER = 0.5
COUNTERS = "nikjm"
"""Letters that count: they stand in indices and limits."""
EVEN = (
    0.2  # so often all that may stand in a place are chosen alike: none is too rare to be learned
)
SINGLE = 0.1  # of the statements are one symbol
LOOSE = 0.08  # of the statements are symbols that happen to stand side by side
ARITHMETIC = 0.1  # of the statements are lines of arithmetic
_WEIGHT = {character: weight for of, weight in WEIGHTS.items() for character in of.split()}
_PAIRS = ("()", "[]", "{}", "||")


@dataclass
class Mark:
    """A symbol and the rows that hang from it."""

    label: str
    hung: dict[Relation, "Row"] = field(default_factory=dict)


Row = list[Mark]


class _Form(NamedTuple):
    """A way to write a factor: its method, how often, with how many symbols, and which of them."""

    write: str
    weight: float
    least: int
    needs: str


_FORMS = (
    _Form("atom", 4, 1, ""),
    _Form("number", 1.5, 1, ""),
    _Form("power", 6, 2, ""),
    _Form("indexed", 6, 2, ""),
    _Form("indexed_power", 0.8, 3, ""),
    _Form("fraction", 6, 3, "-"),
    _Form("root", 1.8, 2, "√"),
    _Form("bracket", 2.5, 3, ""),
    _Form("word", 2.5, 2, ""),
    _Form("call", 1.5, 4, "( )"),
    _Form("series", 1.2, 3, ""),
    _Form("integral", 1.2, 4, "∫"),
    _Form("limit", 0.8, 5, "lim →"),
    _Form("marked", 0.5, 2, ""),
)


def expression(classes: Collection[str], rng: np.random.Generator) -> Expression:
    """Write an expression of 1 to about `LONGEST` symbols, half of them with 8 or fewer.

    Args:
        classes: names of the symbols that there are; no other is used.
        rng: what is left to chance is drawn from it.
    """
    return _tree(_Author(classes, rng).statement())


def _tree(row: Row) -> Expression:
    labels: list[str] = []
    links: list[Link] = []

    def write(row: Row, link: Link) -> None:
        for mark in row:
            index = len(labels)
            labels.append(mark.label)
            links.append(link)
            for relation, hung in mark.hung.items():
                write(hung, Link(index, relation))
            link = Link(index, "right")

    write(row, ROOT)
    return Expression(tuple(labels), tuple(links))


class _Author:
    """Writes one expression with the symbols that there are, and with a taste of its own."""

    def __init__(self, classes: Collection[str], rng: np.random.Generator) -> None:
        self.rng = rng
        self.classes = sorted(set(classes))
        self.named = alphabet.by_character(classes)
        of: dict[str, list[str]] = {}
        for character, label in self.named.items():
            of.setdefault(_role(character, label), []).append(character)
        self.of = of
        letters = of.get("atom", []) or of.get("digit", []) or list(self.named)
        self.digits = of.get("digit", []) or letters
        few = int(rng.integers(2, 6))
        self.letters = [self._choose(letters) for _ in range(few)]
        self.numbers = float(rng.choice([0.1, 0.4, 0.95], p=[0.6, 0.25, 0.15]))
        self.pairs = [pair for pair in _PAIRS if self._has(pair)]
        self.forms = [
            form
            for form in _FORMS
            if all(character in self.named for character in form.needs.split())
        ]

    def statement(self) -> Row:
        """A whole expression."""
        chance = self.rng.random()
        size = min(round(float(np.exp(self.rng.normal(2.2, 0.6)))), LONGEST)
        if chance < SINGLE or size < 2:
            return [Mark(self._any())]
        if chance < SINGLE + LOOSE:
            return self.loose(min(size, 5))
        lines = [label for label in self.classes if alphabet.kind(label) in alphabet.ARITHMETIC]
        if chance < SINGLE + LOOSE + ARITHMETIC and lines:
            length = equations.any_length(self.rng)
            return [Mark(label) for label in equations.equation(lines, length, self.rng)]
        relations = self.of.get("relation", [])
        if size < 3 or not relations or self.rng.random() < 0.45:
            return self.list_of(size) if self._often(0.06) else self.sum_of(size)
        row: Row = self.sum_of(min(int(self.rng.integers(1, 5)), size - 2))
        rest = size - len(row) - 1
        for part in self._parts(rest, 2 if rest > 6 and self._often(0.12) else 1):
            row += [self._mark(self._choose(relations)), *self.sum_of(part)]
        return row

    def loose(self, size: int) -> Row:
        """Symbols side by side or one hung from the other, without sense."""
        row = [Mark(self._any()) for _ in range(size)]
        if self._often(0.4) and size > 2:
            script = row.pop(int(self.rng.integers(1, size)))
            base = row[int(self.rng.integers(size - 1))]
            base.hung["sup" if self._often(0.5) else "sub"] = [script]
        return row

    def list_of(self, size: int) -> Row:
        """Terms with commas between them, some with dots, as far as there are commas."""
        if "," not in self.named or size < 3:
            return self.sum_of(size)
        row: Row = []
        for part in self._parts(size - size // 3, int(self.rng.integers(2, 4))):
            row += [*self.term(part), self._mark(",")]
        if "…" in self.named and self._often(0.4):
            return [*row, self._mark("…")]
        return row[:-1]

    def sum_of(self, size: int) -> Row:
        """Terms with + or - between them."""
        signs = self.of.get("sign", [])
        row: Row = []
        if signs and size > 1 and self._often(0.12):
            minus = "-" in self.named and self._often(0.7)
            row.append(self._mark("-" if minus else self._choose(signs)))
            size -= 1
        count = 1
        if signs and size >= 3:
            count = 1 + int(self.rng.binomial(min((size - 1) // 2, 4), 0.3))
        for number, part in enumerate(self._parts(size - count + 1, count)):
            if number:
                row.append(self._mark(self._choose(signs)))
                if "…" in self.named and self._often(0.03):
                    row += [self._mark("…"), self._mark(self._choose(signs))]
            row += self.term(part)
        return row

    def term(self, size: int) -> Row:
        """Factors side by side, some with a sign between them."""
        count = 1 if size < 2 or self._often(0.6) else int(self.rng.integers(2, 4))
        times = self.of.get("times", [])
        factors = [self.factor(part) for part in self._parts(size, count)]
        factors.sort(key=lambda factor: alphabet.kind(factor[0].label) != "digit")
        row: Row = []
        for factor in factors:
            digit = alphabet.kind(factor[0].label) == "digit"
            if row and times and (digit or self._often(0.06)):
                row.append(self._mark(self._choose(times)))
            row += factor
        return row

    def factor(self, size: int) -> Row:
        """One of `_FORMS`."""
        forms = [form for form in self.forms if form.least <= size and (size < 4 or form.least > 1)]
        weights = [form.weight for form in forms or self.forms[:1]]
        form = (forms or self.forms[:1])[self._drawn(weights)]
        row: Row = getattr(self, form.write)(size)
        return row

    def atom(self, size: int = 1) -> Row:  # noqa: ARG002
        """A letter, or a digit."""
        if self._often(self.numbers):
            return [self._mark(self._choose(self.digits))]
        return [self._mark(self.letters[int(self.rng.integers(len(self.letters)))])]

    def number(self, size: int) -> Row:
        """Digits, some with a decimal point."""
        count = min(1 + int(self.rng.binomial(3, 0.3)), size)
        row = [self._mark(self._choose(self.digits)) for _ in range(count)]
        if "." in self.named and size > 2 and self._often(0.3):
            row.insert(max(count - 1, 1), self._mark("."))
            if count == 1:
                row.append(self._mark(self._choose(self.digits)))
        return row

    def base(self, size: int) -> Row:
        """What carries a power: a letter, a digit, or something in brackets."""
        return self.bracket(size) if size > 3 and self.pairs else self.atom()

    def script(self, size: int) -> Row:
        """What stands in a power or a limit: mostly one symbol."""
        return self.sum_of(min(size, 5)) if size > 2 and self._often(0.25) else self.atom()

    def power(self, size: int) -> Row:
        """A base with something above at its right."""
        row = self.base(size - 1)
        row[-1].hung["sup"] = self.exponent(size)
        return row

    def indexed(self, size: int) -> Row:
        """A letter with something below at its right."""
        row = self.atom()
        row[-1].hung["sub"] = self.index(size)
        return row

    def exponent(self, size: int) -> Row:
        """What stands in a power: mostly a digit, or -1, a letter, or something longer."""
        if self._often(0.6):
            return self.digit()
        if "-" in self.named and self._often(0.25):
            return [self._mark("-"), *(self.digit() if self._often(0.6) else self.atom())]
        return self.sum_of(min(size, 6)) if size > 2 and self._often(0.4) else self.counter()

    def index(self, size: int) -> Row:
        """What stands in an index: mostly a digit or a letter that counts, or two."""
        if self._often(0.45):
            return [*self.digit(), *(self.digit() if self._often(0.12) else [])]
        row = self.counter()
        if size < 3 or self._often(0.5):
            return row
        signs = [sign for sign in self.of.get("sign", []) if sign in "+-"]
        if signs and self._often(0.5):
            return [*row, self._mark(self._choose(signs)), *self.digit()]
        comma = [self._mark(",")] if "," in self.named and self._often(0.4) else []
        return [*row, *comma, *self.counter()]

    def counter(self) -> Row:
        """A letter that counts, where there is one, or another."""
        letters = [letter for letter in COUNTERS if letter in self.named]
        if letters and self._often(0.7):
            return [self._mark(letters[int(self.rng.integers(len(letters)))])]
        return self.atom()

    def digit(self) -> Row:
        """A digit."""
        return [self._mark(self._choose(self.digits))]

    def indexed_power(self, size: int) -> Row:
        """A letter with an index and a power."""
        row = self.indexed(size - 1)
        row[-1].hung["sup"] = self.exponent(1)
        return row

    def fraction(self, size: int) -> Row:
        """A bar with something above and below."""
        above, below = self._parts(size - 1, 2)
        bar = self._mark("-")
        bar.hung = {"above": self.sum_of(above), "below": self.sum_of(below)}
        return [bar]

    def root(self, size: int) -> Row:
        """A root, some with an index."""
        root = self._mark("√")
        if size > 2 and self._often(0.12):
            root.hung["above"] = self.atom()
        root.hung["inside"] = self.sum_of(size - 1)
        return [root]

    def bracket(self, size: int) -> Row:
        """Something in brackets, round ones mostly."""
        if not self.pairs:
            return self.sum_of(size)
        pair = self.pairs[self._drawn([8 if pair == "()" else 1 for pair in self.pairs])]
        inside = self.list_of(size - 2) if self._often(0.1) else self.sum_of(size - 2)
        return [self._mark(pair[0]), *inside, self._mark(pair[1])]

    def word(self, size: int) -> Row:
        """A function's name and what it is of."""
        words = self.of.get("word", [])
        if not words:
            return self.sum_of(size)
        word = self._mark(self._choose(words))
        if alphabet.character(word.label) == "log" and size > 2 and self._often(0.5):
            word.hung["sub"] = self.atom()
        elif size > 2 and self._often(0.2):
            word.hung["sup"] = [self._mark(self._choose(self.digits))]
        return [word, *(self.bracket(size - 1) if size > 3 and self.pairs else self.term(size - 1))]

    def call(self, size: int) -> Row:
        """A letter and in brackets what it is of, some with a prime."""
        row = self.atom()
        if "′" in self.named and self._often(0.25):
            row[-1].hung["sup"] = [self._mark("′")]
        inside = self.list_of(size - 3) if self._often(0.3) else self.sum_of(min(size - 3, 3))
        return [*row, self._mark("("), *inside, self._mark(")")]

    def series(self, size: int) -> Row:
        """A sum, a product, or what else stands before a term, with its limits."""
        large = self.of.get("large", [])
        if not large:
            return self.sum_of(size)
        sign = self._mark(self._choose(large))
        if (
            alphabet.character(sign.label) in {"∑", "∏", "∪", "∩"}
            and size > 4
            and self._often(0.85)
        ):
            self._limits(sign, "above", "below")
            below = sign.hung["below"]
            if "=" in self.named and self._often(0.7):
                below += [self._mark("="), *self.atom()]
        return [sign, *self.term(max(size - 1 - sum(map(len, sign.hung.values())), 1))]

    def integral(self, size: int) -> Row:
        """An integral, most with limits, beside it or above and below, and with a differential."""
        sign = self._mark("∫")
        if size > 5 and self._often(0.75):
            self._limits(sign, *(("above", "below") if self._often(0.65) else ("sup", "sub")))
        used = 1 + 2 * bool(sign.hung)
        row = [sign, *self.sum_of(max(size - used - 2, 1))]
        return [*row, self._mark("d"), *self.atom()] if "d" in self.named else row

    def limit(self, size: int) -> Row:
        """A limit: what goes where, below the word."""
        word = self._mark("lim")
        word.hung["below"] = [*self.atom(), self._mark("→"), *self.atom()]
        return [word, *self.term(max(size - 4, 1))]

    def marked(self, size: int) -> Row:
        """A factorial, a percentage, or what else follows a factor."""
        after = self.of.get("after", [])
        row = self.number(1) if self._often(0.5) else self.atom()
        return [*row, self._mark(self._choose(after))] if after else self.sum_of(size)

    def _limits(self, sign: Mark, upper: Relation, lower: Relation) -> None:
        """Hang limits from a large operator."""
        if self._often(0.9):
            infinite = "∞" in self.named and self._often(0.35)
            sign.hung[upper] = [self._mark("∞")] if infinite else self.script(3)
        sign.hung[lower] = self.counter()

    def _parts(self, size: int, count: int) -> list[int]:
        """Part a size, each at least 1."""
        count = max(min(count, size), 1)
        ends = np.sort(self.rng.permutation(max(size, 1) - 1)[: count - 1]) + 1
        return [int(part) for part in np.diff([0, *ends.tolist(), max(size, 1)])]

    def _has(self, characters: str) -> bool:
        return all(character in self.named for character in characters)

    def _often(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def _mark(self, character: str) -> Mark:
        return Mark(self.named[character])

    def _any(self) -> str:
        """Any class, each as often as the others."""
        return self.classes[int(self.rng.integers(len(self.classes)))]

    def _choose(self, characters: Sequence[str]) -> str:
        """One of some characters, by `WEIGHTS` or all alike."""
        if self._often(EVEN):
            return characters[int(self.rng.integers(len(characters)))]
        return characters[self._drawn([_WEIGHT.get(of, OTHER) for of in characters])]

    def _drawn(self, weights: Sequence[float]) -> int:
        """An index, as often as its weight says."""
        at = self.rng.random() * sum(weights)
        for index, weight in enumerate(weights):
            at -= weight
            if at < 0:
                return index
        return len(weights) - 1


def _role(character: str, label: str) -> str:
    """Where a character may stand."""
    kind = alphabet.kind(label)
    if kind == "digit":
        return "digit"
    if character in {"+", "-", "±"}:
        return "sign"
    if kind in {"operator", "slash"}:
        return "times"
    if kind == "relation":
        return "relation"
    if character in {"lim", "√", "∫", ",", "…", "′"} or kind in {"bracket", "point"}:
        return "placed"
    if kind == "function":
        return "word"
    if kind == "large":
        return "large"
    if character in {"!", "%"}:
        return "after"
    return "atom"
