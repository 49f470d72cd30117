"""The rows of an expression as they are spoken: numbers, not digits; and which brackets pair."""

from collections.abc import Sequence
from typing import NamedTuple

from handmath.data import alphabet, typography
from handmath.data.tree import Expression, Relation

LOW: tuple[Relation, ...] = ("below", "sub")  # what is written below a symbol, nearest first
HIGH: tuple[Relation, ...] = ("above", "sup")
PARTS: dict[str, set[Relation]] = {"fraction": {"above", "below"}, "root": {"above", "inside"}}
OPERANDS = frozenset({"number", "letter", "greek", "fraction", "root"})
LIMITS = frozenset({"sum", "limit"})  # how symbols stand that have limits above and below
_BEFORE_AN_OPERAND: frozenset[str] = frozenset({"operator", "slash", "relation", "large"})


class Term(NamedTuple):
    """A number or one symbol, and what hangs on it.

    Attributes:
        text: the number or the symbol's character.
        kind: "number", "fraction" or "root"; else the alphabet's kind of the symbol.
        stands: how it stands on its line, of `typography.CLASSES`.
        hanging: first symbol of each row that hangs on it, by relation.
    """

    text: str
    kind: str
    stands: str
    hanging: dict[Relation, int]

    @property
    def opens(self) -> bool:
        """Whether it is a bracket that can only open."""
        return self.stands == "opening"

    @property
    def ends_operand(self) -> bool:
        """Whether an operand may end with it, which what comes next would be multiplied with."""
        return self.kind in OPERANDS or self.stands == "closing"

    @property
    def is_word(self) -> bool:
        """Whether its text is a name of several letters, such as "sin"."""
        return len(self.text) > 1 and self.kind != "number"

    @property
    def scripts(self) -> set[Relation]:
        """What hangs on it and is no part of it, as the numerator is of a fraction."""
        own: dict[str, set[Relation]] = {
            "fraction": {"above", "below"},
            "root": {"above", "inside"},
        }
        return self.hanging.keys() - own.get(self.kind, set())


def rows(expression: Expression) -> list[tuple[int, list[Term]]]:
    """The first symbol of each row and the row's terms; a row after all that hang from it."""
    children = expression.children()
    return [
        (row[0], _joined([_term(expression.labels[at], children[at]) for at in row]))
        for row in expression.rows()
    ]


def _term(label: str, children: dict[Relation, int]) -> Term:
    """A symbol by itself."""
    hanging: dict[Relation, int] = {
        relation: at for relation, at in children.items() if relation != "right"
    }
    stands = typography.class_of(label)
    kind: str = alphabet.kind(label)
    if kind == "digit":
        kind = "number"
    elif stands == "root":
        kind = "root"
    elif stands == "minus" and {"above", "below"} & hanging.keys():
        kind = "fraction"
    return Term(alphabet.character(label), kind, stands, hanging)


def _joined(symbols: list[Term]) -> list[Term]:
    """With digits and the point among them or before them joined to numbers: "12.5", ".5"."""
    found: list[Term] = []
    for symbol in symbols:
        before = found[-1] if found else None
        joins = before and not before.hanging and (
            (symbol.kind == "number" and before.kind in {"number", "point"})
            or (symbol.kind == "point" and before.kind == "number" and "." not in before.text)
        )  # fmt: skip
        if before and joins:
            found[-1] = symbol._replace(text=before.text + symbol.text, kind="number")
        else:
            found.append(symbol)
    return found


def pairs(row: Sequence[Term]) -> dict[int, int]:
    """Where each bracket of a row that closes stands → where the one that it closes does.

    Brackets need not be alike, as in [0, 1). A bar | closes if one is open and an operand is
    before it.
    """
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, term in enumerate(row):
        if term.text == "|":
            bar = bool(opened) and row[opened[-1]].text == "|"
            if bar and opened[-1] != at - 1 and row[at - 1].kind not in _BEFORE_AN_OPERAND:
                found[at] = opened.pop()
            else:
                opened.append(at)
        elif term.opens:
            opened.append(at)
        elif term.stands == "closing":
            while opened and row[opened[-1]].text == "|":
                opened.pop()
            if opened:
                found[at] = opened.pop()
    return found
