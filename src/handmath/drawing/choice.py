"""Which of the symbols that there are may stand in a place of an expression, and how often."""

from collections.abc import Collection, Sequence

import numpy as np

from handmath.data import alphabet
from handmath.drawing.mark import Mark, Row

WEIGHTS = {
    "1 2": 10, "3 4 0": 4, "5 6 8 7 9": 2,
    "x": 14, "a n y": 7, "b i c z": 4, "k d t p f r": 2.5, "m e j g q u v h": 1.5, "s l w o": 0.8,
    "π θ α β": 2.5, "γ φ σ μ λ δ ω ∞": 0.8,
    "+ -": 10, "±": 0.3,
    "×": 4, "·": 2, "÷ /": 1,
    "=": 20, "≤ → <": 2, "≥ > ≠": 1.5,
    "sin cos": 5, "tan log": 2.5, "∑": 5,
}  # fmt: skip
"""How often a character is chosen among those that may stand in a place; else `OTHER`."""
OTHER = 0.5
EVEN = 0.1  # of the choices are even, so that no symbol is too rare to be learned
COUNTERS = "nikjm"  # letters that count: they stand in indices and limits
PAIRS = {"()": 8, "[]": 1, "{}": 1, "||": 1}
_WEIGHT = {character: weight for of, weight in WEIGHTS.items() for character in of.split()}
_ROLES = (
    ("sign", "+ - ±"),
    ("placed", "lim √ ∫ , … ′ . ( ) [ ] { } |"),
    ("series", "∑ ∏"),
    ("after", "! %"),
)
_ROLE = {character: role for role, of in _ROLES for character in of.split()}
_ROLE_OF_KIND = {
    "digit": "digit",
    "operator": "times",
    "slash": "times",
    "relation": "relation",
    "function": "word",
    "large": "large",
}


class Choice:
    """The symbols for one expression, and chance.

    Attributes:
        classes: names of all symbols.
        named: the class that stands for a character.
        of: by role the characters that may stand there: "digit", "sign" between terms, "times"
            between factors, "relation", "word" for a function, "series" before a term, mostly with
            limits, "large" before a term, "after" a factor, "atom" for what else is a factor;
            "placed" are those that have a form of their own.
        letters: a few atoms that the expression is about.
        pairs: brackets that there are.
    """

    def __init__(self, classes: Collection[str], rng: np.random.Generator) -> None:
        self.rng = rng
        self.classes = sorted(set(classes))
        self.named = alphabet.by_character(classes)
        self.of: dict[str, list[str]] = {}
        for character, label in self.named.items():
            role = _ROLE.get(character) or _ROLE_OF_KIND.get(alphabet.kind(label), "atom")
            self.of.setdefault(role, []).append(character)
        atoms = self.of.get("atom") or self.of.get("digit") or list(self.named)
        self.digits = self.of.get("digit") or atoms
        self.letters = [self.chosen(atoms) for _ in range(int(rng.integers(2, 6)))]
        self.numbers = float(rng.choice([0.1, 0.4, 0.95], p=[0.65, 0.25, 0.1]))
        self.pairs = [pair for pair in PAIRS if all(of in self.named for of in pair)]

    def often(self, share: float) -> bool:
        """Whether something happens that does so often."""
        return bool(self.rng.random() < share)

    def drawn(self, weights: Sequence[float]) -> int:
        """An index, as often as its weight says."""
        at = self.rng.random() * sum(weights)
        for index, weight in enumerate(weights):
            at -= weight
            if at < 0:
                return index
        return len(weights) - 1

    def parts(self, size: int, count: int) -> list[int]:
        """Part a size into so many, or fewer if it is small; each is at least 1."""
        size = max(size, 1)
        ends = np.sort(self.rng.permutation(size - 1)[: min(count, size) - 1]) + 1
        return [int(part) for part in np.diff([0, *ends.tolist(), size])]

    def chosen(self, characters: Sequence[str]) -> str:
        """One of some characters, by `WEIGHTS` or all alike."""
        if self.often(EVEN):
            return characters[int(self.rng.integers(len(characters)))]
        return characters[self.drawn([_WEIGHT.get(of, OTHER) for of in characters])]

    def mark(self, *characters: str) -> Mark:
        """A symbol for one of some characters."""
        return Mark(self.named[self.chosen(characters)])

    def any(self) -> Mark:
        """Any symbol, each as often as the others."""
        return Mark(self.classes[int(self.rng.integers(len(self.classes)))])

    def digit(self) -> Mark:
        """A digit, or what else there is."""
        return self.mark(*self.digits)

    def atom(self) -> Mark:
        """A letter of those that the expression is about, or a digit."""
        if self.often(self.numbers):
            return self.digit()
        return Mark(self.named[self.letters[int(self.rng.integers(len(self.letters)))]])

    def counter(self) -> Mark:
        """A letter that counts, where there is one, or another."""
        letters = [letter for letter in COUNTERS if letter in self.named]
        return self.mark(*letters) if letters and self.often(0.7) else self.atom()

    def one(self, _size: int = 1) -> Row:
        """A letter or a digit."""
        return [self.atom()]

    def number(self, size: int) -> Row:
        """Digits, some with a decimal point."""
        count = min(1 + int(self.rng.binomial(3, 0.35)), size)
        row = [self.digit() for _ in range(count)]
        if count > 1 and "." in self.named and self.often(0.3):
            row.insert(int(self.rng.integers(1, count)), self.mark("."))
        elif count > 1 and alphabet.character(row[0].label) == "0":
            row[0] = self.digit()
        return row

    def loose(self, size: int) -> Row:
        """Symbols side by side or one hung from the other, without sense."""
        row = [self.any() for _ in range(size)]
        if self.often(0.4) and size > 2:
            script = row.pop(int(self.rng.integers(1, size)))
            base = row[int(self.rng.integers(size - 1))]
            base.hung["sup" if self.often(0.5) else "sub"] = [script]
        return row
