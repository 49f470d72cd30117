"""Whether a picture is a line of arithmetic or another expression."""

import pytest

from handmath.data.tree import Link
from handmath.reading.choose import is_arithmetic
from handmath.reading.result import Reading, Symbol, expression_of, line_of

KNOWN = "0123456789+-×÷=."
SIZE = 100, 40
ROOT = Link(-1, "root")


def row(labels: str, confidence: float = 0.99) -> tuple[Symbol, ...]:
    return tuple(
        Symbol.of(label, (10 * at, 0, 10 * at + 8, 20), confidence)
        for at, label in enumerate(labels.split())
    )


def line(labels: str, logs: float = -0.01) -> Reading:
    symbols = row(labels)
    return line_of(symbols, [logs] * len(symbols), SIZE, 1.0, ())


def expression(labels: str, *links: Link, confidence: float = 0.99) -> Reading:
    symbols = row(labels, confidence)
    side_by_side = [ROOT, *(Link(at, "right") for at in range(len(symbols) - 1))]
    return expression_of(symbols, tuple(links or side_by_side), [-0.01] * len(symbols), SIZE)


@pytest.mark.parametrize(
    ("read", "arithmetic"),
    [
        (expression("one plus two"), True),
        (expression("one plus x"), True),  # as much as a ×
        (expression("one plus y"), False),
        (expression("one plus y", confidence=0.8), True),
        (expression("right_parenthesis plus two"), True),  # no bracket goes with it
        (expression("left_parenthesis plus right_parenthesis"), False),
        (expression("one plus two", ROOT, Link(0, "right"), Link(0, "sup")), False),
        (expression("one plus two", ROOT, Link(0, "right"), Link(0, "sub")), True),
        (expression("plus one two", ROOT, Link(0, "right"), Link(0, "sub")), False),
        (expression("minus one two", ROOT, Link(0, "above"), Link(0, "below")), False),
    ],
)
def test_what_is_certain_decides(read: Reading, arithmetic: bool) -> None:
    assert is_arithmetic(line("one plus two"), read, KNOWN) is arithmetic


def test_an_unlikely_line_needs_the_same_symbols() -> None:
    unsure = line("one plus two", -3.0)
    assert unsure.confidence < 0.6
    assert not is_arithmetic(unsure, expression("one plus y", confidence=0.8), KNOWN)
    assert is_arithmetic(unsure, expression("one plus two"), KNOWN)


def test_a_line_that_is_far_likelier_is_one() -> None:
    symbols = row("one plus y")
    links = (ROOT, Link(0, "right"), Link(1, "right"))
    doubtful = expression_of(symbols, links, [-0.01, -0.01, -6.0], SIZE)
    assert is_arithmetic(line("one plus two"), doubtful, KNOWN)
