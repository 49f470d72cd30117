"""How well a class of symbols stands where a symbol does."""

import numpy as np
import pytest

from handmath.data.tree import ROOT, Expression, Link
from handmath.reading.expression import place
from handmath.reading.expression.place import MOST
from paper import Paper

CLASSES = ["c", "C_upper", "one", "comma", "prime", "nine", "q", "minus"]


def likeliest(paper: Paper, symbol: int, *classes: str) -> str:
    found = place.fit(paper.expression, CLASSES, paper.boxes)[symbol]
    return max(classes, key=lambda name: float(found[CLASSES.index(name)]))


@pytest.mark.parametrize(
    ("label", "other"),
    [("c", "C_upper"), ("comma", "one"), ("prime", "one"), ("q", "nine"), ("prime", "comma")],
)
def test_look_alikes_differ_by_where_they_stand(label: str, other: str) -> None:
    for is_one, other_one in ((label, other), (other, label)):
        paper = Paper(["a", "plus", is_one, "two", "b"])
        assert likeliest(paper, 2, is_one, other_one) == is_one


def test_the_row_counts_not_the_whole_expression() -> None:
    """In an exponent a capital is as high as a small letter on the line."""
    paper = Paper(["x", ("sup", ["n", "plus", "C_upper", "plus", "two"]), "plus", "c", "plus", "a"])
    symbol = paper.labels.index("C_upper")
    assert likeliest(paper, symbol, "c", "C_upper") == "C_upper"
    assert likeliest(paper, paper.labels.index("c"), "c", "C_upper") == "c"


def test_a_lone_symbol_stands_anywhere() -> None:
    assert (place.fit(Expression.row(["c"]), CLASSES, [(0, 0, 9, 9)]) == 0).all()
    power = Expression(("x", "c"), (ROOT, Link(0, "sup")))
    assert (place.fit(power, CLASSES, [(0, 0, 9, 9), (9, 0, 15, 5)]) == 0).all()


def test_it_is_bounded_and_keeps_the_scale() -> None:
    paper = Paper(["one", "plus", "c", "two"])
    boxes = np.array(paper.boxes, dtype=np.float64)
    found = place.fit(paper.expression, CLASSES, boxes)
    assert found.shape == (4, len(CLASSES))
    assert (found >= -MOST).all()
    assert (found <= 0).all()
    assert place.fit(paper.expression, CLASSES, 64 * boxes) == pytest.approx(found)
    boxes[2] += 1e6
    assert (place.fit(paper.expression, CLASSES, boxes)[2] == -MOST).all()


def test_a_row_may_slope() -> None:
    paper = Paper(["a", "plus", "two"] * 8)
    boxes = np.array(paper.boxes, dtype=np.float64)
    boxes[:, 1::2] -= 0.1 * boxes[:, :1]
    found = place.fit(paper.expression, CLASSES, boxes)
    twos = [at for at, label in enumerate(paper.labels) if label == "two"]
    assert found[twos, CLASSES.index("one")].min() > -MOST / 2
