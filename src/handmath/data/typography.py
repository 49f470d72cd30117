"""How symbols stand on their line: where the top and the bottom of each usually is."""

from functools import cache
from typing import NamedTuple

from handmath.data import alphabet


class Stand(NamedTuple):
    """A symbol's usual top and bottom, in heights of a digit above the base line.

    Where `sized` is false the symbol's own height says nothing about the size of the writing.
    """

    top: float
    bottom: float
    sized: bool


_STANDS = {
    "full": Stand(1.0, 0.0, True),
    "low": Stand(0.6, 0.0, True),
    "hanging": Stand(0.6, -0.4, True),
    "tall": Stand(1.0, -0.35, True),
    "word": Stand(0.9, -0.1, True),
    "limit": Stand(0.9, -0.05, True),
    "operator": Stand(0.7, 0.1, False),
    "minus": Stand(0.42, 0.38, False),
    "relation": Stand(0.65, 0.15, False),
    "opening": Stand(1.1, -0.25, False),
    "closing": Stand(1.1, -0.25, False),
    "stroke": Stand(1.1, -0.2, False),
    "point": Stand(0.1, -0.05, False),
    "comma": Stand(0.12, -0.25, False),
    "prime": Stand(1.1, 0.7, False),
    "dots": Stand(0.15, 0.05, False),
    "sum": Stand(1.25, -0.3, False),
    "integral": Stand(1.4, -0.5, False),
    "root": Stand(1.2, -0.1, False),
}
_OF = {
    "low": "a c e m n o r s u v w x z α ε ι κ ν π σ τ υ ω ∞ ∝",
    "hanging": "g p q y γ η μ ρ χ",
    "tall": "j f β ζ ξ φ ψ",
    "operator": "+ × ÷ ± · * ∪ ∩",
    "minus": "-",
    "relation": "= < > ≤ ≥ ≠ ≈ ≡ ~ ∈ ⊂ → ←",
    "opening": "( [ {",
    "closing": ") ] }",
    "stroke": "| /",
    "point": ".",
    "comma": ",",
    "prime": "′",
    "dots": "…",
    "sum": "∑ ∏",
    "integral": "∫",
    "root": "√",
    "word": "sin cos tan log ln exp",
    "limit": "lim",
}
_BY_CHARACTER = {character: name for name, of in _OF.items() for character in of.split()}
CLASSES = tuple(_STANDS)
"""Names of the ways to stand."""


@cache
def class_of(label: str) -> str:
    """How a class of symbols stands, one of `CLASSES`; what is not known stands like a digit."""
    return _BY_CHARACTER.get(alphabet.character(label), "full")


def stand(label: str) -> Stand:
    """The usual top and bottom of a class of symbols."""
    return _STANDS[class_of(label)]
