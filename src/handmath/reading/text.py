"""An expression as plain text, as people type it: `x=(-b±√(b^2-4ac))/(2a)`."""

from enum import IntEnum
from typing import NamedTuple

from handmath.data.tree import Expression, Relation
from handmath.reading import terms
from handmath.reading.terms import HIGH, LOW, Term


class Binding(IntEnum):
    """What holds a row together; the more, the fewer brackets it needs."""

    SUM = 0  # or anything else with operators, relations or words
    QUOTIENT = 1
    PRODUCT = 2
    POWER = 3
    UNIT = 4  # one symbol, a number, a root, or a pair of brackets around the rest


class Text(NamedTuple):
    """A row, and how it is held together."""

    text: str
    binding: Binding

    def within(self, least: Binding) -> str:
        """In brackets, unless it is held together by so much."""
        return self.text if self.binding >= least else f"({self.text})"


NOTHING = Text("", Binding.SUM)
SEPARATORS = {",", ":", "|"}
FACTORS = {"number", "letter", "greek", "root", "fraction", "bracket"}


def of(expression: Expression) -> str:
    """The text, with no more brackets than it takes to mean the same.

    A power or an index belongs to the one symbol, number or pair of brackets before it; a root to
    the one after it. A space is only where characters would run together: `sin x`, `x^2 3`.
    """
    written: dict[int, Text] = {}  # each row, by its first symbol
    last = NOTHING
    for first, row in terms.rows(expression):
        written[first] = last = Text(_row(row, written), _binding(row))
    return last.text


def _binding(row: list[Term]) -> Binding:
    if len(row) == 1:
        if row[0].kind == "fraction":
            return Binding.QUOTIENT
        return Binding.POWER if row[0].scripts else Binding.UNIT
    closing = terms.pairs(row)
    if closing.get(len(row) - 1) == 0:
        return Binding.POWER if row[-1].scripts else Binding.UNIT
    depth = 0
    for at, term in enumerate(row):
        depth += (at in closing.values()) - (at in closing)
        if not depth and term.kind not in FACTORS:
            return Binding.SUM
    return Binding.PRODUCT


def _row(row: list[Term], written: dict[int, Text]) -> str:
    text = ""
    for at, term in enumerate(row):
        before = row[at - 1] if at else None
        after = row[at + 1] if at + 1 < len(row) else None
        own = _symbol(term, written)
        apart = _apart(before, after) and not term.scripts
        if (term.kind == "fraction" and not apart) or (term.kind == "root" and term.scripts):
            own = f"({own})"
        own += _scripts(term, written)
        text += f" {own}" if before and _runs_on(text, before, term, own) else own
    return text


def _apart(before: Term | None, after: Term | None) -> bool:
    """Whether a quotient between these needs no brackets."""
    return (
        before is None
        or before.opens
        or (before.kind in {"operator", "relation"} and before.text != "÷")
        or before.text in SEPARATORS
    ) and (
        after is None
        or after.stands == "closing"
        or after.kind in {"operator", "relation"}
        or after.text in SEPARATORS
    )


def _symbol(term: Term, written: dict[int, Text]) -> str:
    """One without its scripts."""
    of: dict[Relation, Text] = {name: written[first] for name, first in term.hanging.items()}
    if term.kind == "fraction":
        above = of.get("above", NOTHING).within(Binding.PRODUCT)
        return f"{above}/{of.get('below', NOTHING).within(Binding.POWER)}"
    if term.kind == "root":
        index = f"[{of['above'].text}]" if "above" in of else ""
        return f"√{index}{of['inside'].within(Binding.UNIT) if 'inside' in of else ''}"
    return term.text


def _scripts(term: Term, written: dict[int, Text]) -> str:
    """What hangs on a symbol: of limits, and where both are, what is nearer first."""
    text = f"({written[term.hanging['inside']].text})" if "inside" in term.scripts else ""
    for mark, relations in (("_", LOW), ("^", HIGH)):
        rows = [written[term.hanging[name]] for name in relations if name in term.scripts]
        whole = rows[0] if len(rows) == 1 else Text("".join(row.text for row in rows), Binding.SUM)
        if rows:
            primes = mark == "^" and not whole.text.strip("′")
            text += whole.text if primes else mark + whole.within(Binding.UNIT)
    return text


def _runs_on(text: str, before: Term, term: Term, own: str) -> bool:
    """Whether a space must keep a term's own text apart from the text before it."""
    if term.is_word:
        return text[-1].isalnum()
    if own[0] in "([{)]}," or term.kind in {"operator", "relation", "slash", "bracket"}:
        return False
    if before.is_word or (before.kind == "large" and before.hanging):
        return True
    if before.kind == "root":
        return text[-1].isalnum()
    return bool(before.scripts) and term.kind == "number" and text[-1].isdigit()
