"""The ink of a page → the ink of each of its lines."""

import numpy as np

from handmath.data import mask
from handmath.reading import segment
from handmath.reading.segment import Band
from handmath.reading.thresholds import THRESHOLDS


def lines(ink: np.ndarray) -> list[np.ndarray]:
    """Share the ink of a page out among its lines, from top to bottom.

    Lines are where tall components are; every other component goes to the line it is nearest to.

    Args:
        ink: bool [height, width].

    Returns:
        Bool [height, width] of each line. The very array that was given where there is one line,
        or none, or more than `max_lines`, which are no page of writing.
    """
    pieces = mask.connected_components(ink)
    if not len(pieces.boxes):
        return [ink]
    found = segment.bands(pieces, segment.line_height(pieces.sizes))
    most = max(band.ink for band in found)
    found = [band for band in found if band.ink >= THRESHOLDS.least_line * most]
    if len(found) == 1 or len(found) > THRESHOLDS.max_lines:
        return [ink]
    middles = pieces.boxes[:, [1, 3]].mean(axis=1)
    away = np.stack([_distance(band, middles) for band in found])
    line = np.concatenate([[-1], away.argmin(axis=0)])  # -1 is the paper
    return [(line == number)[pieces.labels] for number in range(len(found))]


def _distance(band: Band, y: np.ndarray) -> np.ndarray:
    """How far above or below a band some rows are, in pixels; 0 within it."""
    away: np.ndarray = np.maximum(np.maximum(band.top - y, y - band.bottom), 0)
    return away
