"""Whether a picture is a line of arithmetic or another expression."""

from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT as PROJECT
from conftest import draw_line
from handmath.data.tree import Link
from handmath.reading import classify
from handmath.reading.choose import is_arithmetic, is_clear
from handmath.reading.expression.reader import ExpressionReader
from handmath.reading.line import Line
from handmath.reading.network import Convolution, Network
from handmath.reading.reader import Reader
from handmath.reading.result import Box, Reading, Symbol, expression_of, line_of
from handmath.reading.segment import NO_BOXES, Components, Hypothesis

KNOWN = {*"0123456789+-×÷=."}
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


BOXES = ((0, 0, 8, 20), (10, 7, 18, 14), (20, 0, 28, 20), (30, 0, 38, 20))


def cut(
    labels: str = "one plus two three",
    boxes: tuple[Box, ...] = BOXES,
    logs: float = -0.01,
    left_out: tuple[Box, ...] = (),
) -> Line:
    """A line whose symbols fill their boxes."""
    symbols = tuple(
        Symbol.of(label, box, 0.9) for label, box in zip(labels.split(), boxes, strict=True)
    )
    reading = line_of(symbols, [logs] * len(symbols), SIZE, 1.0, left_out)
    ink = np.zeros((SIZE[1], SIZE[0]), dtype=np.uint16)
    for number, (left, top, right, bottom) in enumerate(boxes, start=1):
        ink[top:bottom, left:right] = number
    found = Components(ink, np.array(boxes), 20.0, 2.0, NO_BOXES, 1.0)
    return Line(reading, found, [Hypothesis(at, at + 1, box) for at, box in enumerate(boxes)])


def says(label: str) -> Network:
    """A network that takes everything for one class."""
    classes = ("", "one", "x", "y")
    size, count = classify.SIZE, len(classes)
    layer = Convolution(np.zeros((1, 1, 1, 1), dtype=np.int8), np.zeros(1), np.zeros(1), 1)
    logits = np.array([9.0 * (name == label) for name in classes])
    weight = np.zeros((count, size, size, 1), dtype=np.int8)
    return Network((layer,), weight, np.zeros(count), logits, classes, size)


@pytest.mark.parametrize(
    ("line", "taken_for", "clear"),
    [
        (cut(), "one", True),
        (cut(), "x", True),  # as good as a ×
        (cut(), "y", False),
        (cut(), "", False),  # no symbol at all
        (cut(logs=-1.0), "one", False),
        (cut(left_out=((50, 0, 58, 20),)), "one", False),
        (cut("one two", (BOXES[0], BOXES[2])), "one", False),  # a π has two strokes as well
        (cut(boxes=(*BOXES[:3], (30, 0, 36, 9))), "one", False),  # a power
        (cut("one two plus three", (BOXES[0], BOXES[2], (30, 0, 38, 7), (40, 0, 48, 20))), "one",
         True),  # an operator may stand high
    ],
)  # fmt: skip
def test_a_line_is_clear_if_nothing_speaks_for_anything_else(
    line: Line, taken_for: str, clear: bool
) -> None:
    assert is_clear(line, says(taken_for), KNOWN) is clear


def test_a_clear_line_is_not_read_as_an_expression_as_well(
    reader_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    read = ExpressionReader.read

    def watched(
        self: ExpressionReader, ink: np.ndarray, size: tuple[int, int], name: str
    ) -> Reading:
        asked.append(name)
        return read(self, ink, size, name)

    monkeypatch.setattr(ExpressionReader, "read", watched)
    reader = Reader.load(reader_model)
    assert reader.read(draw_line(tmp_path / "line.png")).text == "1+2=3"
    assert asked == []
    formula = PROJECT / "docs/quadratic.png"
    assert reader.read(formula).links
    assert asked == [str(formula)]
