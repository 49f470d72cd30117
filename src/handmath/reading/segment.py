"""Ink → pieces from left to right, the groups of them that may be a symbol, and a tile of each."""

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from handmath.data.ink import pen_width

MOST = 5  # pieces in a group
WIDEST = 2.2  # of the line's height: width of a group
GAP = 0.35  # of the line's height: white between two pieces of a group, from left to right
PEN = 0.08  # of the line's height: thinner strokes are shown as wide as this
FINE = 0.4  # pen's widths: a finer line is no stroke, but the edge of a shadow or a table
WIDE = 0.6  # of the line's height: pieces as wide as this may be symbols that touch
TWO = 1.1  # of the line's height: wider ones are more than one symbol, or an operator
FLAT = 0.3  # of the line's height: pieces no taller than this are not cut
THIN = 1.8  # pen's widths: ink in a column where a piece may be cut
STRAIGHT = 2.0  # pen's widths: a straight stroke is not wider across
UPRIGHT = 0.6  # of the line's height: a stroke not as tall has no slant to speak of
APART = 0.12  # of the line's height: between two cuts, and a cut and an end


@dataclass(frozen=True)
class Pieces:
    """The pieces of ink of one line, in the order of their middles from left to right.

    Attributes:
        labels: uint16 [height, width]; 0 where there is no ink, else 1 + the piece's index. Strokes
            thinner than `PEN` are widened to it here, not in the boxes.
        boxes: int [N, 4]; left, top, right, bottom of each piece, the last two exclusive.
        height: of a digit of this line, in pixels.
        pen: width of its strokes, in pixels.
        share: of all ink that is in this line, in [0, 1]; dust left aside.
    """

    labels: np.ndarray
    boxes: np.ndarray
    height: float
    pen: float
    share: float


@dataclass(frozen=True)
class Group:
    """Pieces `first` to `last`, exclusive, taken for one symbol, and their box."""

    first: int
    last: int
    box: tuple[int, int, int, int]


def cut(ink: np.ndarray) -> Pieces:
    """Take the ink of one line apart: connected pieces, wide ones cut where they are thin.

    Args:
        ink: bool [height, width].

    Returns:
        The pieces; none of them if there is no ink.
    """
    mask = ink.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count == 1:
        return Pieces(labels, np.zeros((0, 4), dtype=int), 0.0, 0.0, 1.0)
    pen = pen_width(mask)
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    height = line_height(sizes[1:])
    kept = sizes.max(axis=1) >= max(0.7 * pen, 0.03 * height)
    area = stats[:, cv2.CC_STAT_AREA]
    kept &= area >= 0.3 * pen * pen
    kept &= area >= FINE * pen * sizes.max(axis=1)
    kept[0] = False
    everywhere = area[kept].sum()
    kept &= in_line(stats, height)
    if not kept.any():
        return Pieces(labels, np.zeros((0, 4), dtype=int), 0.0, 0.0, 1.0)
    found: list[tuple[np.ndarray, int, int]] = []  # mask of a piece in the picture's part at x, y
    for index in np.flatnonzero(kept):
        x, y, w, h = stats[index, :4]
        own = labels[y : y + h, x : x + w] == index
        edges = [0, *cuts(own, height, pen), w]
        found += [(own[:, a:b], x + a, y) for a, b in pairwise(edges)]
    labels, boxes = _number(found, ink.shape)
    wider = round(PEN * height - pen) + 1
    if wider > 1:
        round_pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider, wider))
        labels = cv2.dilate(labels, round_pen)
    return Pieces(labels, boxes, height, pen, float(area[kept].sum() / everywhere))


def _number(
    found: list[tuple[np.ndarray, int, int]], shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and boxes as in `Pieces`, of masks in the picture's part that begins at x, y."""
    corners = []
    for own, x, y in found:
        ys, xs = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
        corners.append((x + xs[0], y + ys[0], x + xs[-1] + 1, y + ys[-1] + 1))
    order = sorted(range(len(found)), key=lambda i: (corners[i][0] + corners[i][2], corners[i][1]))
    labels = np.zeros(shape, dtype=np.uint16)
    for number, index in enumerate(order, start=1):
        own, x, y = found[index]
        labels[y : y + own.shape[0], x : x + own.shape[1]][own] = number
    return labels, np.array([corners[i] for i in order])


def line_height(sizes: np.ndarray) -> float:
    """Height of a digit, from width and height of each piece, int [N, 2].

    The median of the heights, the tall ones counting for more: dots and bars hardly matter.
    """
    heights = np.sort(sizes[:, 1])
    weights = np.cumsum(heights * heights)
    return float(heights[np.searchsorted(weights, weights[-1] / 2)])


def in_line(stats: np.ndarray, height: float) -> np.ndarray:
    """Which pieces are in the line with the most ink, of OpenCV's statistics int [N, 5]."""
    top = stats[:, cv2.CC_STAT_TOP]
    bottom = top + stats[:, cv2.CC_STAT_HEIGHT]
    tall = np.flatnonzero(stats[:, cv2.CC_STAT_HEIGHT] >= 0.5 * height)
    tall = tall[tall > 0]
    bands: list[list[int]] = []  # top, bottom, ink
    for index in tall[np.argsort(top[tall], kind="stable")]:
        area = int(stats[index, cv2.CC_STAT_AREA])
        if bands and top[index] < bands[-1][1]:
            bands[-1][1] = max(bands[-1][1], int(bottom[index]))
            bands[-1][2] += area
        else:
            bands.append([int(top[index]), int(bottom[index]), area])
    first, last, _ = max(bands, key=lambda band: band[2])
    room = 0.3 * height
    kept: np.ndarray = (top >= first - room) & (bottom <= last + room)
    return kept


def cuts(own: np.ndarray, height: float, pen: float) -> list[int]:
    """Columns at which one connected piece, bool [h, w], may be two symbols that touch."""
    h, w = own.shape
    if w < WIDE * height or h < FLAT * height:
        return []
    column = own.sum(axis=0)
    thin = column <= THIN * pen
    apart = max(round(APART * height), 2)
    if w > TWO * height:  # more than one symbol, so where it is thinnest, if not thin
        near = cv2.erode(column.astype(np.uint16)[None], np.ones((1, 2 * apart + 1), np.uint8))[0]
        thin |= (column == near) & (column <= 2 * THIN * pen)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], thin, [False]]).astype(np.int8)))
    found: list[int] = []
    for start, end in edges.reshape(-1, 2):
        long = end - start > 3 * apart
        for x in (start, end) if long else ((start + end) // 2,):
            near = found[-1] if found else 0
            if x - near >= apart and w - x >= apart:
                found.append(int(x))
    return found


def groups(pieces: Pieces) -> list[Group]:
    """All neighbouring pieces that may be one symbol, by their first piece, then by number."""
    found = []
    for first in range(len(pieces.boxes)):
        box = pieces.boxes[first]
        for last in range(first + 1, min(first + MOST, len(pieces.boxes)) + 1):
            piece = pieces.boxes[last - 1]
            if piece[0] - box[2] > GAP * pieces.height:
                break
            box = np.concatenate([np.minimum(box[:2], piece[:2]), np.maximum(box[2:], piece[2:])])
            if last > first + 1 and box[2] - box[0] > WIDEST * pieces.height:
                break
            found.append(Group(first, last, (int(box[0]), int(box[1]), int(box[2]), int(box[3]))))
    return found


def lean(pieces: Pieces, group: Group) -> float | None:
    """How far a straight stroke leans to the right, in radians from upright; None of other ink.

    It is the direction in which the ink's variance is largest. Across, a bar of width w has the
    variance w² / 12.
    """
    left, top, right, bottom = group.box
    if bottom - top < UPRIGHT * pieces.height:
        return None
    part = pieces.labels[top:bottom, left:right]
    own = ((part > group.first) & (part <= group.last)).astype(np.uint8)
    moments = cv2.moments(own, binaryImage=True)
    xx, yy, xy = (moments[name] / moments["m00"] for name in ("mu20", "mu02", "mu11"))
    across = (xx + yy) / 2 - math.hypot((xx - yy) / 2, xy)
    if math.sqrt(12 * max(across, 0)) > STRAIGHT * max(pieces.pen, PEN * pieces.height):
        return None
    return math.atan2(-2 * xy, yy - xx) / 2
