"""A picture of handwriting → which of its pixels are ink."""

import numpy as np
from PIL import Image

from handmath.data import mask
from handmath.reading.thresholds import THRESHOLDS


def binarize(grey: np.ndarray, bars: bool = False) -> np.ndarray:
    """Tell ink from paper, dark on light or light on dark, under uneven light.

    Args:
        grey: uint8 [height, width], as it was photographed, scanned or drawn.
        bars: whether there may be fraction bars: then a long straight line is the paper's only if
            it goes from edge to edge.

    Returns:
        Bool [height, width]; lines of ruled paper and the picture's dark border are not in it.
    """
    depth = _depth(grey)
    ink = _strokes(depth)
    return without_borders(without_lines(ink, bars))


def _depth(grey: np.ndarray) -> np.ndarray:
    """How much darker than the paper around it each pixel is: int16, -255 to 255.

    On a blackboard, how much lighter.
    """
    paper = _paper(grey)
    if _median(paper) < THRESHOLDS.dark_paper and _is_board(grey, paper):
        grey, paper = 255 - grey, 255 - paper
    lit = np.maximum(paper, 1).astype(np.float32)
    # Of the light that falls there, so that ink in a shadow is as deep as elsewhere.
    depth: np.ndarray = np.maximum((1 - grey / lit) * 255, -255).astype(np.int16)
    return depth


def _paper(grey: np.ndarray) -> np.ndarray:
    """The paper's shade at each pixel, uint8 [height, width].

    A median, for it goes around strokes and keeps a shadow's edge where it is. It is taken on a
    reduced picture, at every `paper_step`-th pixel, from a sample of the window around it.
    """
    height, width = grey.shape
    step, window = THRESHOLDS.paper_step, THRESHOLDS.paper_window
    scale = min(THRESHOLDS.paper_side / max(height, width), 1.0) / step
    columns, rows = max(round(width * scale), 1), max(round(height * scale), 1)
    picture = Image.fromarray(grey)
    small = np.asarray(picture.resize((columns * step, rows * step), Image.Resampling.BOX))
    padded = np.pad(small, window // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (window, window))
    grid, sample = slice(step // 2, None, step), slice(None, None, THRESHOLDS.paper_sample)
    seen = windows[grid, grid, sample, sample].reshape(rows, columns, -1)
    middle = seen.shape[2] // 2
    shade = np.ascontiguousarray(np.partition(seen, middle, axis=2)[:, :, middle])
    return np.asarray(Image.fromarray(shade).resize((width, height), Image.Resampling.BILINEAR))


def _median(values: np.ndarray) -> float:
    """The median of small integers from 0, by counting them: six times as fast as NumPy's."""
    below = np.cumsum(np.bincount(values.ravel()))
    middle = [(below[-1] - 1) // 2, below[-1] // 2]
    low, high = np.searchsorted(below, middle, side="right").tolist()
    return float(low + high) / 2


def _is_board(grey: np.ndarray, paper: np.ndarray) -> bool:
    """Whether what stands out from the ground is mostly lighter than it."""
    above = grey.astype(np.int16) - paper
    contrast = THRESHOLDS.board_contrast
    return int((above > contrast).sum()) > int((above < -contrast).sum())


def _strokes(depth: np.ndarray) -> np.ndarray:
    """Pixels much deeper than the paper's grain and joined to one of the usual ink's depth."""
    grain = 1.4826 * _median(np.abs(depth))  # of normal noise the standard deviation
    floor = max(THRESHOLDS.noise * grain, THRESHOLDS.faintest)
    deep = depth[depth > floor]
    if not deep.size:
        return np.zeros(depth.shape, dtype=bool)
    usual = float(np.percentile(deep, 75))
    weak = depth > max(THRESHOLDS.weak * usual, floor)
    labels = mask.label(weak)
    kept = np.zeros(labels.max(initial=0) + 1, dtype=bool)
    kept[labels[weak & (depth > THRESHOLDS.strong * usual)]] = True
    kept[0] = False
    strokes: np.ndarray = kept[labels]
    return strokes


def without_lines(ink: np.ndarray, bars: bool = False) -> np.ndarray:
    """Take out straight lines across the picture, not the strokes that cross them; bool."""
    height, width = ink.shape
    if width < 3 * height / 4:
        return ink
    # A line that rises a little is a staircase: thicken it before looking for long runs.
    thick = mask.dilate(ink, np.ones((3, 1), dtype=bool))
    gap, run = (
        max(round(share * width), 3) for share in (THRESHOLDS.rule_gap, THRESHOLDS.rule_run)
    )
    found = mask.connected_components(mask.long_runs(thick, run, gap))
    line = found.sizes[:, 0] >= THRESHOLDS.rule_width * width
    if bars:
        edge = THRESHOLDS.rule_edge * width
        line &= (found.boxes[:, 0] <= edge) & (found.boxes[:, 2] >= width - edge)
    if not line.any():
        return ink
    near = np.concatenate([[False], line])[found.labels]
    thickness = int(np.percentile(near.sum(axis=0)[near.any(axis=0)], 50))
    # A stroke that crosses the line is a taller run of ink than the line's own.
    tall = mask.long_runs(ink.T, thickness + 2).T
    rest: np.ndarray = ink & ~(near & ~tall)
    return rest


def without_borders(ink: np.ndarray) -> np.ndarray:
    """Take out components that run along an edge of the picture over half of its length; bool."""
    labels = mask.label(ink)
    count = int(labels.max(initial=0)) + 1
    gone = np.zeros(count, dtype=bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        along = np.bincount(edge, minlength=count)
        gone |= along > THRESHOLDS.border * len(edge)
    gone[0] = False
    return ink & ~gone[labels] if gone.any() else ink
