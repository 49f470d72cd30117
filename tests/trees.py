"""Expressions put together for tests: `row("x", "+", bar("1", sym("x", sup="2")))`."""

from handmath.data.tree import ROOT, Expression, Link

Part = str | Expression


def sym(label: str, **hanging: Part | None) -> Expression:
    """A symbol, and by relation what hangs on it."""
    labels, links = [label], [ROOT]
    for relation, part in hanging.items():
        if part is not None:
            _hang(labels, links, Link(0, relation), part)  # type: ignore[arg-type]
    return Expression(tuple(labels), tuple(links))


def bar(above: Part | None, below: Part | None, **scripts: Part) -> Expression:
    """A fraction."""
    return sym("minus", above=above, below=below, **scripts)


def root(inside: Part, **hanging: Part) -> Expression:
    """A root; its index is above."""
    return sym("sqrt", inside=inside, **hanging)


def row(*parts: Part) -> Expression:
    """Symbols side by side; each part is one with what hangs on it."""
    labels: list[str] = []
    links: list[Link] = []
    before = -1
    for part in parts:
        first = len(labels)
        _hang(labels, links, ROOT if before < 0 else Link(before, "right"), part)
        before = first
    return Expression(tuple(labels), tuple(links))


def _hang(labels: list[str], links: list[Link], link: Link, part: Part) -> None:
    """Add a part, whose first symbol hangs by a link."""
    expression = sym(part) if isinstance(part, str) else part
    offset = len(labels)
    labels += expression.labels
    links += [
        Link(parent + offset, relation) if parent >= 0 else link
        for parent, relation in expression.links
    ]


QUADRATIC = row(
    "x", "equal",
    bar(row("-", "b", "pm", root(row(sym("b", sup="2"), "-", *"4ac"))), row("2", "a")),
)  # fmt: skip
