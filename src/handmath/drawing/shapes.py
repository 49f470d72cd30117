"""Shapes of single symbols: sized, slanted, bent, and brought to the width of one pen."""

from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from handmath.data import framing
from handmath.data.ink import pen_width

INK = 255 - framing.INK  # more than this is ink, in pictures whose paper is 0
IS_INK = [0] * (INK + 1) + [255] * (255 - INK)  # by shade
CELLS = 3  # along each side of a symbol: its parts are bent each its own way
WOBBLE = 0.02  # of a symbol's longer side: how far its strokes are bent


def bent(
    ink: np.ndarray,
    across: float,
    down: float,
    shear: float,
    turn: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Size, slant and turn one symbol, and bend its parts a little, each its own way.

    Args:
        ink: uint8 [height, width], 255 is ink.
        across: factor of its width.
        down: factor of its height.
        shear: so far its top goes to the right, in heights.
        turn: radians, small: sine is the angle, cosine 1.
        rng: how it is bent is drawn from it.

    Returns:
        uint8, cut to the ink.
    """
    h, w = ink.shape
    if down < 0.6:  # the map below takes single pixels: a thin line would fall between them
        source = Image.fromarray(ink).resize((max(round(w * down), 2), max(round(h * down), 2)))
        ink = np.asarray(source)
        across, down = across * w / source.width, down * h / source.height
        h, w = ink.shape
    wide = max(round(w * across + h * down * abs(shear - turn)) + 2, CELLS)
    high = max(round(h * down + w * across * abs(turn)) + 2, CELLS)
    # Corners of CELLS x CELLS parts of the result, from its middle, and where each comes from.
    y, x = np.mgrid[0 : CELLS + 1, 0 : CELLS + 1] / CELLS - 0.5
    off = rng.uniform(-WOBBLE, WOBBLE, (2, *x.shape)) * max(high, wide)
    x, y = x * wide + off[0], y * high + off[1]
    x, y = (x + (shear - turn) * y) / across + w / 2, (y + turn * x) / down + h / 2
    drawn = Image.fromarray(ink).transform(
        (wide, high), Image.Transform.MESH, list(_mesh(wide, high, x, y)), Image.Resampling.BILINEAR
    )
    return trim(drawn)


def one_pen(inks: list[np.ndarray]) -> list[np.ndarray]:
    """Widen the strokes that are thinner than half of the symbols' strokes are.

    A line is written with one pen: none is a hairline beside a marker's strokes, and a point is at
    least as wide as the pen.
    """
    pens = [pen_width(ink > INK) for ink in inks]
    widened = []
    for ink, pen in zip(inks, pens, strict=True):
        wider = round(float(np.median(pens)) - pen)
        widened.append(widen(ink, wider) if wider > 0 else ink)
    return widened


def widen(ink: np.ndarray, wider: int) -> np.ndarray:
    """Make strokes wider by so many pixels."""
    ink = cv2.copyMakeBorder(ink, wider, wider, wider, wider, cv2.BORDER_CONSTANT, value=0)
    return trim(Image.fromarray(cv2.dilate(ink, _tip(wider))))


def thin(ink: np.ndarray, thinner: int) -> np.ndarray:
    """Make strokes thinner by so many pixels, unless nothing is left then."""
    ink = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    left = cv2.erode(ink, _tip(thinner))
    return trim(Image.fromarray(left if (left > INK).any() else ink))


def _tip(by: int) -> np.ndarray:
    """The tip of a pen that changes a stroke's width by so many pixels."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (by + 1, by + 1))


def long(ink: np.ndarray, length: int) -> np.ndarray:
    """Make a bar so long; it is no thicker then."""
    return _sized(ink, max(length, 2), len(ink))


def radical(ink: np.ndarray, check: int, length: int, height: int, pen: float) -> np.ndarray:
    """Make a root so long and high, its left part `check` wide and all with a pen of that width.

    One that has no bar is stretched as a whole.
    """
    corner = _corner(ink > INK)
    if not (ink[:, :corner] > INK).any() or not (ink[:, corner:] > INK).any():
        return in_pen(_sized(ink, length, height), pen)
    left = in_pen(_sized(ink[:, :corner], check, height), pen)
    bar = trim(Image.fromarray(ink[:, corner:]))
    thick = len(bar) * pen / pen_width(bar > INK)
    bar = _sized(bar, length - left.shape[1], round(thick))
    down = _first(left[:, -1]) - _first(bar[:, 0])  # the bar goes on where the left part ends
    top, bottom = min(down, 0), max(len(left), down + len(bar))
    root = np.zeros((bottom - top, left.shape[1] + bar.shape[1]), dtype=np.uint8)
    root[-top : len(left) - top, : left.shape[1]] = left
    root[down - top : down - top + len(bar), left.shape[1] :] = bar
    return trim(Image.fromarray(root))


def _corner(mask: np.ndarray) -> int:
    """Where the bar of a root begins, the widest part of it below which there is nothing."""
    high, wide = mask.shape
    low = np.flatnonzero(mask[high * 6 // 10 :].any(axis=0))
    ends = np.append(low, wide)
    start = int(ends[np.diff(ends).argmax()]) + 1 if len(low) else wide // 3
    thick = high - mask[:, start:].argmax(axis=0) - mask[::-1, start:].argmax(axis=0)
    half = thick[: len(thick) // 2]
    slope = np.flatnonzero(half > 1.5 * np.median(thick) + 1) if len(half) else half
    return start + (int(slope[-1]) + 1 if len(slope) else 0)


def _first(column: np.ndarray) -> int:
    """The first ink from above."""
    return int((column > INK).argmax())


def in_pen(ink: np.ndarray, pen: float, own: float | None = None) -> np.ndarray:
    """Bring strokes to the width of a pen, from their `own`, which else is measured."""
    wider = round(pen - (pen_width(ink > INK) if own is None else own))
    if wider > 0:
        return widen(ink, wider)
    return thin(ink, -wider) if wider < 0 else ink


def _sized(ink: np.ndarray, wide: int, high: int) -> np.ndarray:
    """Ink of another size, uint8, cut to the ink."""
    return np.asarray(Image.fromarray(ink).resize((max(wide, 1), max(high, 1))))


def trim(ink: Image.Image) -> np.ndarray:
    """The box of the ink, uint8."""
    return np.asarray(ink.crop(ink.point(IS_INK).getbbox()))


def contact(
    x: int, y: int, before: np.ndarray, below: int, ink: np.ndarray, default: float
) -> float:
    """Where a symbol whose top is at `below` begins if it just touches the one at x, y.

    It is `default` where the two have no row in common.
    """
    first, last = max(y, below), min(y + len(before), below + len(ink))
    left, right = before[first - y : last - y] > INK, ink[first - below : last - below] > INK
    rows = left.any(axis=1) & right.any(axis=1) if first < last else np.zeros(0, dtype=bool)
    if not rows.any():
        return default
    ends = before.shape[1] - left[rows, ::-1].argmax(axis=1)
    return float(x + (ends - right[rows].argmax(axis=1)).max())


def _mesh(
    wide: int, high: int, x: np.ndarray, y: np.ndarray
) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
    """Each cell's box and where its corners come from, round from the upper left one downwards."""
    for i, j in np.ndindex(CELLS, CELLS):
        box = (
            wide * j // CELLS,
            high * i // CELLS,
            wide * (j + 1) // CELLS,
            high * (i + 1) // CELLS,
        )
        corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
        yield box, tuple(float(v) for corner in corners for v in (x[corner], y[corner]))
