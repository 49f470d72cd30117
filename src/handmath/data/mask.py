"""Masks, bool [height, width]: connected components, dilation, long runs."""

from dataclasses import dataclass

import cc3d
import numpy as np


@dataclass(frozen=True)
class ConnectedComponents:
    """Of a mask; pixels that touch at a corner are connected.

    Attributes:
        labels: uint32 [height, width]; 0 where the mask is false, else 1 + the component's index.
        boxes: int [N, 4]; left, top, right, bottom of each, the last two exclusive.
        areas: int [N]; pixels of each.
    """

    labels: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Width and height of each, int [N, 2]."""
        sizes: np.ndarray = self.boxes[:, 2:] - self.boxes[:, :2]
        return sizes


def label(mask: np.ndarray) -> np.ndarray:
    """The labels of its connected components, as `ConnectedComponents` has them."""
    shades = mask.astype(
        np.uint8, order="C"
    )  # of a bool array cc3d 4.1.1 labels some pixels that are false
    labels: np.ndarray = cc3d.connected_components(shades, connectivity=8, out_dtype=np.uint32)
    return labels


def connected_components(mask: np.ndarray) -> ConnectedComponents:
    """The connected components of a mask, by their uppermost row."""
    labels = label(mask)
    boxes, areas = statistics(labels)
    return ConnectedComponents(labels, boxes, areas)


def statistics(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Boxes and areas, as in `ConnectedComponents`, of unsigned labels 1, 2, … to the last."""
    found = cc3d.statistics(labels, no_slice_conversion=True)  # of the label 0 first
    top, bottom, left, right = found["bounding_boxes"][1:].astype(int).T
    boxes = np.stack([left, top, right + 1, bottom + 1], axis=1)
    return boxes, found["voxel_counts"][1:].astype(int)


def disc(width: int) -> np.ndarray:
    """A round pen's tip, bool [width, width]."""
    y, x = 2 * np.mgrid[:width, :width] - (width - 1)  # twice the way from the middle
    tip: np.ndarray = y * y + x * x < width * width - 1
    return tip if width > 1 else np.ones((1, 1), dtype=bool)


def dilate(values: np.ndarray, tip: np.ndarray) -> np.ndarray:
    """The largest value beneath a pen's tip around each pixel: strokes become wider.

    Args:
        values: bool or unsigned [height, width].
        tip: bool [h, w]; the pixel is at row (h - 1) // 2, column (w - 1) // 2 of it.
    """
    high, wide = tip.shape
    above, before = (high - 1) // 2, (wide - 1) // 2
    padded = np.pad(values, ((above, high - 1 - above), (before, wide - 1 - before)))
    result = np.zeros_like(values)
    for y, x in np.argwhere(tip).tolist():
        np.maximum(result, padded[y : y + len(result), x : x + result.shape[1]], out=result)
    return result


def long_runs(mask: np.ndarray, least: int, gap: int = 1) -> np.ndarray:
    """Runs along rows, gaps shorter than `gap` filled, that are at least `least` pixels long; bool.

    It is a morphological closing and then an opening by a horizontal line.
    """
    height, width = mask.shape
    padded = np.zeros((height, width + gap), dtype=np.int8)  # so that no run goes on in a next row
    padded[:, :width] = mask
    edges = np.flatnonzero(np.diff(padded.ravel(), prepend=0, append=0))
    starts, ends = edges[::2], edges[1::2]
    apart = starts[1:] - ends[:-1] >= gap
    starts = starts[np.concatenate([[True], apart])[: len(starts)]]
    ends = ends[np.concatenate([apart, [True]])[: len(ends)]]
    kept = ends - starts >= least
    steps = np.zeros(padded.size + 1, dtype=np.int8)
    steps[starts[kept]] = 1
    steps[ends[kept]] = -1
    runs: np.ndarray = np.cumsum(steps[:-1], dtype=np.int8).reshape(padded.shape)[:, :width] > 0
    return runs
