"""A written expression as a tree: each symbol hangs on another one, by a relation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

Relation = Literal["root", "right", "sup", "sub", "above", "below", "inside"]
"""`root` is the first symbol of the expression; `right` the next one of the same row; `sup` and
`sub` begin a script; `above` and `below` begin what a fraction bar parts, the limits of a large
operator, and the index of a root (`above`); `inside` begins what stands under a root."""


class Link(NamedTuple):
    """What a symbol hangs on: index of the parent, -1 at the root, and how."""

    parent: int
    relation: Relation


ROOT = Link(-1, "root")


@dataclass(frozen=True)
class Expression:
    """Symbols and how they hang together.

    A fraction bar is a symbol of the class that stands for "-", with something above and below it.
    A symbol has at most one child of each relation.

    Attributes:
        labels: class of each symbol.
        links: of each symbol; one of them is the root, and each leads there.
    """

    labels: tuple[str, ...]
    links: tuple[Link, ...]

    @classmethod
    def row(cls, labels: Sequence[str]) -> Self:
        """Symbols side by side, from left to right."""
        links = (ROOT, *(Link(index, "right") for index in range(len(labels) - 1)))
        return cls(tuple(labels), links[: len(labels)])

    @property
    def is_row(self) -> bool:
        """Whether all of its symbols stand side by side."""
        return all(relation in {"root", "right"} for _, relation in self.links)

    def children(self) -> list[dict[Relation, int]]:
        """Of each symbol the child of each relation."""
        found: list[dict[Relation, int]] = [{} for _ in self.labels]
        for index, (parent, relation) in enumerate(self.links):
            if parent >= 0:
                found[parent][relation] = index
        return found

    def rows(self) -> list[tuple[int, ...]]:
        """Indices of the symbols of each row from left to right; a row after all that hang from it.

        So whoever writes an expression row by row has already written what a symbol carries.
        """
        children = self.children()
        starts = [index for index, (parent, _) in enumerate(self.links) if parent < 0]
        found: list[tuple[int, ...]] = []
        while starts:
            row: list[int] = []
            after: int | None = starts.pop()
            while after is not None:
                row.append(after)
                starts += [at for name, at in children[after].items() if name != "right"]
                after = children[after].get("right")
            found.append(tuple(row))
        return found[::-1]
