"""Pieces → groups of near pieces, each of which may be one symbol."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from handmath.reading.expression.pieces import Pieces

# Lengths are shares of the writing's size.
NEAR = 0.35  # between two pieces of one symbol …
ACROSS = 0.6  # … of a word, side by side …
APART = 0.9  # … of dots, and of bars above one another
SMALL = 0.35  # a dot is no larger, a bar no higher
MOST = 6  # pieces of one symbol
WIDEST, HIGHEST = 3.6, 2.4  # of more than one piece
MOST_GROUPS = 40  # of each number of pieces, with each piece as the first: the most compact ones


class Group(NamedTuple):
    """Indices of pieces, ascending, and the box around them."""

    members: tuple[int, ...]
    box: tuple[int, int, int, int]


def groups(pieces: Pieces) -> list[Group]:
    """Every piece alone, sets of near pieces, and what connected components are made of."""
    boxes, size = pieces.boxes, pieces.size
    beside = near(boxes, size)
    large = (boxes[:, 2] - boxes[:, 0] > WIDEST * size) | (
        boxes[:, 3] - boxes[:, 1] > HIGHEST * size
    )
    neighbours = [[int(at) for at in np.flatnonzero(row) if not large[at]] for row in beside]
    corners: list[tuple[int, int, int, int]] = [tuple(box) for box in boxes.tolist()]
    found: list[Group] = []
    for first, box in enumerate(corners):
        layer: dict[tuple[int, ...], tuple[int, int, int, int]] = {(first,): box}
        found.append(Group((first,), box))
        if large[first]:
            continue
        for _ in range(MOST - 1):
            grown: dict[tuple[int, ...], tuple[int, int, int, int]] = {}
            for members, (left, top, right, bottom) in layer.items():
                for other in {n for member in members for n in neighbours[member]}:
                    if other < first or other in members:
                        continue
                    x, y, x2, y2 = corners[other]
                    around = (min(left, x), min(top, y), max(right, x2), max(bottom, y2))
                    wide, high = around[2] - around[0], around[3] - around[1]
                    if wide <= WIDEST * size and high <= HIGHEST * size:
                        grown[tuple(sorted((*members, other)))] = around
            if not grown:
                break
            compact = sorted(
                grown.items(),
                key=lambda item: (item[1][2] - item[1][0] + item[1][3] - item[1][1], item[0]),
            )
            layer = dict(compact[: max(MOST_GROUPS // len(compact[0][0]) ** 2, 1)])
            found += [Group(members, around) for members, around in layer.items()]
    have = {group.members for group in found}
    for members in parted(pieces):
        if members not in have:
            own = boxes[list(members)]
            (x, y), (x2, y2) = own[:, :2].min(axis=0), own[:, 2:].max(axis=0)
            found.append(Group(members, (int(x), int(y), int(x2), int(y2))))
            have.add(members)
    return found


def parted(pieces: Pieces) -> list[tuple[int, ...]]:
    """Of each component that was cut: all of it; all but one piece; two pieces of it.

    However large they are: the longest are roots.
    """
    by_origin: dict[int, list[int]] = {}
    for index, origin in enumerate(pieces.origin.tolist()):
        by_origin.setdefault(origin, []).append(index)
    found = []
    for own in by_origin.values():
        if len(own) > 1:
            found.append(tuple(own))
            found += [tuple(n for n in own if n != left_out) for left_out in own]
            found += list(combinations(own, 2))[:MOST_GROUPS]
    return [members for members in found if len(members) > 1]


def near(boxes: np.ndarray, size: float) -> np.ndarray:
    """Which pieces are near enough to be of one symbol: bool [N, N]."""
    left, top, right, bottom = boxes.T
    across = np.maximum(0, np.maximum(left[:, None] - right, (left[:, None] - right).T))
    down = np.maximum(0, np.maximum(top[:, None] - bottom, (top[:, None] - bottom).T))
    far = across * across + down * down  # squared
    wide, high = right - left, bottom - top
    dot = np.maximum(wide, high) < SMALL * size
    bar = (high < SMALL * size) & (wide >= SMALL * size)
    over = across == 0
    either = (dot[:, None] & dot) | ((dot[:, None] | dot) & over) | (bar[:, None] & bar & over)
    result = far <= (NEAR * size) ** 2
    result |= either & (far <= (APART * size) ** 2)
    result |= (down == 0) & (across <= ACROSS * size)
    np.fill_diagonal(result, val=False)
    return np.asarray(result)
