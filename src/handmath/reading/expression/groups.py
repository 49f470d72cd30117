"""Pieces → groups of them, each of which may be one symbol."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from handmath.reading.expression.pieces import Pieces

# Connected components that may be of one symbol. Lengths are shares of the writing's size.
NEAR = 0.3  # between two of them …
ACROSS = 0.55  # … of a word, side by side …
APART = 1.1  # … of dots, of a dot and what is above or below it, and of bars above one another
SMALL = 0.35  # a dot is no larger, a bar no higher
BAR = 0.3  # and a bar at least so wide
WIDEST, HIGHEST = 3.6, 2.4  # of more than two
MOST = 6  # of them
MOST_SETS = 36  # with each component as the first, divided by the number of components
# Pieces of one component that may be a symbol that touches another
MOST_SEEN = 400  # sets of them that are looked at
MOST_PARTS = 16  # sets of them that are groups: or as many as it has pieces
CROSSED = 1.2  # pen's widths between two of them that another symbol's stroke goes through
BESIDE = 0.8  # between such a symbol and its dot or bar

Box = tuple[int, int, int, int]


class Group(NamedTuple):
    """Some pieces.

    Attributes:
        members: their indices, ascending.
        box: left, top, right, bottom around them, the last two exclusive.
        part: whether they are only a part of a connected component.
    """

    members: tuple[int, ...]
    box: Box
    part: bool = False


def groups(pieces: Pieces) -> list[Group]:
    """Every piece alone, sets of near components, parts of one component, and these with a dot."""
    origins = sorted(set(pieces.origin.tolist()))
    members = [tuple(np.flatnonzero(pieces.origin == origin).tolist()) for origin in origins]
    whole = [group_of(pieces, own) for own in members]
    boxes = np.array([group.box for group in whole], dtype=int).reshape(-1, 4)
    near, low = nearness(boxes, pieces.size)
    found: dict[tuple[int, ...], Group] = {}
    for some in (*_large_pairs(boxes, near, pieces.size), *_sets(boxes, near, pieces.size)):
        group = group_of(pieces, [index for one in some for index in members[one]])
        found[group.members] = group
    for one, own in enumerate(members):
        if len(own) == 1:
            continue
        parts = [group_of(pieces, part, part=True) for part in _parts(pieces, own)]
        found |= {part.members: part for part in parts}
        for other in np.flatnonzero(near[one] & low).tolist():
            for part in parts:
                if _gap(part.box, whole[other].box) <= BESIDE * pieces.size:
                    group = group_of(pieces, [*part.members, *members[other]], part=True)
                    found[group.members] = group
    return list(found.values())


def group_of(pieces: Pieces, members: list[int] | tuple[int, ...], part: bool = False) -> Group:
    """The group that some pieces are."""
    boxes = pieces.boxes[list(members)]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return Group(tuple(sorted(members)), (left, top, right, bottom), part)


def nearness(boxes: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Which components may be of one symbol, bool [N, N]; and which are dots or bars, bool [N]."""
    left, top, right, bottom = boxes.T
    x, y = _gaps(boxes)
    away = x * x + y * y  # squared
    low = bottom - top <= SMALL * size
    dot = low & (right - left <= SMALL * size)
    bar = low & (right - left >= BAR * size)
    pairs = (dot[:, None] | dot) & (x == 0)
    pairs |= bar[:, None] & bar & (x == 0)
    pairs |= dot[:, None] & dot
    near = pairs & (away <= (APART * size) ** 2)
    near |= away <= (NEAR * size) ** 2
    near |= (y == 0) & (x <= ACROSS * size)
    np.fill_diagonal(near, val=False)
    return near, low


def _large(boxes: np.ndarray, size: float) -> np.ndarray:
    wide, high = (boxes[:, 2:] - boxes[:, :2]).T
    large: np.ndarray = (wide > WIDEST * size) | (high > HIGHEST * size)
    return large


def _large_pairs(boxes: np.ndarray, near: np.ndarray, size: float) -> Iterator[tuple[int, int]]:
    """Pairs of near components, one of them large, such as the strokes of a root or a sum.

    What is inside the other's box is no part of it.
    """
    large = _large(boxes, size)
    for one, other in np.argwhere(np.triu(near & (large[:, None] | large))).tolist():
        around = np.concatenate(
            [boxes[[one, other], :2].min(axis=0), boxes[[one, other], 2:].max(axis=0)]
        )
        if (around != boxes[[one, other]]).any(axis=1).all():
            yield one, other


def _sets(boxes: np.ndarray, near: np.ndarray, size: float) -> Iterator[tuple[int, ...]]:
    """Sets of components, each near another of its set; of many the least spread out."""
    large = _large(boxes, size)
    neighbours = [np.flatnonzero(row & ~large).tolist() for row in near]
    corners: list[Box] = [tuple(box) for box in boxes.tolist()]
    for first, box in enumerate(corners):
        yield (first,)
        layer: dict[tuple[int, ...], Box] = {} if large[first] else {(first,): box}
        for count in range(2, MOST + 1):
            grown: dict[tuple[int, ...], Box] = {}
            for some, (left, top, right, bottom) in layer.items():
                for other in {index for one in some for index in neighbours[one]}:
                    if other > first and other not in some:
                        x, y, x2, y2 = corners[other]
                        around = min(left, x), min(top, y), max(right, x2), max(bottom, y2)
                        wide, high = around[2] - around[0], around[3] - around[1]
                        if wide <= WIDEST * size and high <= HIGHEST * size:
                            grown[tuple(sorted((*some, other)))] = around
            compact = sorted(grown.items(), key=lambda item: (_spread(item[1]), item[0]))
            layer = dict(compact[: MOST_SETS // count])
            yield from layer


def _parts(pieces: Pieces, own: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Some of the sets of a component's pieces that hang together.

    Each piece; a bar, and what stands on it; then those without which the rest falls into the
    fewest parts, for it, too, has to be made of symbols; then the least spread out.
    """
    beside, along = _beside(pieces, own)
    bars = [bar for bar in _hanging({one for one in own if along[one]}, along) if len(bar) > 1]
    on_bars = [part for bar in bars for part in _hanging(set(own) - bar, beside)]
    first = dict.fromkeys(frozenset(some) for some in ([{one} for one in own] + bars + on_bars))
    seen: dict[frozenset[int], tuple[int, int]] = {}
    queue = [frozenset({one}) for one in own]
    for some in queue:
        if some in seen or len(some) == len(own):
            continue
        others = len(_hanging(set(own) - some, beside))
        seen[some] = others, _spread(group_of(pieces, list(some)).box)
        if len(seen) == MOST_SEEN:
            break
        if len(queue) < 2 * MOST_SEEN:
            queue += [some | {other} for one in some for other in beside[one] if other not in some]
    best = sorted(seen.keys() - first.keys(), key=lambda some: (seen[some], sorted(some)))
    return [tuple(some) for some in [*first, *best][: max(MOST_PARTS, len(first))]]


def _beside(
    pieces: Pieces, own: tuple[int, ...]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Of each of a component's pieces those that go on from it, and those of the same bar.

    One goes on from another across a third symbol's stroke, and a bar where a symbol stands on it.
    """
    boxes = pieces.boxes[list(own)]
    across, down = _gaps(boxes)
    low = boxes[:, 3] - boxes[:, 1] <= SMALL * pieces.size
    bars = low[:, None] & low & (down == 0)
    near = bars | (np.maximum(across, down) <= CROSSED * pieces.pen)
    beside, along = (
        {one: [own[at] for at in np.flatnonzero(row) if own[at] != one] for one, row in pairs}
        for pairs in (zip(own, near, strict=True), zip(own, bars, strict=True))
    )
    return beside, along


def _gaps(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between each two boxes, from left to right and down, 0 if they overlap: two int [N, N]."""
    left, top, right, bottom = boxes.T
    across = np.maximum(np.maximum(left[:, None] - right, left - right[:, None]), 0)
    down = np.maximum(np.maximum(top[:, None] - bottom, top - bottom[:, None]), 0)
    return across, down


def _hanging(left: set[int], beside: dict[int, list[int]]) -> list[set[int]]:
    """Some pieces, by what hangs together."""
    left, found = set(left), []
    while left:
        queue = [left.pop()]
        for one in queue:
            new = left.intersection(beside[one])
            left -= new
            queue += new
        found.append(set(queue))
    return found


def _spread(box: Box) -> int:
    """Width and height together."""
    return box[2] - box[0] + box[3] - box[1]


def _gap(one: Box, other: Box) -> int:
    """Between two boxes: the longer of the gaps along the two sides, 0 if they overlap."""
    across = max(one[0] - other[2], other[0] - one[2])
    return max(across, one[1] - other[3], other[1] - one[3], 0)
