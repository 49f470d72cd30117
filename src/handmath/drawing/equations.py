"""Equations to be written: which classes follow one another."""

from collections.abc import Collection

import numpy as np

from handmath.data import alphabet

SHORTEST, LONGEST = 3, 12  # symbols in a line


def any_length(rng: np.random.Generator) -> int:
    """A number of symbols, from `SHORTEST` to `LONGEST`."""
    return int(rng.integers(SHORTEST, LONGEST + 1))


def equation(classes: Collection[str], length: int, rng: np.random.Generator) -> list[str]:
    """Write an equation of so many symbols, as far as there are classes for it.

    Numbers, or other terms of the classes that there are, with an operator between two of them; one
    of these may be a relation. Some of the longer terms have a decimal point.
    """
    named = alphabet.by_character(classes)
    kinds = {name: alphabet.kind(name) for name in named.values()}
    between = [name for name, kind in kinds.items() if kind in {"operator", "slash"}]
    relations = [name for name, kind in kinds.items() if kind == "relation"]
    points = [name for name, kind in kinds.items() if kind == "point"]
    letters = [name for name in kinds if name not in {*between, *relations, *points}] or list(kinds)
    terms = max(round(length / rng.uniform(2.2, 4.2)), 1) if between else 1
    if length - (terms - 1) < terms:
        terms = 1
    room = length - (terms - 1)
    ends = np.sort(rng.permutation(room - 1)[: terms - 1]) + 1
    equal = int(rng.integers(terms)) if relations and rng.random() < 0.6 else 0
    names: list[str] = []
    for index, count in enumerate(np.diff([0, *ends.tolist(), room]).tolist()):
        if index:
            joints = relations if index == equal else between
            names.append(joints[rng.integers(len(joints))])
        term = [letters[i] for i in rng.integers(len(letters), size=count)]
        if points and count >= 3 and rng.random() < 0.35:
            term[int(rng.integers(1, count - 1))] = points[0]
        names += term
    return names
