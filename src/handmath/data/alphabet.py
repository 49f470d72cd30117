"""The alphabet: which character a class is, and of what kind, by the names that folders have.

To add a symbol, write its character and its names into the row of its kind. LaTeX follows from it:
an ASCII character is written as it is, any other as the command of its first name. What is to be
written otherwise stands in `reading/latex.py`, so that a change there trains nothing again.
A class without a place here stands for itself.
"""

import string
from collections.abc import Iterable
from typing import Literal, get_args

Kind = Literal[
    "digit",
    "point",  # of a decimal
    "operator",  # stands between two terms, less tall than a digit
    "slash",  # an operator as tall as a digit, written close to its terms
    "relation",  # stands between two sides, less tall than a digit
    "letter",
    "greek",
    "function",
    "large",  # large operators and quantifiers, before a term
    "bracket",
    "other",
]
SYMBOLS: dict[Kind, dict[str, str]] = {
    "digit": {
        "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six",
        "7": "seven", "8": "eight", "9": "nine",
    },
    "point": {".": "decimal dot point"},
    "operator": {
        "+": "plus", "-": "minus dash", "×": "times", "÷": "div", "±": "pm", "·": "cdot",
        "*": "ast", "∪": "cup", "∩": "cap",
    },
    "slash": {"/": "slash forward_slash"},
    "relation": {
        "=": "equal equals", "<": "lt", ">": "gt", "≤": "leq", "≥": "geq", "≠": "neq",
        "≈": "approx", "≡": "equiv", "~": "sim", "∈": "in", "⊂": "subset", "→": "rightarrow",
        "←": "leftarrow",
    },
    "letter": {"∂": "partial", "∞": "infty", "∅": "emptyset"},  # and a to z, A to Z
    "greek": {
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
        "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
        "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi",
        "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Π": "Pi",
        "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    },
    "function": {
        "cos": "cos", "sin": "sin", "tan": "tan", "log": "log", "ln": "ln", "lim": "lim",
        "exp": "exp",
    },
    "large": {
        "∫": "int", "∑": "sum", "∏": "prod", "√": "surd sqrt", "∇": "nabla", "∀": "forall",
        "∃": "exists",
    },
    "bracket": {
        "(": "left_parenthesis", ")": "right_parenthesis", "[": "left_bracket",
        "]": "right_bracket", "{": "left_brace", "}": "right_brace", "|": "pipe ascii_124",
    },
    "other": {
        ",": "comma", "!": "exclamation", ":": "colon", "%": "percent", "…": "ldots", "′": "prime",
        "&": "", "#": "", "$": "", "_": "",
    },
}  # fmt: skip
"""Kind → character → its names, the LaTeX command first, apart by spaces."""

COMMANDS = {
    character: names.split()[0]
    for of in SYMBOLS.values()
    for character, names in of.items()
    if names
}
_BY_NAME: dict[str, tuple[str, Kind]] = {
    name: (character, kind)
    for kind in get_args(Kind)
    for character, names in SYMBOLS[kind].items()
    for name in (character, *names.split())
}
# Where a file system makes no difference between "a" and "A".
_BY_NAME |= {f"{letter}_upper": (letter, "letter") for letter in string.ascii_uppercase}
ARITHMETIC: frozenset[Kind] = frozenset({"digit", "point", "operator", "slash", "relation"})
"""Kinds of symbols of a line without letters."""
OPERATORS = frozenset(SYMBOLS["operator"] | SYMBOLS["relation"])


def character(label: str) -> str:
    """What a class stands for: "7" for "seven" and for "7", "my_sign" for "my_sign"."""
    return _BY_NAME[label][0] if label in _BY_NAME else label


def kind(label: str) -> Kind:
    """What sort of symbol a class is."""
    if label in _BY_NAME:
        return _BY_NAME[label][1]
    return "letter" if len(label) == 1 and label.isalpha() else "other"


def by_character(labels: Iterable[str]) -> dict[str, str]:
    """The class that stands for each character; of several the last by name."""
    return {character(label): label for label in sorted(labels)}
