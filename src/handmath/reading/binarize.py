"""A picture of handwriting → which of its pixels are ink."""

import cv2
import numpy as np
from PIL import Image

SIDE = 256  # pixels, longer side of the small picture that the paper's brightness is taken from
DARK = 128  # of 255: paper is lighter, a blackboard darker
WINDOW = 35  # pixels of it, odd, around each that paper fills more than half of
NOISE = 6.0  # ink is darker than the paper by more than this many times the paper's own variation
FAINT = 14  # of 255: and by at least this much
STRONG, WEAK = 0.4, 0.3  # of the usual ink's depth: ink begins with the one, goes on to the other
LINE = 0.6  # of the picture's width: a straight line that reaches so far is the paper's
GAP = 0.015  # of the picture's width: may be missing in such a line at a time
REACH = 0.15  # of the picture's width: runs that a line of the paper is put together from
BORDER = 0.5  # of a side of the picture: ink that runs along it so far is its frame


def find(grey: np.ndarray) -> np.ndarray:
    """Find the ink, dark on light or light on dark, under uneven light.

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
    scale = min(SIDE / max(height, width), 1.0)
    small_size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = np.asarray(Image.fromarray(grey).resize(small_size, Image.Resampling.BOX))
    # A median, for it goes around strokes and keeps a shadow's edge where it is.
    paper = cv2.medianBlur(small, WINDOW)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR_EXACT)
    if np.median(paper) < DARK and _is_board(grey, paper):
        grey, paper = 255 - grey, 255 - paper
    lit = np.maximum(paper, 1).astype(np.float32)
    # Of the light that falls there, so that ink in a shadow is as deep as elsewhere.
    return ((1 - grey / lit) * 255).astype(np.int16)


def _is_board(grey: np.ndarray, paper: np.ndarray) -> bool:
    """Whether what stands out from the ground is mostly lighter than it."""
    above = cv2.subtract(grey, paper)
    below = cv2.subtract(paper, grey)
    return int((above > 40).sum()) > int((below > 40).sum())


def _strokes(depth: np.ndarray) -> np.ndarray:
    """Pixels much deeper than the paper's grain and joined to one of the usual ink's depth."""
    grain = 1.4826 * float(np.median(np.abs(depth)))  # of normal noise the standard deviation
    floor = max(NOISE * grain, FAINT)
    deep = depth[depth > floor]
    if not deep.size:
        return np.zeros(depth.shape, dtype=bool)
    usual = float(np.percentile(deep, 75))
    weak = depth > max(WEAK * usual, floor)
    pieces, labels = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8)
    kept = np.zeros(pieces, dtype=bool)
    kept[labels[weak & (depth > STRONG * usual)]] = True
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
    thick = cv2.morphologyEx(
        thick, cv2.MORPH_CLOSE, np.ones((1, max(round(GAP * width), 3)), np.uint8)
    )
    run = max(round(REACH * width), 3)
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    lines = np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= LINE * width)
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
    """Take out pieces that run along an edge of the picture over half of its length; bool."""
    count, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    gone = np.zeros(count, dtype=bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        along = np.bincount(edge, minlength=count)
        gone |= along > BORDER * len(edge)
    gone[0] = False
    return ink & ~gone[labels] if gone.any() else ink
