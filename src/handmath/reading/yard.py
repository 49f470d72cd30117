"""The steps of calculating a row, by Dijkstra's shunting yard (1961)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from handmath.base.errors import InputError
from handmath.reading import operands, terms
from handmath.reading.operands import Row, Rows
from handmath.reading.steps import Step
from handmath.reading.terms import Term

_SIGNS = {"+": "add", "-": "subtract", "±": "add or subtract"}
_PREFIXES = {"-": "negate", "±": "plus or minus"}
_PRODUCTS = {"×": "multiply", "·": "multiply", "*": "multiply", "÷": "divide", "/": "divide"}
_CLOSES = {"(": ")", "[": "]", "{": "}", "|": "|"}
_CALLED = frozenset("fgh")  # letters of functions: f(x) is no product, a(x) is one
_LARGE = frozenset({"∑", "∏", "lim"})
NO_END = "an integral does not end in d and its variable"
# How much each binds: `sin 2x + 1` is (sin (2 x)) + 1, `sin x × 2` is (sin x) × 2, and a sum over
# i of `i × 2 + 1` is one of i × 2, to which 1 is added.
_BRACKET, _SUM, _OF_TERM, _PRODUCT, _CALL, _BESIDE, _SIGN = range(7)


def row(row: Sequence[Term], rows: Rows) -> Row:
    """A row with its steps, given those that hang from it."""
    bound = len(row) > 2 and row[0].kind in {"letter", "greek"} and row[1].text in {"=", "→"}
    variable = ""
    try:
        variable = operands.name(row[0], rows) if bound else ""
        return Row(row, _Yard(row[2:] if bound else row, rows).steps, None, variable)
    except InputError as error:
        return Row(row, (), error, variable)


class _Waiting(NamedTuple):
    """Steps that are taken as soon as what comes next binds no more; or a bracket."""

    binds: int
    steps: Sequence[Step]
    text: str = ""


@dataclass
class _Yard:
    """Puts the steps of one row in order.

    Attributes:
        steps: in order.
        waiting: those that come later, the last one first.
        integrals: those that have begun.
        complete: whether an operand stands before what comes next.
    """

    row: Sequence[Term]
    rows: Rows
    steps: list[Step] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)
    integrals: list[Term] = field(default_factory=list)
    complete: bool = False

    def __post_init__(self) -> None:
        closing = terms.pairs(self.row)
        opening = set(closing.values())
        pieces = iter(enumerate(self.row))
        for at, term in pieces:
            after = self.row[at + 1] if at + 1 < len(self.row) else None
            if at in opening:
                self.beside(term, _BESIDE)
                self.plain(term)
                self.waiting.append(_Waiting(_BRACKET, (), term.text))
            elif at in closing:
                self.close(term)
            elif term.text == "∫":
                self.beside(term, _PRODUCT)
                self.waiting.append(_Waiting(_BRACKET, (), term.text))
                self.integrals.append(term)
            elif after and self.ends_integral(term, after):
                self.integrate(after)
                next(pieces)
            elif term.text in _LARGE:
                self.beside(term, _PRODUCT)
                self.waiting.append(_Waiting(_OF_TERM, operands.large(term, self.rows)))
            elif term.kind == "function" or (
                term.text in _CALLED and at + 1 in opening and after and after.opens
            ):
                self.beside(term, _PRODUCT)
                self.waiting.append(_Waiting(_CALL, operands.call(term, self.rows)))
            elif term.text in _SIGNS and term.kind != "fraction":
                self.sign(term)
            elif term.text in _PRODUCTS:
                self.after_operand(term)
                self.wait(_PRODUCT, [Step(_PRODUCTS[term.text])], term.text)
            elif term.text == "!":
                self.after_operand(term)
                self.steps.append(Step("factorial"))
            else:
                self.operand(term, self.row[at - 1] if at else None)
        if not self.complete:
            raise self.incomplete()
        self.take(_SUM)
        if self.waiting:
            raise InputError(NO_END)

    def operand(self, term: Term, before: Term | None) -> None:
        if before and before.kind == "number" and not before.hanging and term.kind == "fraction":
            parts = [self.rows[first] for first in term.hanging.values()]
            if len(parts) == 2 and all(part.is_number for part in parts):
                raise InputError(
                    f"{before.text} before a fraction may be a sum or a product; write + or ×"
                )
        self.beside(term, _BESIDE)
        self.steps += operands.value(term, self.rows)
        self.complete = True

    def sign(self, term: Term) -> None:
        self.plain(term)
        if self.complete:
            self.wait(_SUM, [Step(_SIGNS[term.text])])
        elif term.text != "+":
            self.waiting.append(_Waiting(_SIGN, [Step(_PREFIXES[term.text])]))

    def ends_integral(self, term: Term, after: Term) -> bool:
        """Whether a term is the d before the variable of the integral around it."""
        around = next((own.text for own in self.waiting[::-1] if own.binds == _BRACKET), "")
        return (
            around == "∫"
            and self.complete
            and term.text == "d"
            and not term.hanging
            and after.kind in {"letter", "greek"}
            and after.hanging.keys() <= {"sub"}
        )

    def integrate(self, variable: Term) -> None:
        """End an integral."""
        self.take(_SUM)
        self.waiting.pop()
        name = operands.name(variable, self.rows)
        self.steps += operands.large(self.integrals.pop(), self.rows, name)

    def close(self, term: Term) -> None:
        """End a bracket, and the function of which it is the argument."""
        if not self.complete:
            raise self.incomplete()
        self.take(_SUM)
        opened = self.waiting.pop().text
        if opened == "∫":
            raise InputError(NO_END)
        if _CLOSES[opened] != term.text:
            raise InputError(f"the bracket {term.text} closes another one")
        if term.text == "|":
            self.steps.append(Step("absolute"))
        if self.waiting and self.waiting[-1].binds == _CALL:
            self.steps += self.waiting.pop().steps
        if "sub" in term.hanging:
            raise operands.nothing_of(term, "sub")
        self.steps += operands.power(term, self.rows)

    def beside(self, term: Term, binds: int) -> None:
        """Multiply with what stands directly before a term, if there is something."""
        if not self.complete:
            return
        self.take(binds + 1 if binds == _PRODUCT else binds)
        if self.waiting and self.waiting[-1].text in {"÷", "/"}:
            raise InputError(
                f"it is unclear whether “{term.text}” is divided by too; write × or brackets"
            )
        self.wait(binds, [Step("multiply")])

    def after_operand(self, term: Term) -> None:
        self.plain(term)
        if not self.complete:
            raise self.incomplete()

    def plain(self, term: Term) -> None:
        if term.hanging:
            raise operands.nothing_of(term, min(term.hanging))

    def wait(self, binds: int, steps: Sequence[Step], text: str = "") -> None:
        self.take(binds)
        self.waiting.append(_Waiting(binds, steps, text))
        self.complete = False

    def take(self, binds: int) -> None:
        """Take the steps that bind at least so much."""
        while self.waiting and self.waiting[-1].binds >= binds:
            self.steps += self.waiting.pop().steps

    def incomplete(self) -> InputError:
        text = "".join(term.text for term in self.row)
        return InputError(
            f"“{text}” is no complete calculation" if text else "a side of = is empty"
        )
