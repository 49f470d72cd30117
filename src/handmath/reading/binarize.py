"""A picture of handwriting → which of its pixels are ink."""

import cv2
import numpy as np
from PIL import Image

from handmath.reading.thresholds import THRESHOLDS


def binarize(grey: np.ndarray) -> np.ndarray:
    """Tell ink from paper, dark on light or light on dark, under uneven light.

    Args:
        grey: uint8 [height, width], as it was photographed, scanned or drawn.

    Returns:
        Bool [height, width]; lines of ruled paper and the picture's dark border are not in it.
    """
    depth = _depth(grey)
    ink = _strokes(depth)
    return without_borders(without_lines(ink))


def _depth(grey: np.ndarray) -> np.ndarray:
    """How much darker than the paper around it each pixel is: int16, about [-255, 255].

    On a blackboard, how much lighter.
    """
    height, width = grey.shape
    scale = min(THRESHOLDS.paper_side / max(height, width), 1.0)
    small_size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = np.asarray(Image.fromarray(grey).resize(small_size, Image.Resampling.BOX))
    # A median, for it goes around strokes and keeps a shadow's edge where it is.
    paper = cv2.medianBlur(small, THRESHOLDS.paper_window)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR_EXACT)
    if _median(paper) < THRESHOLDS.dark_paper and _is_board(grey, paper):
        grey, paper = 255 - grey, 255 - paper
    lit = np.maximum(paper, 1).astype(np.float32)
    # Of the light that falls there, so that ink in a shadow is as deep as elsewhere.
    return ((1 - grey / lit) * 255).astype(np.int16)


def _median(values: np.ndarray) -> float:
    """The median of small integers from 0, by counting them: six times as fast as NumPy's."""
    below = np.cumsum(np.bincount(values.ravel()))
    middle = [(below[-1] - 1) // 2, below[-1] // 2]
    low, high = np.searchsorted(below, middle, side="right").tolist()
    return float(low + high) / 2


def _is_board(grey: np.ndarray, paper: np.ndarray) -> bool:
    """Whether what stands out from the ground is mostly lighter than it."""
    above = cv2.subtract(grey, paper)
    below = cv2.subtract(paper, grey)
    contrast = THRESHOLDS.board_contrast
    return int((above > contrast).sum()) > int((below > contrast).sum())


def _strokes(depth: np.ndarray) -> np.ndarray:
    """Pixels much deeper than the paper's grain and joined to one of the usual ink's depth."""
    grain = 1.4826 * _median(np.abs(depth))  # of normal noise the standard deviation
    floor = max(THRESHOLDS.noise * grain, THRESHOLDS.faintest)
    deep = depth[depth > floor]
    if not deep.size:
        return np.zeros(depth.shape, dtype=bool)
    usual = float(np.percentile(deep, 75))
    weak = depth > max(THRESHOLDS.weak * usual, floor)
    count, labels = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, dtype=bool)
    kept[labels[weak & (depth > THRESHOLDS.strong * usual)]] = True
    kept[0] = False
    strokes: np.ndarray = kept[labels]
    return strokes


def without_lines(ink: np.ndarray) -> np.ndarray:
    """Take out straight lines across the picture, not the strokes that cross them; bool."""
    height, width = ink.shape
    if width < 3 * height / 4:
        return ink
    mask = ink.astype(np.uint8)
    # A line that rises a little is a staircase: thicken it before looking for long runs.
    thick = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    gap, run = (
        max(round(share * width), 3) for share in (THRESHOLDS.rule_gap, THRESHOLDS.rule_run)
    )
    thick = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    lines = np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= THRESHOLDS.rule_width * width)
    lines = lines[lines > 0]
    if not lines.size:
        return ink
    near = np.isin(labels, lines)
    thickness = int(np.percentile(near.sum(axis=0)[near.any(axis=0)], 50))
    # A stroke that crosses the line is a taller run of ink than the line's own.
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickness + 3, 1), np.uint8))
    rest: np.ndarray = ink & ~(near & (tall == 0))
    return rest


def without_borders(ink: np.ndarray) -> np.ndarray:
    """Take out components that run along an edge of the picture over half of its length; bool."""
    count, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    gone = np.zeros(count, dtype=bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        along = np.bincount(edge, minlength=count)
        gone |= along > THRESHOLDS.border * len(edge)
    gone[0] = False
    return ink & ~gone[labels] if gone.any() else ink
