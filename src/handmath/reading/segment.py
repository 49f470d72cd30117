"""Ink → its connected components from left to right → segmentation hypotheses."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from handmath.data import mask
from handmath.data.ink import pen_width
from handmath.data.mask import ConnectedComponents


@dataclass(frozen=True)
class Segmentation:
    """The thresholds that training and reading share: a change of one trains the reader again.

    Lengths are shares of the line's height, which is that of a digit, unless another unit is given.
    """

    # Connected components that are ink of the line
    speck: float = 0.03  # what is smaller, and …
    speck_pen: float = 0.7  # … pen's widths: smaller than this, is dust
    least_area: float = 0.3  # squares of the pen: what has less ink is dust
    thinnest: float = 0.4  # pen's widths: a thinner line is the edge of a shadow or a table
    most_pieces: int = 1000  # more components are no line: they are not taken apart
    tall: float = 0.5  # components as tall as this say where lines of writing are …
    room: float = 0.5  # … and above and below one, so far belongs to it
    thinnest_pen: float = 0.08  # thinner strokes are shown as wide as this
    # Columns at which a component may be two symbols that touch
    wide: float = 0.6  # one as wide as this may be
    two: float = 1.1  # a wider one is more than one symbol, or an operator
    flat: float = 0.3  # one no taller is not cut
    thin: float = 1.8  # pen's widths: ink in a column where it may be cut
    apart: float = 0.12  # between two cuts, and a cut and an end
    # Hypotheses: neighbouring components that may be one symbol
    most: int = 5  # of them, in training: a crop does not show how often its symbol was cut
    widest: float = 2.2  # their width
    gap: float = 0.35  # white between two of them, from left to right
    # Crops: what the network is shown of a hypothesis
    crop_margin: float = 0.07  # of the longer side: white around it on each side
    smallest_crop: float = 0.8  # side of the smallest crop, so that a dot stays small
    neighbour: int = 176  # grey of what lies in a crop and does not belong to the hypothesis


SEGMENTATION = Segmentation()
NO_BOXES = np.zeros((0, 4), dtype=int)


@dataclass(frozen=True)
class Components:
    """The connected components of one line, in the order of their middles from left to right.

    Wide ones are cut where two symbols may touch: too often rather than too seldom, for hypotheses
    put together again what belongs together.

    Attributes:
        labels: unsigned [height, width]; 0 where there is no ink, else 1 + the component's index.
            Strokes thinner than `thinnest_pen` are widened to it here, not in the boxes.
        boxes: int [N, 4]; left, top, right, bottom of each component, the last two exclusive.
        height: of a digit of this line, in pixels.
        pen: width of its strokes, in pixels.
        outside: int [M, 4]; boxes of the ink above and below this line, dust left aside.
        share: of all ink that is in this line, in [0, 1]; dust left aside.
    """

    labels: np.ndarray
    boxes: np.ndarray
    height: float
    pen: float
    outside: np.ndarray
    share: float


class Band(NamedTuple):
    """Rows `top` to `bottom`, exclusive, of a line's tall components, and their ink in pixels."""

    top: int
    bottom: int
    ink: int


@dataclass(frozen=True)
class Hypothesis:
    """Components `first` to `last`, exclusive, taken for one symbol, and their box."""

    first: int
    last: int
    box: tuple[int, int, int, int]


def components(ink: np.ndarray) -> Components:
    """Take the ink of one line apart: connected components, wide ones cut where they are thin.

    Args:
        ink: bool [height, width].

    Returns:
        The components; none of them if there is no ink.
    """
    pieces = mask.connected_components(ink)
    if not len(pieces.boxes):
        return Components(pieces.labels, NO_BOXES, 0.0, 0.0, NO_BOXES, 1.0)
    pen = pen_width(ink)
    height = line_height(pieces.sizes)
    longer, areas = pieces.sizes.max(axis=1), pieces.areas
    kept = longer >= max(SEGMENTATION.speck_pen * pen, SEGMENTATION.speck * height)
    kept &= areas >= SEGMENTATION.least_area * pen * pen
    kept &= areas >= SEGMENTATION.thinnest * pen * longer
    everywhere = areas[kept].sum()
    line = in_line(pieces, height)
    outside = pieces.boxes[kept & ~line]
    kept &= line
    if not kept.any():
        return Components(pieces.labels, NO_BOXES, 0.0, 0.0, NO_BOXES, 1.0)
    if np.count_nonzero(kept) > SEGMENTATION.most_pieces:  # no line has so many: they stay whole
        return Components(pieces.labels, pieces.boxes[kept], height, pen, outside, 1.0)
    found: list[tuple[np.ndarray, int, int]] = []  # mask of one in the part at x, y
    for index in np.flatnonzero(kept).tolist():
        left, top, right, bottom = pieces.boxes[index].tolist()
        own = pieces.labels[top:bottom, left:right] == index + 1
        edges = [0, *cut_columns(own, height, pen), right - left]
        found += [(own[:, a:b], left + a, top) for a, b in pairwise(edges)]
    labels, boxes = _number(found, ink.shape)
    wider = round(SEGMENTATION.thinnest_pen * height - pen) + 1
    if wider > 1:  # into the paper alone, not into a neighbour's ink
        labels = np.where(labels, labels, mask.dilate(labels, mask.disc(wider)))
    return Components(labels, boxes, height, pen, outside, float(areas[kept].sum() / everywhere))


def _number(
    found: list[tuple[np.ndarray, int, int]], shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and boxes as in `Components`, of masks in the picture's part that begins at x, y."""
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
    """Height of a digit, from width and height of each component, int [N, 2].

    The median of the heights, the tall ones counting for more: dots and bars hardly matter.
    """
    heights = np.sort(sizes[:, 1])
    weights = np.cumsum(heights * heights)
    return float(heights[np.searchsorted(weights, weights[-1] / 2)])


def in_line(pieces: ConnectedComponents, height: float) -> np.ndarray:
    """Which of the connected components are in the line with the most ink, bool [N]."""
    first, last, _ = max(bands(pieces, height), key=lambda band: band.ink)
    top, bottom = pieces.boxes[:, 1], pieces.boxes[:, 3]
    room = SEGMENTATION.room * height
    kept: np.ndarray = (top >= first - room) & (bottom <= last + room)
    return kept


def bands(pieces: ConnectedComponents, height: float) -> list[Band]:
    """Where lines of writing are, from top to bottom.

    Tall components that overlap from top to bottom are of one line.
    """
    top, bottom = pieces.boxes[:, 1], pieces.boxes[:, 3]
    tall = np.flatnonzero(bottom - top >= SEGMENTATION.tall * height)
    found: list[Band] = []
    for index in tall[np.argsort(top[tall], kind="stable")]:
        own = Band(int(top[index]), int(bottom[index]), int(pieces.areas[index]))
        if found and own.top < found[-1].bottom:
            before = found.pop()
            own = Band(before.top, max(before.bottom, own.bottom), before.ink + own.ink)
        found.append(own)
    return found


def cut_columns(own: np.ndarray, height: float, pen: float) -> list[int]:
    """Columns at which one component, bool [h, w], may be two symbols that touch."""
    h, w = own.shape
    if w < SEGMENTATION.wide * height or h < SEGMENTATION.flat * height:
        return []
    column = own.sum(axis=0)
    thin = column <= SEGMENTATION.thin * pen
    apart = max(round(SEGMENTATION.apart * height), 2)
    if w > SEGMENTATION.two * height:  # more than one symbol, so where it is thinnest, if not thin
        beside = np.pad(column, apart, mode="edge")
        near = np.lib.stride_tricks.sliding_window_view(beside, 2 * apart + 1).min(axis=1)
        thin |= (column == near) & (column <= 2 * SEGMENTATION.thin * pen)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], thin, [False]]).astype(np.int8)))
    found: list[int] = []
    for start, end in edges.reshape(-1, 2):
        long = end - start > 3 * apart
        for x in (start, end) if long else ((start + end) // 2,):
            near = found[-1] if found else 0
            if x - near >= apart and w - x >= apart:
                found.append(int(x))
    return found


def hypotheses(found: Components, most: int = SEGMENTATION.most) -> list[Hypothesis]:
    """All neighbouring components that may be one symbol, by their first one, then by number.

    Args:
        found: components of a line.
        most: of them in a hypothesis.
    """
    boxes, height = found.boxes, found.height
    result = []
    for first, box in enumerate(boxes):
        for last in range(first + 1, min(first + most, len(boxes)) + 1):
            after = boxes[last - 1]
            if after[0] - box[2] > SEGMENTATION.gap * height:
                break
            box = np.concatenate([np.minimum(box[:2], after[:2]), np.maximum(box[2:], after[2:])])
            if last > first + 1 and box[2] - box[0] > SEGMENTATION.widest * height:
                break
            left, top, right, bottom = box.tolist()
            result.append(Hypothesis(first, last, (left, top, right, bottom)))
    return result
