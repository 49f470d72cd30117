"""A perceptron that chooses among ways: trained in floats, read in integers."""

import tracemalloc

import numpy as np
import pytest

from handmath.base.errors import InputError
from handmath.data.tree import ROOT, Expression, Link
from handmath.learning import layout, perceptron
from handmath.learning.layout import habits_of, limits_apart, regions_of, row_lessons
from handmath.learning.perceptron import Lessons, fit
from handmath.reading.expression.contain import PAPER, Region
from handmath.reading.expression.perceptron import Dense, Perceptron, rounded
from handmath.reading.expression.sketch import Sketch
from handmath.reading.network import TOP


def lessons(count: int, seed: int) -> Lessons:
    """Of each question's rows the one with the largest sum of two inputs is right.

    It is so by its first way if the third input is above 0, else by its second; a third way is
    never free.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 4, count)
    inputs = rng.normal(size=(rows.sum(), 4)).astype(np.float32)
    answers, first = [], 0
    for number in rows:
        of = inputs[first : first + number]
        best = int((of[:, 0] + of[:, 1]).argmax())
        answers.append(best * 3 + int(of[best, 2] <= 0))
        first += number
    free = np.tile([True, True, False], (len(inputs), 1))
    return Lessons(inputs, free, rows, np.array(answers))


def choices(learned: Perceptron, of: Lessons) -> np.ndarray:
    logits = np.where(of.free, learned(of.inputs.astype(np.float64)), -np.inf)
    ends = np.cumsum(of.rows)
    return np.array([logits[e - n : e].argmax() for e, n in zip(ends, of.rows, strict=True)])


@pytest.fixture(scope="module")
def learned() -> Perceptron:
    return fit(lessons(1500, 0), seed=0, epochs=60)


def test_it_learns_to_choose_a_row_and_a_way(learned: Perceptron) -> None:
    unseen = lessons(300, 1)
    assert (choices(learned, unseen) == unseen.answers).mean() > 0.93


def test_another_seed_is_another_perceptron(learned: Perceptron) -> None:
    other = fit(lessons(1500, 0), seed=1, epochs=1)
    assert not np.array_equal(other.layers[0].weight, learned.layers[0].weight)


def test_nothing_much_larger_than_the_lessons_is_made_of_them() -> None:
    """It was eight times their size."""
    rng = np.random.default_rng(0)
    count = 50_000
    inputs = rng.normal(size=(count, 60)).astype(np.float32)
    ones = np.ones(count, dtype=np.int64)
    many = Lessons(inputs, np.ones((count, 2), dtype=bool), ones, rng.integers(0, 2, count))
    tracemalloc.start()
    fit(many, seed=0, epochs=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * inputs.nbytes


def test_too_few_expressions_to_learn_from() -> None:
    alone = Expression(("one",), (ROOT,)), np.array([[0.0, 0.0, 9.0, 9.0]])
    with pytest.raises(InputError, match=r"expressions\.layout\.count is too small"):
        layout.fit([alone], seed=0)


def test_integers_compute_what_was_trained() -> None:
    rng = np.random.default_rng(0)
    weights = [
        (rng.normal(size=(64, 20)).astype(np.float32), rng.normal(size=64).astype(np.float32)),
        (rng.normal(size=(3, 64)).astype(np.float32), rng.normal(size=3).astype(np.float32)),
    ]
    center, spread = rng.normal(size=20), rng.uniform(0.01, 0.05, 20)
    raw = center + spread * (TOP / perceptron.WIDEST) * rng.normal(size=(500, 20))
    integers = perceptron.to_integers(center, spread, weights, rounded(raw, center, spread))
    inputs = (raw - center) / spread * (perceptron.WIDEST / TOP)
    hidden = np.maximum(inputs @ weights[0][0].T + weights[0][1], 0)
    expected = hidden @ weights[1][0].T + weights[1][1]
    found = integers(raw)
    assert np.abs(found - expected).max() < 0.1 * expected.std()
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.97


def test_logits_are_those_of_integer_arithmetic(learned: Perceptron) -> None:
    """Computed again with Python's own integers."""
    inputs = np.array([[0.3, -2.0, 50.0, -1e12]])
    values = rounded(inputs, learned.center, learned.spread)[0].tolist()
    assert values[2:] == [TOP, -TOP]
    for number, layer in enumerate(learned.layers, start=1):
        sums = [sum(a * int(b) for a, b in zip(values, row, strict=True)) for row in layer.weight]
        answers = [
            total * float(scale) + float(offset)
            for total, scale, offset in zip(sums, layer.scale, layer.offset, strict=True)
        ]
        if number < len(learned.layers):
            values = [min(max(round(value), 0), TOP) for value in answers]
    assert learned(inputs)[0].tolist() == answers


def test_a_constant_input_changes_nothing() -> None:
    of = lessons(200, 0)
    inputs = np.hstack([of.inputs, np.full((len(of.inputs), 1), 3, dtype=np.float32)])
    learned = fit(of._replace(inputs=inputs), seed=0, epochs=2)
    assert not rounded(inputs, learned.center, learned.spread)[:, 4].any()
    assert np.isfinite(learned(inputs.astype(np.float64))).all()


def test_a_layer_without_weights_is_its_offset() -> None:
    layer = Dense(np.zeros((2, 3), dtype=np.int8), np.ones(2), np.array([1.0, -2.0]))
    assert layer(np.ones((1, 3), dtype=np.float32)).tolist() == [[1, -2]]


def test_scripts_of_a_sum_are_its_limits() -> None:
    """Some write a sum's limits as scripts; LaTeX is the same."""
    links = (ROOT, Link(0, "sub"), Link(0, "sup"), Link(0, "right"), Link(3, "sup"))
    tree = Expression(("sum", "n", "four", "x", "two"), links)
    apart = limits_apart(tree)
    assert [relation for _, relation in apart.links] == ["root", "below", "above", "right", "sup"]
    assert regions_of(apart) == [PAPER, Region(0, "below"), Region(0, "above"), PAPER, PAPER]


def test_scripts_above_each_other_are_learned_in_any_order() -> None:
    """Of x_{12}^{34} the eye meets one of each in turn."""
    labels = ("x", "one", "two", "three", "four", "plus", "y")
    links = (
        ROOT, Link(0, "sub"), Link(1, "right"), Link(0, "sup"), Link(3, "right"), Link(0, "right"),
        Link(5, "right"),
    )  # fmt: skip
    boxes = [
        (0, 40, 20, 60), (22, 52, 30, 66), (32, 52, 40, 66), (26, 20, 34, 34), (36, 20, 44, 34),
        (50, 40, 66, 56), (70, 40, 88, 70),
    ]  # fmt: skip
    sketch, tree = Sketch(labels, boxes), Expression(labels, links)
    (learned,) = row_lessons(sketch, tree, regions_of(tree), [(0.0,) * 4] * len(labels))
    assert len(learned.rows) == len(labels) - 1  # none is out of reach
    assert learned.rows.tolist() == [1, 2, 3, 3, 3, 1]


def test_habits_are_odds_of_scripts() -> None:
    power = Expression(("x", "two"), (ROOT, Link(0, "sup")))
    trees = [power] * 50 + [Expression.row(["one", "plus", "one"])] * 50
    x, two, one = habits_of(trees, ["x", "two", "one"])
    assert x[0] > 0 > x[1]  # has superscripts, no subscripts
    assert two[2] > 0 > two[3]  # begins the ones, not the others
    assert (one < -2).all()
