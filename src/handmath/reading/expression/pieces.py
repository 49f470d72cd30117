"""Ink of an expression → pieces: its connected components, cut where symbols may touch."""

from dataclasses import dataclass

import numpy as np

from handmath.data import mask
from handmath.data.ink import pen_width
from handmath.reading.expression.cuts import Limits, cuts
from handmath.reading.segment import NO_BOXES

MOST = 300  # pieces: more are no expression
# Lengths are shares of the writing's size, if no other unit is given.
SPECK = 0.03  # what is smaller, and …
SPECK_PEN = 0.7  # … pen's widths: smaller than this, is dust
LEAST_AREA = 0.3  # squares of the pen: what has less ink is dust
SMALL = 0.4  # of the tall components' height: what is lower says nothing about the writing's size
TALL = 0.75  # share of the components that are not taller than the tall ones
WHOLE = 0.6  # a component that is smaller is not cut
THIN = 1.8  # pen's widths: a run that is no longer is of a stroke
PART = 0.4  # each of the parts that a cut leaves is at least as long …
FREE = 0.45  # … and a stroke with a loose end so long
CRUMB = 2.0  # pen's widths: what is smaller after cutting goes to a neighbour
THINNEST_PEN = 0.08  # thinner strokes are shown as wide as this


@dataclass(frozen=True)
class Pieces:
    """The pieces of an expression's ink, in the order of their middles from left to right.

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

    Where it would be more than `MOST` pieces nothing is cut. If there are more components than that
    they are no expression: `boxes` has the first `MOST` and one more, and `labels` none of them.
    """
    found = mask.connected_components(ink)
    if not len(found.boxes):
        return _uncut(np.zeros(ink.shape, dtype=np.uint16), NO_BOXES, 0.0, 0.0)
    pen, size = pen_width(ink), writing_size(found.sizes[:, 1])
    kept = found.sizes.max(axis=1) >= max(SPECK_PEN * pen, SPECK * size)
    kept &= found.areas >= LEAST_AREA * pen * pen
    if np.count_nonzero(kept) > MOST:
        return _uncut(
            np.zeros(ink.shape, dtype=np.uint16), found.boxes[kept][: MOST + 1], size, pen
        )
    numbers = np.concatenate([[0], np.cumsum(kept) * kept])
    whole = numbers[found.labels].astype(np.uint16)
    sizes = found.sizes[kept]
    labels, boxes = cut(whole, sizes, size, pen)
    if len(boxes) > MOST:
        labels, boxes = whole, found.boxes[kept]
    order = np.lexsort((boxes[:, 1], boxes[:, 0] + boxes[:, 2]))
    numbers = np.zeros(len(boxes) + 1, dtype=np.uint16)
    numbers[order + 1] = np.arange(1, len(boxes) + 1)
    labels, boxes = numbers[labels], boxes[order]
    origin = np.zeros(len(boxes) + 1, dtype=int)
    origin[labels[ink]] = whole[ink]
    wider = round(THINNEST_PEN * size - pen) + 1
    if wider > 1:  # into the paper alone, not into a neighbour's ink
        labels = np.where(labels, labels, mask.dilate(labels, mask.disc(wider)))
    return Pieces(labels, boxes, origin[1:], size, pen)


def _uncut(labels: np.ndarray, boxes: np.ndarray, size: float, pen: float) -> Pieces:
    return Pieces(labels, boxes, np.arange(len(boxes)), size, pen)


def writing_size(heights: np.ndarray) -> float:
    """The median height of what is tall enough to be an ordinary symbol, of int [N]."""
    ordered = np.sort(heights)
    tall = ordered[int(TALL * (len(ordered) - 1))]
    ordered = ordered[ordered >= SMALL * tall]
    return float(ordered[len(ordered) // 2])


def cut(
    whole: np.ndarray, sizes: np.ndarray, size: float, pen: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cut connected components where symbols may touch.

    Args:
        whole: their labels, uint16 [height, width]; 0 where there is no ink.
        sizes: width and height of each, int [N, 2].
        size: of the writing, in pixels.
        pen: width of its strokes, in pixels.

    Returns:
        Labels of the pieces, uint16 [height, width], and their boxes, int [M, 4].
    """
    ink = whole > 0
    large = np.concatenate([[False], sizes.max(axis=1) >= WHOLE * size])
    part, free = max(PART * size, CRUMB * pen), max(FREE * size, CRUMB * pen)
    where = cuts(large[whole], Limits(THIN * pen, part, free))
    found = mask.connected_components(ink & ~where)
    origin = np.zeros(len(found.boxes) + 1, dtype=int)
    origin[found.labels[ink]] = whole[ink]
    largest = np.zeros(len(sizes) + 1, dtype=int)
    np.maximum.at(largest, origin[1:], found.areas)
    kept = (found.sizes.max(axis=1) >= CRUMB * pen) | (found.areas == largest[origin[1:]])
    labels = np.concatenate([[0], np.cumsum(kept) * kept])[found.labels].astype(np.uint16)
    around = np.ones((3, 3), dtype=bool)
    left, before = int(np.count_nonzero(ink & (labels == 0))), -1
    while left not in {0, before}:
        labels = np.where(ink & (labels == 0), mask.dilate(labels, around), labels)
        left, before = int(np.count_nonzero(ink & (labels == 0))), left
    return labels, mask.statistics(labels)[0]
