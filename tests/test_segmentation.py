"""An expression's ink → pieces, groups, what the network is shown, and the best cover."""

import itertools
import math

import numpy as np
import pytest

from handmath.data import mask
from handmath.reading.expression import crops
from handmath.reading.expression.cover import PART, SYMBOL, cover
from handmath.reading.expression.cuts import Limits, cuts
from handmath.reading.expression.groups import Group, group_of, groups
from handmath.reading.expression.pieces import MOST, Pieces, take_apart, writing_size

Stroke = tuple[int, int, int, int]


def drawn(*strokes: Stroke, size: tuple[int, int] = (120, 300), pen: int = 4) -> np.ndarray:
    """Straight strokes from x, y to x, y; bool [height, width]."""
    ink = np.zeros(size, dtype=bool)
    for x, y, to_x, to_y in strokes:
        steps = max(abs(to_x - x), abs(to_y - y)) + 1
        xs, ys = np.linspace(x, to_x, steps).round(), np.linspace(y, to_y, steps).round()
        ink[ys.astype(int), xs.astype(int)] = True
    return mask.dilate(ink, mask.disc(pen))


def ring(x: int, y: int, radius: int, size: tuple[int, int] = (120, 300)) -> np.ndarray:
    """A circle with a stroke of 4 pixels around x, y."""
    ys, xs = np.mgrid[: size[0], : size[1]]
    away = np.hypot(xs - x, ys - y)
    return np.asarray((away <= radius) & (away >= radius - 4))


def is_group(pieces: Pieces, ink: np.ndarray, away: int = 4) -> bool:
    """Whether a group is some ink, give or take a pen's width at its box."""
    y, x = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = np.array([x[0], y[0], x[-1] + 1, y[-1] + 1])
    return any((abs(np.array(group.box) - box) <= away).all() for group in groups(pieces))


def covers_exactly(pieces: Pieces, *symbols: np.ndarray) -> bool:
    """Whether groups that share out all pieces are these symbols: most ink of each is its own."""
    owners = [
        int(np.argmax([(symbol & (pieces.labels == index + 1)).sum() for symbol in symbols]))
        for index in range(len(pieces.boxes))
    ]
    found = {group.members for group in groups(pieces)}
    members = [
        tuple(index for index, owner in enumerate(owners) if owner == number)
        for number in range(len(symbols))
    ]
    return all(own in found for own in members)


SEVEN = ((20, 30, 50, 30), (50, 30, 35, 80))


def test_pieces_have_all_the_ink_and_nothing_else() -> None:
    ink = drawn(*SEVEN, (80, 20, 80, 90), (60, 55, 100, 55)) | ring(150, 60, 25)
    pieces = take_apart(ink)
    assert (pieces.labels[ink] > 0).all()
    assert (mask.dilate(ink, mask.disc(4)) >= (pieces.labels > 0)).all()  # no more than widened
    assert sorted(np.unique(pieces.labels)) == list(range(len(pieces.boxes) + 1))
    for number, (left, top, right, bottom) in enumerate(pieces.boxes.tolist(), start=1):
        y, x = np.nonzero(pieces.labels == number)
        found = np.array([x.min(), y.min(), x.max() + 1, y.max() + 1])
        assert abs(found - [left, top, right, bottom]).max() <= 2
    middles = pieces.boxes[:, 0] + pieces.boxes[:, 2]
    assert (np.diff(middles) >= 0).all()


def test_symbols_apart_are_not_cut_where_no_stroke_holds_two_parts() -> None:
    ink = ring(40, 60, 25) | ring(110, 60, 25) | drawn((180, 30, 180, 90))
    pieces = take_apart(ink)
    assert len(pieces.boxes) == 3
    assert pieces.origin.tolist() == [1, 2, 3] or len(set(pieces.origin.tolist())) == 3


def test_a_corner_is_not_cut() -> None:
    assert len(take_apart(drawn((40, 20, 40, 90), (40, 90, 90, 90))).boxes) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ring(60, 60, 25), drawn((83, 60, 130, 60))),  # a minus that begins at a zero
        (ring(60, 50, 25), drawn((10, 75, 140, 75))),  # a zero that stands on a fraction bar
        (drawn((20, 60, 200, 60)), drawn((60, 20, 60, 60), (60, 20, 75, 35))),
        (drawn((20, 60, 200, 60)), drawn((100, 20, 100, 95))),
        (drawn((60, 20, 60, 100)), drawn((60, 60, 110, 40), (110, 40, 110, 80))),
    ],
    ids=["end", "on a bar", "one on a bar", "through a bar", "in the middle"],
)
def test_touching_symbols_are_cut(one: np.ndarray, other: np.ndarray) -> None:
    ink = one | other
    assert len(mask.connected_components(ink).boxes) == 1
    pieces = take_apart(ink)
    assert is_group(pieces, ink, 0)
    assert covers_exactly(pieces, one, other)
    assert is_group(pieces, one)
    assert is_group(pieces, other)


def test_a_bar_between_two_symbols_that_touch_it() -> None:
    bar = drawn((20, 60, 220, 60))
    above, below = drawn((80, 15, 80, 60), (80, 15, 95, 25)), drawn((150, 60, 150, 110))
    assert covers_exactly(take_apart(bar | above | below), bar, above, below)


def test_what_a_cut_leaves_is_long_enough() -> None:
    ink = drawn((20, 60, 120, 60), (60, 40, 60, 60))
    assert cuts(ink, Limits(7, 15, 15)).any()
    assert not cuts(ink, Limits(7, 110, 15)).any()


def test_the_height_of_ordinary_symbols_says_how_large_the_writing_is() -> None:
    assert writing_size(np.array([3, 4, 50, 52, 55, 4])) == 52
    assert writing_size(np.array([7])) == 7


@pytest.mark.parametrize(
    "symbol",
    [
        drawn((120, 60, 120, 95), (120, 30, 120, 31)),  # i
        drawn((100, 50, 140, 50), (100, 65, 140, 65)),  # =
        drawn((100, 60, 150, 60), (125, 40, 125, 41), (125, 80, 125, 81)),  # ÷
        drawn((120, 30, 120, 75), (120, 88, 120, 89)),  # !
        drawn((90, 88, 91, 88), (130, 88, 131, 88), (170, 88, 171, 88)),  # …
        ring(120, 75, 14) | ring(161, 75, 14),  # a word
    ],
    ids=["i", "equal", "div", "exclamation", "ldots", "word"],
)
def test_parts_that_are_apart_make_a_symbol(symbol: np.ndarray) -> None:
    beside = ring(40, 60, 28) | ring(260, 60, 28)
    pieces = take_apart(symbol | beside)
    assert covers_exactly(pieces, symbol, ring(40, 60, 28), ring(260, 60, 28))


def test_a_dot_belongs_to_a_part_that_touches_another_symbol() -> None:
    i, zero = drawn((120, 50, 120, 100), (120, 28, 120, 29)), ring(93, 75, 28)
    pieces = take_apart(i | zero)
    assert len(set(pieces.origin.tolist())) == 2
    assert covers_exactly(pieces, i, zero)


def test_what_is_far_is_no_group() -> None:
    pieces = take_apart(ring(40, 60, 28) | ring(260, 60, 28))
    assert [group.members for group in groups(pieces)] == [(0,), (1,)]


def test_each_piece_and_each_component_is_a_group() -> None:
    ink = drawn((20, 20, 60, 100), (60, 20, 20, 100), (100, 60, 160, 60), (130, 30, 130, 90))
    pieces = take_apart(ink)
    found = {group.members for group in groups(pieces)}
    assert len(pieces.boxes) > 2
    assert found >= {(index,) for index in range(len(pieces.boxes))}
    for origin in set(pieces.origin.tolist()):
        assert tuple(np.flatnonzero(pieces.origin == origin).tolist()) in found
    for group in groups(pieces):
        assert group[:2] == group_of(pieces, group.members)[:2]
        origins = set(pieces.origin[list(group.members)].tolist())
        whole = [index for index, origin in enumerate(pieces.origin) if origin in origins]
        assert group.part == (list(group.members) != whole)


def test_a_crop_shows_a_group_and_its_neighbours_grey() -> None:
    pieces = take_apart(drawn((60, 20, 60, 100)) | drawn((75, 40, 75, 80)))
    first = crops.crop(pieces, group_of(pieces, [0]))
    assert first.shape == (32, 32)
    assert first.min() < 40
    assert first[16, 15:17].max() < 100  # in the middle
    assert 176 in first
    both = crops.crop(pieces, group_of(pieces, [0, 1]))
    assert not ((both > 100) & (both < 200)).all()
    assert (both == 0).sum() > (first == 0).sum()


def test_sizes_are_steps_of_a_logarithm() -> None:
    def sizes(wide: int, high: int) -> tuple[int, int]:
        return crops.sizes(Group((0,), (5, 5, 5 + wide, 5 + high)), 50.0)

    assert sizes(50, 50) == (0, 0)
    assert sizes(100, 25) == (round(math.log(2) * 40), -round(math.log(2) * 40))
    assert sizes(50_000, 1) == (127, -127)


def gain(group: Group, scores: np.ndarray) -> float:
    return float(scores.max()) + SYMBOL + (PART if group.part else 0)


def best(groups: list[Group], scores: np.ndarray, count: int) -> float:
    """The highest score of all exact covers, by trying them all."""
    found = -math.inf
    for number in range(1, count + 1):
        for some in itertools.combinations(range(len(groups)), number):
            members = [member for index in some for member in groups[index].members]
            if sorted(members) == list(range(count)):
                found = max(found, sum(gain(groups[index], scores[index]) for index in some))
    return found


def test_the_cover_is_the_best_of_all() -> None:
    rng = np.random.default_rng(0)
    for count in (1, 3, 5):
        for _ in range(8):
            sets: list[tuple[int, ...]] = [(index,) for index in range(count)]
            sets += [
                own
                for size in (2, 3)
                for own in itertools.combinations(range(count), size)
                if rng.random() < 0.5
            ]
            some = [Group(own, (0, 0, 1, 1), bool(rng.random() < 0.3)) for own in sets]
            scores = -rng.exponential(2, size=(len(some), 3))
            chosen = cover(some, scores, ["a", "b", ""], range(count))
            members = [member for index in chosen for member in some[index].members]
            assert sorted(members) == list(range(count))
            found = sum(gain(some[index], scores[index, :2]) for index in chosen)
            assert found == pytest.approx(best(some, scores[:, :2], count))


def test_no_pieces_no_cover() -> None:
    assert cover([], np.zeros((0, 2)), ["a", ""], []) == []


def covered(origin: list[int], *likely: tuple[tuple[int, ...], str, float]) -> list[int]:
    """The cover of groups, each of which is a symbol of a class with a probability, or is none."""
    classes = sorted({label for _, label, _ in likely})
    scores = np.full((len(likely), len(classes) + 1), math.log(1e-4))
    for row, (_, label, probability) in zip(scores, likely, strict=True):
        row[classes.index(label)] = math.log(probability)
        row[-1] = math.log(1 - probability)
    some = [Group(members, (0, 0, 1, 1)) for members, _, _ in likely]
    return cover(some, scores, [*classes, ""], origin)


def test_two_bars_are_rather_an_equals_sign_than_two_minus_signs() -> None:
    minus = [((0,), "minus", 0.98), ((1,), "minus", 0.98)]
    assert covered([0, 1], *minus, ((0, 1), "equal", 0.5)) == [2]
    assert covered([0, 1], *minus, ((0, 1), "equal", 0.1)) == [0, 1]
    assert covered([0, 1], *minus, ((0, 1), "two", 0.5)) == [0, 1]


def test_what_stands_under_a_root_is_no_part_of_it() -> None:
    apart = [((0,), "sqrt", 0.9), ((1,), "x", 0.3)]
    assert covered([0, 1], *apart, ((0, 1), "sqrt", 0.8)) == [0, 1]
    assert covered([0, 0], *apart, ((0, 1), "sqrt", 0.8)) == [2]  # pieces of one component
    strokes = [((0,), "v", 0.2), ((1,), "minus", 0.2)]
    assert covered([0, 1], *strokes, ((0, 1), "sqrt", 0.8)) == [2]


@pytest.mark.parametrize("kind", ["blank", "pixel", "black", "specks", "noise", "grid", "tiny"])
def test_hostile_ink_is_bounded(kind: str) -> None:
    rng = np.random.default_rng(0)
    ink = np.zeros((800, 1200), dtype=bool)
    if kind == "pixel":
        ink[3, 3] = True
    elif kind == "black":
        ink[:] = True
    elif kind == "specks":
        ink[4:-4:12, 4:-4:12] = True
        ink |= mask.dilate(ink, mask.disc(4))
    elif kind == "noise":
        ink = rng.random(ink.shape) < 0.5
    elif kind == "grid":
        ink[::20] = ink[:, ::20] = True
    elif kind == "tiny":
        ink = rng.random((4, 9)) < 0.6
    pieces = take_apart(ink)
    found = groups(pieces) if len(pieces.boxes) <= MOST else []
    assert {"blank": 0, "pixel": 0, "black": 1}.get(kind, len(pieces.boxes)) == len(pieces.boxes)
    assert (len(pieces.boxes) > MOST) == (kind in {"specks", "noise"})
    assert len(found) <= 40 * len(pieces.boxes)
    if kind in {"black", "grid"}:
        assert (pieces.labels > 0).sum() >= ink.sum()
