"""Pictures of single symbols → a line of them, as a hand might have written it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from handmath import framing

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
OPERATORS = ("plus", "minus", "times", "div")
CELLS = 3  # along each side of a symbol: its parts are bent each its own way
WOBBLE = 0.03  # of a symbol's longer side: how far its strokes are bent
ARCHIVE = 78  # pixels, usual height of a digit in the archive's pictures


@dataclass(frozen=True)
class Line:
    """A composed line.

    Attributes:
        labels: class names from left to right.
        owner: uint8 [height, width]; 0 where there is no ink, else 1 + the symbol's index.
        height: of its digits in pixels.
    """

    labels: tuple[str, ...]
    owner: np.ndarray
    height: int


def cut_out(grey: np.ndarray) -> np.ndarray | None:
    """The ink of one symbol's picture, cut to its box: uint8, 255 is ink; None without ink."""
    clean = framing.clean(grey)
    box = Image.fromarray(clean < framing.INK).getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    return 255 - clean[top:bottom, left:right]


def equation(rng: np.random.Generator, symbols: int) -> list[str]:
    """Class names of so many symbols: numbers, some with a decimal point, operators, equal signs."""
    numbers = max(1, round(symbols / rng.uniform(2.2, 4.2)))
    room = symbols - (numbers - 1)
    if room < numbers:
        numbers, room = 1, symbols
    ends = np.sort(rng.permutation(room - 1)[: numbers - 1]) + 1 if numbers > 1 else []
    lengths = np.diff([0, *ends, room])
    equals = int(rng.integers(numbers)) if rng.random() < 0.6 else -1
    names: list[str] = []
    for index, length in enumerate(lengths):
        if index:
            names.append("equal" if index == equals else str(rng.choice(OPERATORS)))
        digits = [DIGITS[i] for i in rng.integers(10, size=length)]
        if length >= 3 and rng.random() < 0.35:
            digits[int(rng.integers(1, length - 1))] = "decimal"
        names += digits
    return names


def line(names: list[str], pictures: list[np.ndarray], height: int, rng: np.random.Generator) -> Line:
    """Put symbols side by side: one hand's size, slant and spacing, each a little off.

    Args:
        names: classes, from left to right.
        pictures: of each symbol what `cut_out` gives.
        height: of a digit in pixels.
        rng: what is left to chance is drawn from it.
    """
    slant, stretch = rng.uniform(-0.25, 0.25), rng.uniform(0.85, 1.15)
    spread, drift = rng.uniform(0.0, 0.35), rng.uniform(-0.06, 0.06)
    operators = rng.uniform(0.0, 0.4)
    placed = []
    x = 0.0
    for name, picture in zip(names, pictures, strict=True):
        ink = _reshape(name, picture, height, slant, stretch, rng)
        gap = (spread + rng.uniform(-0.1, 0.12)) * height
        if name not in DIGITS and name != "decimal":
            gap += operators * height * rng.uniform(0.3, 1)
        x += gap if placed else 0
        y = _top(name, ink.shape[0], height, rng) + drift * x
        placed.append((ink, round(x), round(y)))
        x += ink.shape[1]
        if name not in DIGITS and name != "decimal":
            x += operators * height * rng.uniform(0.3, 1)
    pad = round(0.3 * height)
    up = min(y for _, _, y in placed) - pad
    over = min(x for _, x, _ in placed) - pad
    wide = max(x + ink.shape[1] for ink, x, _ in placed) - over + pad
    high = max(y + ink.shape[0] for ink, _, y in placed) - up + pad
    owner = np.zeros((high, wide), dtype=np.uint8)
    for number, (ink, x0, y0) in enumerate(placed, start=1):
        part = owner[y0 - up : y0 - up + ink.shape[0], x0 - over : x0 - over + ink.shape[1]]
        part[ink > 127] = number
    return Line(tuple(names), owner, height)


def _reshape(
    name: str, ink: np.ndarray, height: int, slant: float, stretch: float, rng: np.random.Generator
) -> np.ndarray:
    """Size, slant and turn one symbol; uint8, 255 is ink."""
    h, w = ink.shape
    scale = height / (h if name in DIGITS else ARCHIVE) * rng.uniform(0.85, 1.15)
    if name == "decimal":
        scale = height / ARCHIVE * rng.uniform(0.6, 1.1)
    elif name not in DIGITS:
        least = 0.3 if name == "minus" else 0.5
        scale = min(scale, rng.uniform(least, 1.1) * height / max(h, w))
    across = scale * stretch * rng.uniform(0.9, 1.1)
    shear = slant + rng.uniform(-0.08, 0.08)
    if name not in DIGITS:
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
    return np.asarray(drawn.crop(drawn.point(lambda ink: 255 * (ink > 127)).getbbox()))


def _mesh(
    wide: int, high: int, x: np.ndarray, y: np.ndarray
) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
    """Each cell's box, and its corners' places: upper left, lower left, lower right, upper right."""
    for i, j in np.ndindex(CELLS, CELLS):
        box = (wide * j // CELLS, high * i // CELLS, wide * (j + 1) // CELLS, high * (i + 1) // CELLS)
        corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
        yield box, tuple(float(v) for corner in corners for v in (x[corner], y[corner]))


def _top(name: str, tall: int, height: int, rng: np.random.Generator) -> float:
    """Where a symbol begins below the top of the line's digits, in pixels."""
    off = rng.uniform(-0.08, 0.08) * height
    if name in DIGITS:
        return height - tall + off
    if name == "decimal":
        return height - tall + rng.uniform(-0.12, 0.12) * height
    return (0.55 + rng.uniform(-0.15, 0.25)) * height - tall / 2
