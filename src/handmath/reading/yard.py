"""The steps of calculating a row, by Dijkstra's shunting yard (1961)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from handmath.base.errors import InputError
from handmath.data.tree import Relation
from handmath.reading import terms
from handmath.reading.steps import Step
from handmath.reading.terms import Term

_SIGNS = {"+": "add", "-": "subtract", "±": "add or subtract"}
_PREFIXES = {"-": "negate", "±": "plus or minus"}
_PRODUCTS = {"×": "multiply", "·": "multiply", "*": "multiply", "÷": "divide", "/": "divide"}
_CLOSES = {"(": ")", "[": "]", "{": "}", "|": "|"}
_FUNCTIONS = frozenset({"sin", "cos", "tan", "log", "ln", "exp"})
_INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan"}
_CALLED = frozenset("fgh")  # letters of functions: f(x) is no product, a(x) is one
# How much each binds: `sin 2x + 1` is (sin (2 x)) + 1, and `sin x × 2` is (sin x) × 2.
_BRACKET, _SUM, _PRODUCT, _CALL, _BESIDE, _SIGN = range(6)


class Row(NamedTuple):
    """A row and its steps, or why it has none, which matters only if it is to be calculated."""

    terms: Sequence[Term]
    steps: Sequence[Step]
    error: InputError | None = None

    @classmethod
    def of(cls, row: Sequence[Term], rows: "dict[int, Row]") -> "Row":
        """A row, given those that hang from it by their first symbol."""
        try:
            return cls(row, _Yard(row, rows).steps)
        except InputError as error:
            return cls(row, (), error)

    def calculated(self) -> Sequence[Step]:
        """Its steps.

        Raises:
            InputError: it is no calculation.
        """
        if self.error:
            raise self.error
        return self.steps

    @property
    def text(self) -> str:
        """Its symbols, without what hangs on them."""
        return "".join(term.text for term in self.terms)

    @property
    def is_number(self) -> bool:
        """Whether it is a number and nothing else."""
        return [step.do for step in self.steps] == ["number"]


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
        complete: whether an operand stands before what comes next.
    """

    row: Sequence[Term]
    rows: dict[int, Row]
    steps: list[Step] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)
    complete: bool = False

    def __post_init__(self) -> None:
        closing = terms.pairs(self.row)
        opening = set(closing.values())
        for at, term in enumerate(self.row):
            if at in opening:
                self.beside(term, _BESIDE)
                self.plain(term)
                self.waiting.append(_Waiting(_BRACKET, (), term.text))
            elif at in closing:
                self.close(term)
            elif term.kind == "function" or (term.text in _CALLED and at + 1 in opening):
                self.beside(term, _PRODUCT)
                self.waiting.append(_Waiting(_CALL, self.call(term)))
            elif term.text in _SIGNS and term.kind != "fraction":
                self.sign(term)
            elif term.text in _PRODUCTS:
                self.after_operand(term)
                self.wait(_PRODUCT, [Step(_PRODUCTS[term.text])], term.text)
            elif term.text == "!":
                self.after_operand(term)
                self.complete = True
                self.steps.append(Step("factorial"))
            else:
                self.operand(term, self.row[at - 1] if at else None)
        if not self.complete:
            raise self.incomplete()
        self.take(_SUM)

    def operand(self, term: Term, before: Term | None) -> None:
        if before and before.kind == "number" and not before.hanging and term.kind == "fraction":
            parts = [self.rows[first] for first in term.hanging.values()]
            if len(parts) == 2 and all(part.is_number for part in parts):
                raise InputError(
                    f"{before.text} before a fraction may be a sum or a product; write + or ×"
                )
        self.beside(term, _BESIDE)
        self.steps += [*self.value(term), *self.power(term)]
        self.complete = True

    def value(self, term: Term) -> list[Step]:
        """The steps to the value of a term without its power."""
        if term.kind == "number" and "sub" not in term.hanging:
            return [Step("number", term.text)]
        if term.kind in {"letter", "greek"}:
            return [Step("name", self.name(term))]
        if term.kind == "fraction":
            return [*self.hanging(term, "above"), *self.hanging(term, "below"), Step("divide")]
        if term.kind == "root" and "above" in term.hanging:
            return [*self.hanging(term, "inside"), *self.hanging(term, "above"), Step("root")]
        if term.kind == "root":
            return [*self.hanging(term, "inside"), Step("square root")]
        if term.kind == "bracket":
            raise InputError(f"the bracket {term.text} stands alone")
        raise InputError(f"nothing is calculated of “{term.text}”")

    def power(self, term: Term) -> list[Step]:
        """The steps of its superscript, if it has one."""
        scripts = term.scripts - {"sup", "sub"}
        if scripts:
            raise InputError(f"nothing is calculated of what is {min(scripts)} “{term.text}”")
        return [*self.hanging(term, "sup"), Step("power")] if "sup" in term.hanging else []

    def call(self, term: Term) -> list[Step]:
        """The steps that follow a function's argument."""
        if term.kind == "function" and term.text not in _FUNCTIONS:
            raise InputError(f"nothing is calculated of “{term.text}”")
        if "sub" in term.hanging and term.kind == "function" and term.text != "log":
            raise InputError(f"nothing is calculated of what is sub “{term.text}”")
        if "sup" in term.hanging and self.rows[term.hanging["sup"]].text == "-1":
            if term.text not in _INVERSES:
                raise InputError(f"{term.text}^(-1) may be an inverse or a power")
            return [Step("call", _INVERSES[term.text])]
        if "sub" in term.hanging and term.text == "log":
            return [*self.hanging(term, "sub"), Step("log"), *self.power(term)]
        return [Step("call", self.name(term)), *self.power(term)]

    def name(self, term: Term) -> str:
        """A letter or function with its subscript."""
        if "sub" not in term.hanging:
            return term.text
        sub = self.rows[term.hanging["sub"]]
        if any(part.hanging for part in sub.terms):
            raise InputError(f"the subscript of “{term.text}” is too deep for a name")
        return f"{term.text}_{sub.text}"

    def hanging(self, term: Term, relation: Relation) -> Sequence[Step]:
        if relation not in term.hanging:
            raise InputError(f"a {term.kind} is incomplete")
        return self.rows[term.hanging[relation]].calculated()

    def sign(self, term: Term) -> None:
        self.plain(term)
        if self.complete:
            self.wait(_SUM, [Step(_SIGNS[term.text])])
        elif term.text != "+":
            self.waiting.append(_Waiting(_SIGN, [Step(_PREFIXES[term.text])]))

    def close(self, term: Term) -> None:
        """End a bracket, and the function of which it is the argument."""
        if not self.complete:
            raise self.incomplete()
        self.take(_SUM)
        if _CLOSES[self.waiting.pop().text] != term.text:
            raise InputError(f"the bracket {term.text} closes another one")
        if term.text == "|":
            self.steps.append(Step("absolute"))
        if self.waiting and self.waiting[-1].binds == _CALL:
            self.steps += self.waiting.pop().steps
        if "sub" in term.hanging:
            raise InputError("nothing is calculated of what is sub a bracket")
        self.steps += self.power(term)

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
            raise InputError(f"nothing is calculated of what is {min(term.hanging)} “{term.text}”")

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
