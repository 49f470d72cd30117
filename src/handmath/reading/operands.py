"""What there is to calculate with in a row: the steps to the value of each term."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handmath.base.errors import InputError
from handmath.data.tree import Relation
from handmath.reading.steps import Step
from handmath.reading.terms import HIGH, LOW, Term

_FUNCTIONS = frozenset({"sin", "cos", "tan", "log", "ln", "exp"})
_INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan"}
_LARGE = {"∑": "sum", "∏": "product", "∫": "integral", "lim": "limit"}


class Row(NamedTuple):
    """A row and its steps, or why it has none, which matters only if it is to be calculated.

    Attributes:
        terms: the row.
        steps: to its value.
        error: why there are none.
        variable: of "i = 1" or "x → 0" the letter; the steps are those of what is after it.
    """

    terms: Sequence[Term]
    steps: Sequence[Step]
    error: InputError | None = None
    variable: str = ""

    def calculated(self) -> Sequence[Step]:
        """Its steps.

        Raises:
            InputError: it is no calculation.
        """
        if self.error:
            raise self.error
        if self.variable:
            raise nothing_of(self.terms[1])
        return self.steps

    @property
    def text(self) -> str:
        """Its symbols, without what hangs on them."""
        return "".join(term.text for term in self.terms)

    @property
    def is_number(self) -> bool:
        """Whether it is a number and nothing else."""
        return [step.do for step in self.steps] == ["number"]


Rows = Mapping[int, Row]
"""What hangs from a term, by its first symbol."""


def value(term: Term, rows: Rows) -> list[Step]:
    """The steps to the value of a term, with its power.

    Raises:
        InputError: it has none, here and below, or can be meant in two ways.
    """
    return [*_value(term, rows), *power(term, rows)]


def _value(term: Term, rows: Rows) -> list[Step]:
    if term.kind == "number" and "sub" not in term.hanging:
        return [Step("number", term.text)]
    if term.kind in {"letter", "greek"}:
        return [Step("name", name(term, rows))]
    if term.kind == "fraction":
        return [*_part(term, "above", rows), *_part(term, "below", rows), Step("divide")]
    if term.kind == "root" and "above" in term.hanging:
        return [*_part(term, "inside", rows), *_part(term, "above", rows), Step("root")]
    if term.kind == "root":
        return [*_part(term, "inside", rows), Step("square root")]
    if term.kind == "bracket":
        raise InputError(f"the bracket {term.text} stands alone")
    raise nothing_of(term)


def power(term: Term, rows: Rows) -> list[Step]:
    """The steps of a superscript, if there is one."""
    if others := term.scripts - {"sup", "sub"}:
        raise nothing_of(term, min(others))
    return [*_part(term, "sup", rows), Step("power")] if "sup" in term.hanging else []


def call(term: Term, rows: Rows) -> list[Step]:
    """The steps that follow the argument of a function, or the letter of one."""
    if term.kind == "function" and term.text not in _FUNCTIONS:
        raise nothing_of(term)
    if "sub" in term.hanging and term.kind == "function" and term.text != "log":
        raise nothing_of(term, "sub")
    if "sup" in term.hanging and rows[term.hanging["sup"]].text == "-1":
        if term.text not in _INVERSES:
            raise InputError(f"{term.text}^(-1) may be an inverse or a power")
        return [Step("call", _INVERSES[term.text])]
    if "sub" in term.hanging and term.text == "log":
        return [*_part(term, "sub", rows), Step("log"), *power(term, rows)]
    return [Step("call", name(term, rows)), *power(term, rows)]


def large(term: Term, rows: Rows, variable: str = "") -> list[Step]:
    """The steps that follow what a sum, a product, a limit or an integral is of.

    Args:
        term: the large operator.
        rows: what hangs from it.
        variable: of an integral.
    """
    low, high = (
        next((rows[term.hanging[name]] for name in names if name in term.hanging), None)
        for names in (LOW, HIGH)
    )
    do = _LARGE[term.text]
    if do == "integral":
        if low and high:
            return [*low.calculated(), *high.calculated(), Step("integral from to", variable)]
        if low or high:
            raise InputError("an integral has one of its two limits")
        return [Step(do, variable)]
    sign = "→" if do == "limit" else "="
    if not low or not low.variable or low.terms[1].text != sign or (high is None) != (sign == "→"):
        limits = "x → … below it" if do == "limit" else "i = … below and … above it"
        raise InputError(f"{term.text} needs {limits}")
    if low.error:
        raise low.error
    return [*low.steps, *(high.calculated() if high else ()), Step(do, low.variable)]


def nothing_of(term: Term, relation: Relation | None = None) -> InputError:
    """Something, or what hangs from it, has no meaning for a calculation."""
    what = f"what is {relation} “{term.text}”" if relation else f"“{term.text}”"
    return InputError(f"nothing is calculated of {what}")


def _part(term: Term, relation: Relation, rows: Rows) -> Sequence[Step]:
    if relation not in term.hanging:
        raise InputError(f"a {term.kind} is incomplete")
    return rows[term.hanging[relation]].calculated()


def name(term: Term, rows: Rows) -> str:
    """A letter or function with its subscript: `x_1`, `x_{n+1}`."""
    if "sub" not in term.hanging:
        return term.text
    sub = rows[term.hanging["sub"]]
    if any(part.hanging for part in sub.terms):
        raise InputError(f"the subscript of “{term.text}” is too deep for a name")
    return f"{term.text}_{sub.text}" if sub.text.isalnum() else f"{term.text}_{{{sub.text}}}"
