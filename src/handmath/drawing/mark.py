"""Expressions while they are made up: rows of symbols, each with what hangs from it."""

from dataclasses import dataclass, field

from handmath.data.tree import ROOT, Expression, Link, Relation


@dataclass
class Mark:
    """A symbol and the rows that hang from it."""

    label: str
    hung: dict[Relation, "Row"] = field(default_factory=dict)


Row = list[Mark]


def tree(row: Row) -> Expression:
    """The expression that a row is; a symbol comes before what hangs from it."""
    labels: list[str] = []
    links: list[Link] = []

    def write(row: Row, link: Link) -> None:
        for mark in row:
            index = len(labels)
            labels.append(mark.label)
            links.append(link)
            for relation, hung in mark.hung.items():
                write(hung, Link(index, relation))
            link = Link(index, "right")

    write(row, ROOT)
    return Expression(tuple(labels), tuple(links))
