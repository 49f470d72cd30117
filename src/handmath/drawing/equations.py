"""Equations to be written: which classes follow one another."""

from collections.abc import Collection

import numpy as np

from handmath.data import alphabet

BETWEEN = "+-×÷/"  # stand between two terms
SHORTEST, LONGEST = 3, 12  # symbols in a line
EQUAL, POINT = "=", "."


def any_length(rng: np.random.Generator) -> int:
    """A number of symbols, from `SHORTEST` to `LONGEST`."""
    return int(rng.integers(SHORTEST, LONGEST + 1))


def equation(classes: Collection[str], length: int, rng: np.random.Generator) -> list[str]:
    """Write an equation of so many symbols, as far as there are classes for it.

    Numbers, or other terms of the classes that there are, with an operator between two of them; one
    of these may be an equal sign. Some of the longer terms have a decimal point.
    """
    named = alphabet.by_character(classes)
    between = [named[character] for character in BETWEEN if character in named]
    others = alphabet.OPERATORS | {POINT, *BETWEEN}
    letters = [name for character, name in named.items() if character not in others]
    letters = letters or list(named.values())
    terms = max(round(length / rng.uniform(2.2, 4.2)), 1) if between else 1
    if length - (terms - 1) < terms:
        terms = 1
    room = length - (terms - 1)
    ends = np.sort(rng.permutation(room - 1)[: terms - 1]) + 1
    equal = int(rng.integers(terms)) if EQUAL in named and rng.random() < 0.6 else 0
    names: list[str] = []
    for index, count in enumerate(np.diff([0, *ends.tolist(), room]).tolist()):
        if index:
            names.append(named[EQUAL] if index == equal else between[rng.integers(len(between))])
        term = [letters[i] for i in rng.integers(len(letters), size=count)]
        if POINT in named and count >= 3 and rng.random() < 0.35:
            term[int(rng.integers(1, count - 1))] = named[POINT]
        names += term
    return names
