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
    return binarize_both(grey)[bars]


def binarize_both(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What `binarize` returns without and with bars: one array, if there is no long line."""
    paper, table = without_table(grey)
    strokes = _strokes(_depth(paper)) & ~table
    unruled = without_lines(strokes)
    ink = without_borders(unruled)
    if unruled is strokes:
        return ink, ink
    return ink, without_borders(without_lines(strokes, bars=True))


def without_table(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make the dark table beside a sheet as light as the sheet.

    The table is what is dark from an edge of the picture inwards, along most of the edge. A stroke
    that runs into it is no part of it, for a sheet's edge is straight.

    Returns:
        The picture, uint8 [height, width]; where the table was, bool of the same shape.
    """
    table = np.zeros(grey.shape, dtype=bool)
    some = np.sort(grey[::4, ::4], axis=None)
    bright = some[3 * len(some) // 4]
    if bright < THRESHOLDS.dark_paper:
        return grey, table
    limit = THRESHOLDS.table * float(bright)
    for turned in range(4):  # each edge in turn is the upper one
        light = np.rot90(grey, turned)
        if 2 * np.count_nonzero(light[0] > limit) >= light.shape[1]:
            continue
        depth = _smooth((np.cumsum(light > limit, axis=0) == 0).sum(axis=0))
        near = np.arange(len(light))[:, np.newaxis] < depth + THRESHOLDS.rim
        np.rot90(table, turned)[near & (depth > 0)] = True
    return np.where(table, bright, grey) if table.any() else grey, table


def _smooth(depth: np.ndarray) -> np.ndarray:
    """The median of each half of a row of numbers around each of them, from a sample of it."""
    half = len(depth) // 4
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(depth, half, "edge"), 2 * half + 1)
    middle: np.ndarray = np.median(windows[:, :: max(half // 16, 1)], axis=1)
    return middle


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
    """Take out straight lines across the picture, not the strokes that cross them; bool.

    Where there are any, also those from its top to its bottom that are no wider: of squared paper.
    """
    height, width = ink.shape
    if width < 3 * height / 4:
        return ink
    across, thickness = _rules(ink, bars)
    if not thickness:
        return ink
    ink = ink & ~across
    down, wider = _rules(ink.T, whole=True)
    return ink & ~down.T if wider <= THRESHOLDS.rule_pen * thickness else ink


def _rules(ink: np.ndarray, whole: bool) -> tuple[np.ndarray, float]:
    """Lines across the picture, with `whole` from edge to edge, not the strokes that cross them.

    Returns:
        Bool [height, width]; how thick they are in pixels, 0 if there are none.
    """
    width = ink.shape[1]
    # A line that rises a little is a staircase: thicken it before looking for long runs.
    thick = mask.dilate(ink, np.ones((3, 1), dtype=bool))
    gap, run = (
        max(round(share * width), 3) for share in (THRESHOLDS.rule_gap, THRESHOLDS.rule_run)
    )
    found = mask.connected_components(mask.long_runs(thick, run, gap))
    line = found.sizes[:, 0] >= THRESHOLDS.rule_width * width
    if whole:
        edge = THRESHOLDS.rule_edge * width
        line &= (found.boxes[:, 0] <= edge) & (found.boxes[:, 2] >= width - edge)
    if not line.any():
        return np.zeros(ink.shape, dtype=bool), 0.0
    near = np.concatenate([[False], line])[found.labels]
    count = near[:1].sum(axis=0) + (near[1:] & ~near[:-1]).sum(axis=0)  # of lines, in a column
    crossed = count > 0
    thickness = float(np.median(near.sum(axis=0)[crossed] / count[crossed]))
    # A stroke that crosses a line is a taller run of ink than the line's own.
    tall = mask.long_runs(ink.T, int(thickness) + 2).T
    return near & ~tall, thickness


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
