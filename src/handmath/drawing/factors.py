"""What a term of an expression is made of: powers, fractions, roots, functions, sums, integrals."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from handmath.data import alphabet
from handmath.data.tree import Relation
from handmath.drawing.choice import PAIRS, Choice
from handmath.drawing.mark import Mark, Row


class _Form(NamedTuple):
    """A way to write a factor: its method, how often, with how many symbols, and of which.

    What it needs are characters and roles, as `Choice` names them.
    """

    write: str
    weight: float
    least: int
    needs: str


_FORMS = (
    _Form("one", 4, 1, ""),
    _Form("number", 1, 1, "digit"),
    _Form("power", 8, 2, ""),
    _Form("indexed", 6, 2, ""),
    _Form("fraction", 11, 3, "-"),
    _Form("root", 2.5, 2, "√"),
    _Form("bracket", 5, 3, "( )"),
    _Form("word", 2.5, 2, "word"),
    _Form("call", 3, 4, "( )"),
    _Form("large", 0.5, 2, "large"),
    _Form("series", 4, 5, "series"),
    _Form("integral", 3, 4, "∫"),
    _Form("limit", 3, 5, "lim →"),
    _Form("marked", 0.6, 2, "after"),
)


class Factors(Choice, ABC):
    """Writes factors; each takes about so many symbols as it is given."""

    @abstractmethod
    def list_of(self, size: int) -> Row:
        """Terms with commas between them."""

    @abstractmethod
    def sum_of(self, size: int) -> Row:
        """Terms with signs between them."""

    @abstractmethod
    def term(self, size: int) -> Row:
        """Factors side by side."""

    def factor(self, size: int) -> Row:
        """One of `_FORMS`."""
        forms = [
            form
            for form in _FORMS
            if form.least <= size <= 3 * form.least**2
            and all(need in self.named or need in self.of for need in form.needs.split())
        ]
        if not forms:
            return self.sum_of(size // 2) + self.one()
        write = forms[self.drawn([form.weight for form in forms])].write
        row: Row = getattr(self, write)(size)
        return row

    def base(self, size: int) -> Row:
        """What carries a power: a letter, a digit, or something in brackets."""
        return self.bracket(size) if size > 3 and self.pairs else self.one()

    def power(self, size: int) -> Row:
        """A base with something above at its right."""
        row = self.base(size - 1)
        row[-1].hung["sup"] = self.exponent(size)
        return row

    def indexed(self, size: int) -> Row:
        """A letter with something below at its right, some with a power too."""
        row = self.one()
        row[-1].hung["sub"] = self.index(size)
        if size > 2 and self.often(0.1):
            row[-1].hung["sup"] = self.exponent(1)
        return row if size < 6 else row + self.term(size - 4)

    def exponent(self, size: int) -> Row:
        """What stands in a power: mostly a digit, or -1, a letter, or something longer."""
        if self.often(0.6):
            return [self.digit()]
        if "-" in self.named and self.often(0.25):
            return [self.mark("-"), self.digit() if self.often(0.6) else self.atom()]
        return self.sum_of(min(size, 6)) if size > 2 and self.often(0.4) else [self.counter()]

    def index(self, size: int) -> Row:
        """What stands in an index: mostly a digit or a letter that counts, or two."""
        if self.often(0.45):
            return [self.digit() for _ in range(2 if self.often(0.12) else 1)]
        row = [self.counter()]
        if size < 3 or self.often(0.5):
            return row
        signs = [sign for sign in self.of.get("sign", []) if sign in "+-"]
        if signs and self.often(0.5):
            return [*row, self.mark(*signs), self.digit()]
        comma = [self.mark(",")] if "," in self.named and self.often(0.4) else []
        return [*row, *comma, self.counter()]

    def fraction(self, size: int) -> Row:
        """A bar with something above and below."""
        above, below = self.parts(size - 1, 2)
        bar = self.mark("-")
        bar.hung = {"above": self.sum_of(above), "below": self.sum_of(below)}
        return [bar]

    def root(self, size: int) -> Row:
        """A root, some with an index."""
        root = self.mark("√")
        if size > 2 and self.often(0.1):
            root.hung["above"] = self.one()
        root.hung["inside"] = self.sum_of(size - 1)
        return [root]

    def bracket(self, size: int) -> Row:
        """Something in brackets, round ones mostly."""
        first, last = tuple(self.pairs[self.drawn([PAIRS[pair] for pair in self.pairs])])
        inside = self.list_of(size - 2) if self.often(0.1) else self.sum_of(size - 2)
        return [self.mark(first), *inside, self.mark(last)]

    def word(self, size: int) -> Row:
        """A function's name and what it is of."""
        word = self.mark(*self.of["word"])
        if alphabet.character(word.label) == "log" and size > 2 and self.often(0.5):
            word.hung["sub"] = self.one()
        elif size > 2 and self.often(0.2):
            word.hung["sup"] = [self.digit()]
        of = self.bracket(size - 1) if size > 3 and self.pairs and self.often(0.6) else None
        return [word, *(of or self.term(size - 1))]

    def call(self, size: int) -> Row:
        """A letter and in brackets what it is of, some with a prime."""
        row = self.one()
        if "′" in self.named and self.often(0.25):
            row[-1].hung["sup"] = [self.mark("′")]
        inside = self.list_of(size - 3) if self.often(0.3) else self.sum_of(min(size - 3, 3))
        return [*row, self.mark("("), *inside, self.mark(")")]

    def large(self, size: int) -> Row:
        """A quantifier, or what else stands before a term."""
        return [self.mark(*self.of["large"]), *self.term(size - 1)]

    def series(self, size: int) -> Row:
        """A sum or a product, most with limits."""
        sign = self.mark(*self.of["series"])
        if self.often(0.25):
            return [sign, *self.term(size - 1)]
        aside = self.often(0.12)
        used = self.limits(sign, *(("sup", "sub") if aside else ("above", "below")))
        if "=" in self.named and not aside and self.often(0.7):
            sign.hung["below"] += [self.mark("="), self.atom()]
        return [sign, *self.term(size - used - 2)]

    def integral(self, size: int) -> Row:
        """An integral, most with limits, beside it or above and below, and with a differential."""
        sign = self.mark("∫")
        used = 3
        if size > 5 and self.often(0.75):
            used += self.limits(sign, *(("above", "below") if self.often(0.65) else ("sup", "sub")))
        row = [sign, *self.sum_of(size - used)]
        return [*row, self.mark("d"), self.atom()] if "d" in self.named else row

    def limits(self, sign: Mark, upper: Relation, lower: Relation) -> int:
        """Hang limits from a large operator, and say how many symbols they have."""
        if self.often(0.9):
            infinite = "∞" in self.named and self.often(0.35)
            sign.hung[upper] = [self.mark("∞")] if infinite else self.bound()
        sign.hung[lower] = [self.counter()]
        return sum(map(len, sign.hung.values()))

    def limit(self, size: int) -> Row:
        """A limit: what goes where, below the word."""
        word = self.mark("lim")
        word.hung["below"] = [self.atom(), self.mark("→"), self.atom()]
        if "∞" in self.named and self.often(0.4):
            word.hung["below"][-1] = self.mark("∞")
        return [word, *self.term(size - 4)]

    def marked(self, _size: int) -> Row:
        """A factorial, a percentage, or what else follows a factor."""
        return [self.atom(), self.mark(*self.of["after"])]

    def bound(self) -> Row:
        """Where a sum or an integral ends: a symbol mostly."""
        return self.sum_of(3) if self.often(0.2) else self.one()
