"""An expression as a calculation."""

from collections.abc import Sequence
from typing import NamedTuple

from handmath.data.tree import Expression
from handmath.reading import terms, yard
from handmath.reading.operands import Row
from handmath.reading.steps import Step
from handmath.reading.terms import Term

RELATIONS = frozenset("=<>≤≥≠")


class Calculation(NamedTuple):
    """Sides, each of them steps, and what is between them, of `RELATIONS`."""

    sides: Sequence[Sequence[Step]]
    relations: Sequence[str] = ()

    @property
    def names(self) -> bool:
        """Whether letters or functions are in it."""
        return any(step.of_names for side in self.sides for step in side)

    @property
    def branches(self) -> bool:
        """Whether it stands for two, by a ±."""
        return any(step.of_two for side in self.sides for step in side)

    @property
    def signs(self) -> tuple[int, ...]:
        """What ± stands for: +1 and -1; +1 alone where there is none."""
        return (1, -1) if self.branches else (1,)


def of(expression: Expression) -> Calculation:
    """What to calculate. A relation at the end is left out: `1 + 2 =` asks for the one side.

    Raises:
        InputError: it is not complete, something in it does not say how to calculate, or it can
            be meant in two ways.
    """
    rows: dict[int, Row] = {}
    row: list[Term] = []
    for first, row in terms.rows(expression):
        rows[first] = yard.row(row, rows)
    between = [at for at, term in enumerate(row) if term.text in RELATIONS and not term.hanging]
    ends = [*between, len(row)]
    starts = [0, *(at + 1 for at in between)]
    if between and starts[-1] == len(row):
        starts.pop()
        ends.pop()
    sides = [
        yard.row(row[start:end], rows).calculated() for start, end in zip(starts, ends, strict=True)
    ]
    return Calculation(sides, [row[at].text for at in between[: len(sides) - 1]])
