"""The ink of a page → the ink of each of its lines."""

import cv2
import numpy as np

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
        or none.
    """
    count, labels, stats, centres = cv2.connectedComponentsWithStats(
        ink.astype(np.uint8), connectivity=8
    )
    if count == 1:
        return [ink]
    height = segment.line_height(stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]])
    found = segment.bands(stats, height)
    most = max(band.ink for band in found)
    found = [band for band in found if band.ink >= THRESHOLDS.least_line * most]
    if len(found) == 1:
        return [ink]
    away = np.stack([_distance(band, centres[:, 1]) for band in found])
    line = away.argmin(axis=0)
    line[0] = -1  # the paper
    return [(line == number)[labels] for number in range(len(found))]


def _distance(band: Band, y: np.ndarray) -> np.ndarray:
    """How far above or below a band some rows are, in pixels; 0 within it."""
    away: np.ndarray = np.maximum(np.maximum(band.top - y, y - band.bottom), 0)
    return away
