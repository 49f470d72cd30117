"""Pictures of single symbols → a line of them, as a hand might have written it."""

from dataclasses import dataclass

import numpy as np

from handmath.data import alphabet
from handmath.data.ink import Pictures
from handmath.drawing import shapes

WIDEST = 12  # digits' heights: so wide is a symbol at most, though it were less high than a digit
FLAT = {"operator", "relation"}  # kinds that are less tall than a digit
OVERLAP = 0.08  # of a digit's height: so far symbols that touch run into each other
NESTED = 0.15  # of a digit's height: so far a symbol's box reaches into the one before


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
    for name, ink in zip(names, shapes.one_pen(inks), strict=True):
        apart = alphabet.kind(name) in FLAT
        aside = room * height * rng.uniform(0.3, 1) if apart else 0.0
        x += aside
        y = round(_top(name, len(ink), height, rng) + drift * x)
        if touching and placed and rng.random() < touching:
            before, _, other = placed[-1]
            contact = shapes.contact(*placed[-1], y, ink, x) - rng.uniform(0, OVERLAP) * height
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
        owner[y0:y1, x0:x1][ink > shapes.INK] = number
    return Line(tuple(names), tuple(boxes), owner)


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
    return shapes.bent(ink, across, scale, shear, turn, rng)


def _top(name: str, tall: int, height: int, rng: np.random.Generator) -> float:
    """Where a symbol begins below the top of the line's digits, in pixels."""
    if alphabet.kind(name) == "point":
        return height - tall + rng.uniform(-0.12, 0.12) * height
    if alphabet.kind(name) in FLAT:
        return (0.55 + rng.uniform(-0.15, 0.25)) * height - tall / 2
    return height - tall + rng.uniform(-0.08, 0.08) * height
