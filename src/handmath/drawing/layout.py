"""Pictures of single symbols → a line of them, as a hand might have written it."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from handmath.data import alphabet, framing
from handmath.data.ink import Pictures, pen_width

INK = 255 - framing.INK  # more than this is ink, in pictures whose paper is 0
IS_INK = [0] * (INK + 1) + [255] * (255 - INK)  # by shade
WIDEST = 12  # digits' heights: so wide is a symbol at most, though it were less high than a digit
FLAT = {"operator", "relation"}  # kinds that are less tall than a digit
CELLS = 3  # along each side of a symbol: its parts are bent each its own way
OVERLAP = 0.08  # of a digit's height: so far symbols that touch run into each other
NESTED = 0.15  # of a digit's height: so far a symbol's box reaches into the one before
WOBBLE = 0.02  # of a symbol's longer side: how far its strokes are bent


@dataclass(frozen=True)
class Line:
    """A composed line.

    Attributes:
        labels: class names from left to right.
        boxes: left, top, right, bottom of each symbol in pixels, the last two exclusive.
        owner: uint8 [height, width]; 0 where there is no ink, else 1 + the symbol's index.
    """

    labels: tuple[str, ...]
    boxes: tuple[tuple[int, int, int, int], ...]
    owner: np.ndarray


def line(
    pictures: Pictures,
    names: list[str],
    height: int,
    rng: np.random.Generator,
    touching: float = 0.0,
) -> Line:
    """Put symbols side by side: one hand's size, slant and spacing, each symbol a little off.

    Args:
        pictures: of each class; one is chosen for each symbol.
        names: classes, from left to right.
        height: of a digit in pixels.
        rng: what is left to chance is drawn from it.
        touching: share of the symbols, in [0, 1], that are pushed against the one before, until
            they touch or their boxes overlap by `NESTED`.
    """
    slant, stretch = rng.uniform(-0.25, 0.25), rng.uniform(0.85, 1.15)
    spread, drift = rng.uniform(0.05, 0.4), rng.uniform(-0.06, 0.06)
    room = rng.uniform(0.0, 0.4)  # around an operator
    inks = [pictures[name][int(rng.integers(len(pictures[name])))] for name in names]
    inks = [
        _reshape(name, ink, height, slant, stretch, rng)
        for name, ink in zip(names, inks, strict=True)
    ]
    placed: list[tuple[int, int, np.ndarray]] = []
    x = 0.0
    for name, ink in zip(names, _one_pen(inks), strict=True):
        apart = alphabet.kind(name) in FLAT
        aside = room * height * rng.uniform(0.3, 1) if apart else 0.0
        x += aside
        y = round(_top(name, len(ink), height, rng) + drift * x)
        if touching and placed and rng.random() < touching:
            before, _, other = placed[-1]
            contact = _contact(*placed[-1], y, ink, x) - rng.uniform(0, OVERLAP) * height
            x = max(contact, before + other.shape[1] - NESTED * height)
        placed.append((round(x), y, ink))
        x += ink.shape[1] + aside + (spread + rng.uniform(-0.08, 0.1)) * height
    pad = round(0.3 * height)
    left, top = min(x for x, _, _ in placed) - pad, min(y for _, y, _ in placed) - pad
    boxes = [
        (x - left, y - top, x - left + ink.shape[1], y - top + len(ink)) for x, y, ink in placed
    ]
    _, _, right, bottom = np.max(boxes, axis=0).tolist()
    owner = np.zeros((bottom + pad, right + pad), dtype=np.uint8)
    for number, ((x0, y0, x1, y1), (_, _, ink)) in enumerate(zip(boxes, placed, strict=True), 1):
        owner[y0:y1, x0:x1][ink > INK] = number
    return Line(tuple(names), tuple(boxes), owner)


def _contact(
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


def _reshape(
    name: str,
    ink: np.ndarray,
    height: int,
    slant: float,
    stretch: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Size, slant and turn one symbol; uint8, 255 is ink."""
    h, w = ink.shape
    kind = alphabet.kind(name)
    if kind == "point":
        scale = rng.uniform(0.08, 0.25) * height / max(h, w)
    elif kind in FLAT:
        least = 0.25 if alphabet.character(name) == "-" else 0.3
        scale = rng.uniform(least, 1.1) * height / max(h, w)
    else:
        scale = min(rng.uniform(0.85, 1.15) * height / h, WIDEST * height / w)
    across = scale * stretch * rng.uniform(0.9, 1.1)
    shear = slant + rng.uniform(-0.08, 0.08)
    if kind in FLAT or kind == "point":
        shear /= 2
    turn = rng.uniform(-0.08, 0.08)  # radians, small: sine is the angle, cosine 1
    if scale < 0.6:  # the map below takes single pixels: a thin line would fall between them
        source = Image.fromarray(ink).resize((max(round(w * scale), 2), max(round(h * scale), 2)))
        ink = np.asarray(source)
        across, scale = across * w / source.width, scale * h / source.height
        h, w = ink.shape
    wide = round(w * across + h * scale * abs(shear - turn)) + 2
    high = round(h * scale + w * across * abs(turn)) + 2
    # Corners of CELLS x CELLS parts of the result, from its middle, and where each comes from.
    y, x = np.mgrid[0 : CELLS + 1, 0 : CELLS + 1] / CELLS - 0.5
    off = rng.uniform(-WOBBLE, WOBBLE, (2, *x.shape)) * max(high, wide)
    x, y = x * wide + off[0], y * high + off[1]
    x, y = (x + (shear - turn) * y) / across + w / 2, (y + turn * x) / scale + h / 2
    drawn = Image.fromarray(ink).transform(
        (wide, high), Image.Transform.MESH, list(_mesh(wide, high, x, y)), Image.Resampling.BILINEAR
    )
    return _trim(drawn)


def _one_pen(inks: list[np.ndarray]) -> list[np.ndarray]:
    """Widen the strokes that are thinner than half of the symbols' strokes are.

    A line is written with one pen: none is a hairline beside a marker's strokes, and a point is at
    least as wide as the pen.
    """
    pens = [pen_width(ink > INK) for ink in inks]
    widened = []
    for ink, pen in zip(inks, pens, strict=True):
        wider = round(float(np.median(pens)) - pen)
        if wider > 0:
            ink = cv2.copyMakeBorder(ink, wider, wider, wider, wider, cv2.BORDER_CONSTANT, value=0)
            tip = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider + 1, wider + 1))
            ink = _trim(Image.fromarray(cv2.dilate(ink, tip)))
        widened.append(ink)
    return widened


def _trim(ink: Image.Image) -> np.ndarray:
    """The box of the ink, uint8."""
    return np.asarray(ink.crop(ink.point(IS_INK).getbbox()))


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


def _top(name: str, tall: int, height: int, rng: np.random.Generator) -> float:
    """Where a symbol begins below the top of the line's digits, in pixels."""
    if alphabet.kind(name) == "point":
        return height - tall + rng.uniform(-0.12, 0.12) * height
    if alphabet.kind(name) in FLAT:
        return (0.55 + rng.uniform(-0.15, 0.25)) * height - tall / 2
    return height - tall + rng.uniform(-0.08, 0.08) * height
