"""What hangs on what, and how often: labels that suit their neighbours."""

import itertools
import math

import numpy as np
import pytest

from handmath.data.tree import ROOT, Expression, Link
from handmath.reading.expression.bigram import RELATIONS, WEIGHT, Bigram

CLASSES = ["one", "plus", "times", "x", "minus"]


def power(base: str, exponent: str) -> Expression:
    return Expression((base, exponent), (ROOT, Link(0, "sup")))


def fraction(above: str, below: str) -> Expression:
    return Expression(("minus", above, below), (ROOT, Link(0, "above"), Link(0, "below")))


@pytest.fixture(scope="module")
def bigram() -> Bigram:
    trees = [
        *[Expression.row(["one", "plus", "x"])] * 20,
        *[Expression.row(["x", "times", "one"])] * 5,
        *[power("x", "one")] * 10,
        *[fraction("one", "x")] * 3,
    ]
    return Bigram.of(trees, CLASSES)


def test_counts(bigram: Bigram) -> None:
    index = {name: at for at, name in enumerate(CLASSES)}
    right, sup, part = (RELATIONS.index(name) for name in ("right", "sup", "part"))
    assert bigram.counts[right, index["one"], index["plus"]] == 20
    assert bigram.counts[sup, index["x"], index["one"]] == 10
    assert bigram.counts[part, index["minus"], index["one"]] == 3
    assert bigram.counts[0, -1, index["x"]] == 15  # begins an expression
    assert bigram.counts.sum() == 25 * 3 + 10 * 2 + 3 * 3


def test_limits_count_as_the_scripts_that_they_are_in_latex() -> None:
    for below in ("sub", "below"):
        tree = Expression(("sum", "x"), (ROOT, Link(0, below)))
        assert Bigram.of([tree], ["sum", "x"]).counts[RELATIONS.index("sub"), 0, 1] == 1


def test_probabilities_add_up_to_one(bigram: Bigram) -> None:
    known = bigram.logarithms[:, :-1, :-1]  # of parents that are known, to known classes
    assert np.exp(known).sum(axis=2) == pytest.approx(np.ones(known.shape[:2]))
    assert (bigram.logarithms[:, :, -1] <= known.min()).all()


def test_it_finds_the_best_of_all_labellings(bigram: Bigram) -> None:
    """Against trying all of them, on a tree with a branch."""
    links = (ROOT, Link(0, "sup"), Link(0, "right"), Link(2, "right"))
    tree = Expression(("x", "one", "plus", "x"), links)
    rng = np.random.default_rng(0)
    for _ in range(20):
        scores = np.log(rng.dirichlet(np.ones(5), 4))
        found, best = bigram.relabel(scores, CLASSES, tree)

        def total(labels: tuple[int, ...], scores: np.ndarray = scores) -> float:
            own = math.fsum(scores[range(4), labels])
            edges = (
                bigram.logarithms[
                    RELATIONS.index(relation), labels[parent] if parent >= 0 else -1, at
                ]
                for (parent, relation), at in zip(links, labels, strict=True)
            )
            carried = (
                bigram.carries[int((at, name) in links), RELATIONS.index(name), label]
                for at, label in enumerate(labels)
                for name in RELATIONS[1:]
            )
            return own + WEIGHT * math.fsum([*edges, *carried])

        every = list(itertools.product(range(5), repeat=4))
        expected = max(every, key=total)
        assert found == [CLASSES[at] for at in expected]
        assert best == pytest.approx(total(expected))


def test_what_a_class_never_carries_tells_it_from_a_look_alike(bigram: Bigram) -> None:
    """A × has no exponent, and something stands right of it."""
    scores = np.full((2, 5), -9.0)
    scores[1, 0] = 0.0
    scores[0, 2:4] = -0.6, -0.9  # rather times than x
    assert bigram.relabel(scores, CLASSES, power("times", "one"))[0] == ["x", "one"]
    index = {name: at for at, name in enumerate(CLASSES)}
    sup, right = RELATIONS.index("sup"), RELATIONS.index("right")
    assert bigram.carries[1, sup, index["x"]] > bigram.carries[1, sup, index["times"]]
    assert bigram.carries[0, right, index["x"]] > bigram.carries[0, right, index["times"]]
    assert (bigram.carries[:, :, -1] == 0).all()  # of a class that it does not know


def test_the_two_probabilities_of_carrying_add_up_to_one(bigram: Bigram) -> None:
    assert np.exp(bigram.carries[:, :, :-1]).sum(axis=0) == pytest.approx(1.0)


def test_a_frequent_neighbour_wins_over_a_look_alike(bigram: Bigram) -> None:
    scores = np.full((3, 5), -9.0)
    scores[0, 0] = scores[2, 3] = 0.0
    scores[1, 1:3] = -0.8, -0.6  # rather times than plus
    labels, _ = bigram.relabel(scores, CLASSES, Expression.row(["one", "times", "x"]))
    assert labels == ["one", "plus", "x"]


def test_classes_that_it_does_not_know_can_be_read(bigram: Bigram) -> None:
    scores = np.array([[0.0, -9.0], [-9.0, 0.0]])
    labels, score = bigram.relabel(scores, ["my_sign", "x"], Expression.row(["my_sign", "x"]))
    assert labels == ["my_sign", "x"]
    assert math.isfinite(score)
