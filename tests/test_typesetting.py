"""Expressions on paper: where a hand puts each symbol."""

from hashlib import sha256

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from handmath.data.ink import Pictures, pen_width
from handmath.drawing import expressions
from handmath.drawing.typesetting import Typeset, typeset
from test_expressions import CLASSES
from trees import bar, root, row, sym

SEEDS = range(20)


def stroke(*points: tuple[int, int]) -> np.ndarray:
    """A line through some points in a square of 80 pixels."""
    canvas = Image.new("L", (80, 80))
    ImageDraw.Draw(canvas).line(points, fill=255, width=6, joint="curve")
    return np.asarray(canvas.crop(canvas.getbbox()))


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    """A zigzag for each class; a bar and a root where they are stretched."""
    zigzag = stroke((5, 5), (60, 10), (10, 70), (60, 75))
    shapes = dict.fromkeys(CLASSES, zigzag)
    shapes["minus"] = stroke((5, 40), (75, 43))
    shapes["sqrt"] = stroke((5, 40), (20, 75), (35, 5), (75, 5))
    shapes["pipe"] = shapes["one"] = stroke((40, 5), (43, 75))
    return {name: [shapes[name]] for name in CLASSES}


def middle(of: Typeset, index: int) -> tuple[float, float]:
    left, top, right, bottom = of.boxes[index]
    return (left + right) / 2, (top + bottom) / 2


def test_a_box_is_that_of_its_symbols_ink(pictures: Pictures) -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        expression = expressions.expression(CLASSES, rng)
        written = typeset(expression, pictures, 40, rng)
        assert written.owner.dtype == np.uint16
        assert written.expression == expression
        assert len(written.boxes) == len(expression.labels)
        for number, (left, top, right, bottom) in enumerate(written.boxes, 1):
            ys, xs = np.nonzero(written.owner == number)
            if len(ys):  # others may cross all of it
                assert left <= xs.min() < xs.max() + 1 <= right
                assert top <= ys.min() < ys.max() + 1 <= bottom
        owned = set(np.unique(written.owner).tolist()) - {0}
        assert len(owned) >= 0.95 * len(expression.labels)


def test_a_box_is_exact_where_nothing_crosses_it(pictures: Pictures) -> None:
    three = row("two", "plus", "x")
    for seed in SEEDS:
        written = typeset(three, pictures, 40, np.random.default_rng(seed))
        for number, box in enumerate(written.boxes, 1):
            ys, xs = np.nonzero(written.owner == number)
            assert box == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


def test_scripts_stand_higher_and_lower_and_are_smaller(pictures: Pictures) -> None:
    both = row(sym("two", sup="three", sub="n"), "x")
    for seed in SEEDS:
        written = typeset(both, pictures, 60, np.random.default_rng(seed))
        base, power, index, after = (middle(written, number) for number in range(4))
        assert power[1] < base[1] < index[1]
        assert base[0] < power[0] < after[0]
        assert base[0] < index[0] < after[0]
        heights = [bottom - top for _, top, _, bottom in written.boxes]
        assert heights[1] < heights[0]


def test_a_bar_covers_what_it_parts(pictures: Pictures) -> None:
    parts = row("two", bar(row("x", "plus", "y"), "a"))
    for seed in SEEDS:
        written = typeset(parts, pictures, 60, np.random.default_rng(seed))
        boxes = np.array(written.boxes)
        left, top, right, bottom = boxes[1]
        covered = min(right, boxes[4][2]) - max(left, boxes[2][0])
        assert covered >= 0.8 * (boxes[4][2] - boxes[2][0])
        assert boxes[2:5, 3].max() <= top
        assert boxes[5][1] >= bottom
        assert bottom - top < 0.4 * 60


def test_a_root_is_as_large_as_what_it_covers(pictures: Pictures) -> None:
    for content in (1, 3, 9):
        covered = row("two", root(row(*["one"] * content)))
        for seed in SEEDS:
            written = typeset(covered, pictures, 60, np.random.default_rng(seed))
            boxes = np.array(written.boxes)
            left, top, right, bottom = boxes[1]
            assert left < boxes[2][0]
            assert top < boxes[2:, 1].min()
            assert right - boxes[2][0] > 0.7 * (boxes[-1][2] - boxes[2][0])
            assert bottom > middle(written, 2)[1]


def test_brackets_are_as_high_as_what_they_enclose(pictures: Pictures) -> None:
    fraction = row("two", "left_parenthesis", bar("x", "y"), "right_parenthesis")
    for seed in SEEDS:
        boxes = typeset(fraction, pictures, 60, np.random.default_rng(seed)).boxes
        inside = boxes[4][3] - boxes[3][1]
        for number in (1, 5):
            assert 0.7 * inside < boxes[number][3] - boxes[number][1]
        assert boxes[1][0] < boxes[2][0] < boxes[5][0]


def test_limits_stand_above_and_below(pictures: Pictures) -> None:
    limits = row("two", sym("sum", above="n", below="i"), "x")
    for seed in SEEDS:
        boxes = typeset(limits, pictures, 60, np.random.default_rng(seed)).boxes
        assert boxes[2][3] <= boxes[1][1]
        assert boxes[3][1] >= boxes[1][3]


def test_one_pen_writes_scripts_bars_and_roots(pictures: Pictures) -> None:
    small = row("two", root(bar("x", "y")))
    ratios = []
    for seed in SEEDS:
        written = typeset(small, pictures, 90, np.random.default_rng(seed))
        pens = [pen_width(written.owner == number) for number in range(1, 6)]
        ratios += [pen / pens[0] for pen in pens]
    assert min(ratios) > 0.6
    assert max(ratios) < 1.7


def test_symbols_touch_where_asked_to(pictures: Pictures) -> None:
    digits = row("two", "five", "zero", "eight", "three")
    contacts = {0.0: 0, 1.0: 0}
    for touching in contacts:
        for seed in SEEDS:
            written = typeset(digits, pictures, 60, np.random.default_rng(seed), touching)
            for number in range(1, 5):
                near = cv2.dilate((written.owner == number).astype(np.uint8), np.ones((3, 3)))
                contacts[touching] += bool(near[written.owner == number + 1].any())
    assert contacts[0.0] <= 2
    assert contacts[1.0] >= 0.4 * 4 * len(SEEDS)


def test_a_seed_gives_the_same_bits(pictures: Pictures) -> None:
    rng = np.random.default_rng(3)
    found = sha256()
    for _ in range(20):
        written = typeset(expressions.expression(CLASSES, rng), pictures, 40, rng, 0.1)
        found.update(repr((written.owner.shape, written.boxes)).encode() + written.owner.tobytes())
    assert found.hexdigest()[:16] == "7ec072676fccb9a4"


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1), (3, 160), (160, 160)])
def test_pictures_of_any_shape_are_written(shape: tuple[int, int]) -> None:
    written = {name: [np.full(shape, 255, dtype=np.uint8)] for name in CLASSES}
    rng = np.random.default_rng(0)
    for _ in range(20):
        expression = expressions.expression(CLASSES, rng)
        boxes = np.array(typeset(expression, written, 40, rng).boxes)
        assert (boxes[:, 2:] > boxes[:, :2]).all()
        assert (boxes[:, 2:] - boxes[:, :2]).max() < 40 * 60
