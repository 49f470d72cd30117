"""Ink → its pieces: connected components, cut where symbols may touch."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from handmath.data import mask
from handmath.data.ink import pen_width
from handmath.reading import segment

MOST = 300  # pieces: more are no expression
# Lengths are shares of the writing's size, if no other unit is given.
SPECK = 0.02  # what is smaller, and …
SPECK_PEN = 0.7  # … pen's widths: smaller than this, is dust
LEAST_AREA = 0.3  # squares of the pen: what has less ink is dust
SMALL = 0.4  # of the tall pieces' height: what is lower says nothing about the writing's size
TALL = 0.75  # share of the pieces that are not taller than the tall ones
WIDE = 0.9  # a piece as wide as this may be several symbols
RULE = 1.1  # a straight run as long as this may be a fraction bar or the top of a root …
RULE_PEN = 2.5  # … if it is no higher than so many pen's widths
BAR_PEN, BAR_SHARE = 2.0, 0.9  # so much of a bar is no thicker than so many pen's widths
MOST_CUTS = 6  # of one piece
THINNEST_PEN = 0.08  # thinner strokes are shown as wide as this


@dataclass(frozen=True)
class Pieces:
    """The pieces of an expression's ink, by their left side.

    Attributes:
        labels: uint16 [height, width]; 0 where there is no ink, else 1 + the piece's index. Strokes
            thinner than `THINNEST_PEN` are widened to it here, not in the boxes.
        boxes: int [N, 4]; left, top, right, bottom of each, the last two exclusive.
        origin: int [N]; pieces that were cut from one connected component have the same number.
        size: of the writing: the height of an ordinary symbol in pixels.
        pen: width of its strokes in pixels.
    """

    labels: np.ndarray
    boxes: np.ndarray
    origin: np.ndarray
    size: float
    pen: float


def take_apart(ink: np.ndarray) -> Pieces:
    """Take the ink of an expression apart, bool [height, width].

    Where there are more than `MOST` pieces none is cut.
    """
    found = mask.connected_components(ink)
    if not len(found.boxes):
        return Pieces(np.zeros(ink.shape, np.uint16), segment.NO_BOXES, np.zeros(0, int), 0.0, 0.0)
    pen = pen_width(ink)
    size = writing_size(found.sizes[:, 1])
    kept = found.sizes.max(axis=1) >= max(SPECK_PEN * pen, SPECK * size)
    kept &= found.areas >= LEAST_AREA * pen * pen
    whole = np.flatnonzero(kept)
    parts: list[tuple[np.ndarray, int, int]] = []  # mask of each in the picture's part at x, y
    origins: list[int] = []
    for index in whole.tolist():
        left, top, right, bottom = found.boxes[index].tolist()
        own = found.labels[top:bottom, left:right] == index + 1
        cut = [own] if len(whole) > MOST else cuts(own, size, pen)
        parts += [(part, left, top) for part in cut]
        origins += [index] * len(cut)
    labels, boxes, order = _number(parts, ink.shape)
    wider = round(THINNEST_PEN * size - pen) + 1
    if wider > 1:  # into the paper alone, not into a neighbour's ink
        labels = np.where(labels, labels, mask.dilate(labels, mask.disc(wider)))
    return Pieces(labels, boxes, np.array(origins, dtype=int)[order], size, pen)


def writing_size(heights: np.ndarray) -> float:
    """The median height of what is tall enough to be an ordinary symbol, of int [N]."""
    ordered = np.sort(heights)
    tall = ordered[int(TALL * (len(ordered) - 1))]
    ordered = ordered[ordered >= SMALL * tall]
    return float(ordered[len(ordered) // 2])


def cuts(own: np.ndarray, size: float, pen: float) -> list[np.ndarray]:
    """Masks of the parts of one piece, bool [h, w]: bars apart, and cut at thin columns."""
    high, wide = own.shape
    if wide < WIDE * size or high < segment.SEGMENTATION.flat * size or is_bar(own, pen):
        return [own]
    rule = mask.long_runs(own, round(RULE * size), 2)
    rows = np.flatnonzero(rule.any(axis=1))
    parts = []
    if len(rows) and high > 3 * pen:
        bars = mask.connected_components(rule)
        for index, (left, top, right, bottom) in enumerate(bars.boxes.tolist(), start=1):
            if bottom - top > RULE_PEN * pen:
                rule[top:bottom, left:right][bars.labels[top:bottom, left:right] == index] = False
        bars = mask.connected_components(rule)
        parts += [bars.labels == index + 1 for index in range(len(bars.boxes))]
    rest = own & ~rule if parts else own
    least = max(SPECK_PEN * pen, SPECK * size)
    others = mask.connected_components(rest)
    for index, (left, top, right, bottom) in enumerate(others.boxes.tolist()):
        part = others.labels == index + 1
        if max(right - left, bottom - top) < least and parts:
            parts[0] |= part  # roughness of a bar
            continue
        alone = part[top:bottom, left:right]
        columns = [] if is_bar(alone, pen) else segment.cut_columns(alone, size, pen)[:MOST_CUTS]
        for a, b in pairwise([left, *(left + column for column in columns), right]):
            cut = np.zeros_like(part)
            cut[:, a:b] = part[:, a:b]
            parts.append(cut)
    return [part for part in parts if part.any()]


def is_bar(own: np.ndarray, pen: float) -> bool:
    """Whether a piece, bool [h, w], is a single stroke from left to right."""
    thin = own.sum(axis=0) <= BAR_PEN * pen
    return bool(np.count_nonzero(thin) >= BAR_SHARE * len(thin))


def _number(
    parts: list[tuple[np.ndarray, int, int]], shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Labels and boxes as in `Pieces`, and the order, of masks in the part that begins at x, y."""
    corners = []
    for own, x, y in parts:
        ys, xs = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
        corners.append((x + xs[0], y + ys[0], x + xs[-1] + 1, y + ys[-1] + 1))
    order = sorted(range(len(parts)), key=lambda at: corners[at])
    labels = np.zeros(shape, dtype=np.uint16)
    for number, index in enumerate(order, start=1):
        own, x, y = parts[index]
        labels[y : y + own.shape[0], x : x + own.shape[1]][own] = number
    boxes = np.array([corners[at] for at in order], dtype=int).reshape(-1, 4)
    return labels, boxes, order
