"""Random mathematics: trees of the symbols that there are."""

from collections import Counter

import numpy as np
import pytest

from handmath.data import alphabet
from handmath.data.tree import Expression
from handmath.drawing import expressions

ARITHMETIC = [
    *alphabet.SYMBOLS["digit"].values(),
    "plus",
    "minus",
    "times",
    "div",
    "equal",
    "decimal",
]
CLASSES = [
    *ARITHMETIC, *"abcdefghijklmnopqrstuvwxyz", "alpha", "pi", "theta", "Delta", "infty", "slash",
    "cdot", "pm", "neq", "lt", "gt", "leq", "geq", "in", "rightarrow", "sin", "cos", "tan", "log",
    "lim", "int", "sum", "sqrt", "left_parenthesis", "right_parenthesis", "left_bracket",
    "right_bracket", "left_brace", "right_brace", "pipe", "comma", "exclamation", "ldots", "prime",
    "forall", "A_upper",
]  # fmt: skip


def write(classes: list[str], count: int, seed: int = 0) -> list[Expression]:
    rng = np.random.default_rng(seed)
    return [expressions.expression(classes, rng) for _ in range(count)]


def test_every_expression_is_a_tree() -> None:
    for expression in write(CLASSES, 500):
        assert len(expression.labels) == len(expression.links) > 0
        assert [link.relation for link in expression.links].count("root") == 1
        assert len(set(expression.links)) == len(expression.links)  # one child of each relation
        for index in range(len(expression.labels)):
            seen = set()
            while index >= 0:
                assert index not in seen
                seen.add(index)
                index, relation = expression.links[index]
            assert relation == "root"


def test_a_bar_parts_two_things_and_a_root_covers_one() -> None:
    found: Counter[str] = Counter()
    for expression in write(CLASSES, 500):
        for label, children in zip(expression.labels, expression.children(), strict=True):
            hung = children.keys() - {"right", "sup", "sub"}
            if label == "minus" and hung:
                assert hung == {"above", "below"}
                found["fractions"] += 1
            if "inside" in hung:
                assert label == "sqrt"
                found["roots"] += 1
            if hung == {"below"}:
                found[label] += 1
    assert found["fractions"] > 50
    assert found["roots"] > 25
    assert found["lim"] > 2


def test_no_class_is_rare() -> None:
    written = write(CLASSES, 3000)
    counts = Counter(label for expression in written for label in expression.labels)
    assert counts.keys() == set(CLASSES)
    assert min(counts.values()) > 0.001 * counts.total(), counts.most_common()[-5:]


def test_lengths_are_those_of_what_people_write() -> None:
    lengths = [len(expression.labels) for expression in write(CLASSES, 1000)]
    assert min(lengths) == 1
    assert 6 <= np.median(lengths) <= 10
    assert 15 <= np.percentile(lengths, 95) <= 30


@pytest.mark.parametrize(
    "classes", [ARITHMETIC, ["x"], ["minus"], ["sqrt", "lim"], ["(", ")"], ["cat", "dog", "+"]]
)
def test_few_classes_are_enough(classes: list[str]) -> None:
    written = write(classes, 300)
    assert {label for expression in written for label in expression.labels} == set(classes)


def test_a_seed_gives_the_same_expressions() -> None:
    assert write(CLASSES, 50, 7) == write(sorted(CLASSES), 50, 7)
    assert write(CLASSES, 50, 7) != write(CLASSES, 50, 8)
