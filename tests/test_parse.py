"""Symbols and boxes → the tree: by perceptrons that learned from expressions written by rule."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from handmath.base.errors import InputError
from handmath.data.tree import Expression, Link
from handmath.learning.layout import fit
from handmath.reading.exact import log_softmax
from handmath.reading.expression.labels import read_tree
from handmath.reading.expression.layout import Layout
from handmath.reading.expression.parse import parse
from paper import Paper, written

EXPRESSIONS: dict[str, list[Any]] = {
    "a power": ["x", ("sup", ["two"])],
    "a power in a sum": ["x", ("sup", ["two"]), "plus", "y"],
    "both scripts": ["x", ("sub", ["one"]), ("sup", ["two"]), "plus", "three"],
    "a long exponent": ["a", ("sup", ["n", "plus", "one"]), "equal", "b"],
    "a fraction": [("frac", ["one"], ["two"])],
    "fraction and minus": ["x", "minus", ("frac", ["a", "minus", "b"], ["two"]), "minus", "one"],
    "nested": [("frac", ["one"], ["one", "plus", ("frac", ["x"], ["two"])]), "equal", "y"],
    "a root": [("sqrt", ["x", "plus", "one"]), "plus", "two"],
    "a root with an index": [("root", ["three"], ["x"])],
    "a fraction in a root": [("sqrt", [("frac", ["a"], ["b"])])],
    "a sum": [("sum", ["n", "equal", "one"], ["four"]), "n"],
    "an integral": [("int", ["one"], ["two"]), "x"],
    "a function": ["sin", "x", "plus", "one"],
    "a limit": [("lim", ["x", "rightarrow", "zero"]), "x"],
    "a row": ["one", "plus", "two", "equal", "three"],
    "one symbol": ["x"],
}


@pytest.fixture(scope="module")
def layout() -> Layout:
    return fit(list(written(300)), seed=0)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions(name: str, layout: Layout) -> None:
    paper = Paper(EXPRESSIONS[name])
    assert parse(paper.labels, paper.boxes, layout)[0] == paper.expression


def test_the_order_of_symbols_is_free(layout: Layout) -> None:
    """Whoever finds the symbols finds them in an order of their own; links follow it."""
    paper = Paper(EXPRESSIONS["nested"])
    order = np.random.default_rng(0).permutation(len(paper.labels))
    place = {int(old): new for new, old in enumerate(order)}
    found, _ = parse([paper.labels[at] for at in order], [paper.boxes[at] for at in order], layout)
    expected = [paper.expression.links[at] for at in order]
    assert found.links == tuple(
        Link(place.get(parent, -1), relation) for parent, relation in expected
    )


def test_size_and_place_of_the_picture_do_not_matter(layout: Layout) -> None:
    paper = Paper(EXPRESSIONS["fraction and minus"])
    for factor, shift in ((0.25, 0), (8, 1000)):
        boxes = np.array(paper.boxes) * factor + shift
        assert parse(paper.labels, boxes, layout)[0] == paper.expression


def test_what_was_written_by_rule_is_read(layout: Layout) -> None:
    """Of expressions that it has not learned from nine in ten are read without a fault."""
    unseen = list(written(400))[300:]
    right = [parse(tree.labels, boxes, layout)[0] == tree for tree, boxes in unseen]
    assert np.mean(right) > 0.9


def test_the_logarithm_is_that_of_a_probability(layout: Layout) -> None:
    paper = Paper(EXPRESSIONS["both scripts"])
    _, score = parse(paper.labels, paper.boxes, layout)
    assert -1 < score <= 0
    boxes = np.array(paper.boxes)
    boxes[2, 1::2] += 20  # the exponent sinks towards the line
    assert parse(paper.labels, boxes, layout)[1] < score


def test_nothing_is_an_empty_tree(layout: Layout) -> None:
    assert parse([], [], layout) == (Expression((), ()), 0.0)
    assert read_tree(np.empty((0, 2)), ["x", "times"], [], layout) == (Expression((), ()), 0.0)


def valid(tree: Expression) -> bool:
    """Whether every symbol leads to one root, and has one child of each relation at most."""
    links = tree.links
    if len(set(links)) < len(links) or [parent for parent, _ in links].count(-1) != 1:
        return False
    for symbol in range(len(links)):
        seen = set()
        while symbol >= 0:
            if symbol in seen:
                return False
            seen.add(symbol)
            symbol = links[symbol].parent
    return True


BOXES = {
    "all the same": np.tile([10.0, 10, 30, 50], (300, 1)),
    "no size": np.tile([10.0, 10, 10, 10], (300, 1)),
    "at random": np.random.default_rng(0).uniform(0, 500, (300, 4)),
    "a staircase": np.arange(300)[:, None] * 10 + np.array([0.0, 0, 30, 30]),
    "far away": np.random.default_rng(0).uniform(0, 1e9, (300, 4)),
}
LABELS = {
    "bars": ["minus"] * 300,
    "roots": ["sqrt"] * 300,
    "digits": ["two"] * 300,
    "all sorts": ["minus", "two", "sqrt", "sum", "left_parenthesis", "lim", "my_sign"] * 43,
}


@pytest.mark.parametrize("name", BOXES)
@pytest.mark.parametrize("labels", LABELS)
def test_hostile_boxes_end_in_a_tree(name: str, labels: str, layout: Layout) -> None:
    began = time.process_time()
    tree, score = parse(LABELS[labels][:300], BOXES[name], layout)
    assert valid(tree)
    assert np.isfinite(score)
    assert time.process_time() - began < 60  # no search without end


def test_neighbours_decide_between_look_alikes(layout: Layout) -> None:
    """Between a letter and an operator that look alike, the place decides: x + 2, 2 + x."""
    classes = ["x", "plus", "two", "equal"]
    paper = Paper(["two", "plus", "x", "equal", "two"])
    scores = np.full((5, 4), -6.0)
    for row, label in zip(scores, paper.labels, strict=True):
        row[classes.index(label)] = 0.0
    scores[1] = [-0.6, -0.9, -9, -9]  # rather an x than a plus, by its shape alone
    tree, _ = read_tree(log_softmax(scores), classes, paper.boxes, layout)
    assert tree == paper.expression


def test_sure_labels_stay_whatever_stands_beside_them(layout: Layout) -> None:
    classes = ["x", "plus"]
    paper = Paper(["x", "plus", "plus", "x"])
    scores = np.array([[0, -30.0], [-30, 0], [-30, 0], [0, -30]])
    assert read_tree(scores, classes, paper.boxes, layout)[0].labels == tuple(paper.labels)


def test_classes_that_it_has_not_learned_are_read(layout: Layout) -> None:
    paper = Paper(["my_sign", "plus", "x"])
    scores = np.where(np.eye(3) > 0, 0.0, -9.0)
    tree, _ = read_tree(scores, paper.labels, paper.boxes, layout)
    assert tree == paper.expression


def test_the_file_says_the_same(layout: Layout, tmp_path: Path) -> None:
    file = tmp_path / "layout.safetensors"
    layout.write(file)
    again = Layout.read(file)
    for name in ("contain", "rows"):
        one, two = getattr(layout, name), getattr(again, name)
        inputs = np.random.default_rng(0).normal(size=(50, one.size[0]))
        assert np.array_equal(one(inputs), two(inputs))
    paper = Paper(EXPRESSIONS["nested"])
    assert parse(paper.labels, paper.boxes, again) == parse(paper.labels, paper.boxes, layout)
    assert again.bigram.classes == layout.bigram.classes
    again.write(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == file.read_bytes()


def test_the_same_lessons_give_the_same_bits(tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        fit(list(written(30)), seed=3).write(file)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("tensor", "change"),
    [
        ("habits", lambda t: t * np.nan),
        ("habits", lambda t: t.astype(np.float32)),
        ("habits", lambda t: t[:-1]),
        ("counts", lambda t: t.astype(np.int64)),
        ("counts", lambda t: t[:, :-1]),
        ("contain.center", lambda t: t + np.inf),
        ("contain.center", lambda t: t[:-1]),
        ("rows.spread", lambda t: t * 0),
        ("rows0.weight", lambda t: t.astype(np.float32)),
        ("rows0.weight", lambda t: np.full_like(t, -128)),
        ("rows1.weight", lambda t: t[:, :-1]),
        ("rows2.weight", lambda t: t[:-1]),
        ("contain2.scale", lambda t: t * np.nan),
        ("contain1.offset", lambda t: t[:-1]),
        ("contain1.offset", None),
        ("more", lambda _: np.zeros(1)),
    ],
)  # fmt: skip
def test_damaged_files_are_refused(
    layout: Layout, tmp_path: Path, tensor: str, change: Any
) -> None:
    file = tmp_path / "layout.safetensors"
    layout.write(file)
    tensors = load_file(file)
    value = tensors.pop(tensor, None)
    if change is not None:
        tensors[tensor] = np.ascontiguousarray(change(value))
    facts = facts_of(file)
    save_file(tensors, file, metadata={"handmath": facts})
    with pytest.raises(InputError, match=r"layout\.safetensors is no reader's layout") as caught:
        Layout.read(file)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "facts",
    ["", "{", "[]", '{"classes": 3}', '{"classes": ["x", "x"]}', '{"classes": []}',
     '{"classes": ["x"]}', '{"classes": ["\\n"]}', "[" * 100_000],
)  # fmt: skip
def test_damaged_facts_are_refused(layout: Layout, tmp_path: Path, facts: str) -> None:
    file = tmp_path / "layout.safetensors"
    layout.write(file)
    save_file(load_file(file), file, metadata={"handmath": facts})
    with pytest.raises(InputError, match=r"layout\.safetensors is no reader's layout"):
        Layout.read(file)


def test_a_missing_file_and_a_torn_one_are_refused(layout: Layout, tmp_path: Path) -> None:
    file = tmp_path / "layout.safetensors"
    with pytest.raises(InputError, match="is missing; `dvc repro"):
        Layout.read(file)
    layout.write(file)
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(InputError, match="is no reader's layout"):
        Layout.read(file)


def facts_of(file: Path) -> str:
    """The metadata that `Layout.write` gave a file."""
    with safe_open(file, framework="np") as opened:
        return str(opened.metadata()["handmath"])
