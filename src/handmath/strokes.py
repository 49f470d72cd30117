"""Hand-drawn math symbols made by code: a stand-in for scanned handwriting.

A glyph is a few pen strokes, each a list of control points in a box. A random writer picks a way to
write the symbol, shakes its points, bends, slants and sizes the box; a smooth curve goes through
the points, and a round pen follows it. Every coordinate is rounded to an integer before anything is
rasterised, so that a seed gives the same pixels on every machine.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

# A glyph is written "x,y x,y! x,y | x,y x,y": points in percent of its box (x to the right, y
# down), a bar between two strokes, an exclamation mark after a corner.
_DOTS = (
    "50,50 52,52",
    "40,40 60,40 60,60 40,60 45,40",
    "25,55 50,45 75,50",
    "20,60 45,40 80,35 70,60 40,65",
    "60,25 50,50 40,80",
    "30,20 50,50 70,80",
    "55,20 20,40 30,75 75,70 80,35 45,20",
    "30,30 65,30 65,60 40,85",
)
_RINGS = (
    "50,5 8,40 30,95 85,80 92,30 45,8",
    "60,10 10,25 15,80 70,95 90,50 60,20 30,25",
)
_BARS = (
    "0,50 50,49 100,50",
    "0,52 30,47 70,47 100,53",
    "0,47 40,52 100,48",
    "0,44 3,50! 50,50 100,49",
)
_DIAGONALS = (
    "5,85 50,50 90,12",
    "2,72 50,50 98,28",
    "5,30 50,50 95,68",
)
_GLYPHS = {
    "decimal": _DOTS + _RINGS,
    "div": _BARS + _DIAGONALS,  # its dots are added one by one
    "minus": _BARS,
    "eight": (
        "72,18 45,0 18,22 50,45 88,75 45,100 8,78 40,50 90,22",
        "20,5 42,32 58,75 45,100 30,80 48,45 88,2",
        "25,35 30,10 80,4 55,42 10,80 40,100 88,90 75,62 40,42 25,30",
        "78,10 40,0 15,20 45,42 100,85 60,98 8,90 35,55 75,25 70,8",
        "82,10 40,2 8,22 50,42 95,70 70,100 10,95 25,60 78,30 60,8",
        "80,30 75,2 30,6 20,26 60,48 80,80 40,100 12,80 40,56 72,34",
        "80,12 50,0 15,15 35,40 70,58 88,82 50,100 12,82 30,60 68,38 85,14",
        "50,1 15,18 50,48 90,78 50,100 10,78 50,48 85,18 48,1",
        "55,0 20,20 50,44 82,20 48,0 | 50,44 8,72 50,100 92,72 48,44",
        "85,10 45,0 10,15 50,46 92,80 45,100 5,82 45,52 100,0",
        "10,5 35,40 85,75 50,100 8,85 45,50 90,12 55,0 10,8",
        "15,8 40,40 68,75 50,100 25,85 45,50 95,0",
        "15,18 45,2 85,10 50,46 5,88 50,100 95,78 50,48 12,20",
        "75,14 45,2 28,18 50,40 78,22 60,4 40,48 8,80 45,100 80,80 42,46",
        "85,18 70,2 25,8 25,35 75,55 85,85 40,100 5,88 35,58 70,40",
    ),
    "equal": (
        "0,25 50,20 100,28 | 5,75 50,80 100,74",
        "0,15 40,-8 95,-12 | 5,110 50,92 100,85",
        "10,15 85,20 | 15,80 95,82",
        "0,0 50,-2 100,0 | 2,100 50,99 100,100",
        "0,6 50,-6 95,2 | 5,104 50,94 100,100",
        "0,-5 45,8 90,0 | 0,94 50,106 100,98",
        "0,-18 3,0! 50,5 90,-2 | 5,85 10,100! 50,102 100,96",
        "12,0 80,0 | 0,100 100,100",
        "0,-10 40,6 95,5 | 12,92 60,104 100,88",
        "5,0 90,-5 | 15,100 100,100",
    ),
    "five": (
        "35,10 28,45! 62,40 86,62 66,95 20,96 2,80 | 34,12 100,4",
        "30,5 25,38! 65,34 82,66 50,100 12,92 10,78 | 30,6 90,2",
        "30,0 24,48! 72,42 80,76 40,100 5,86 | 26,12 80,6",
        "28,3 22,42! 55,36 88,60 70,92 35,100 0,92 | 28,4 60,3 95,0",
        "95,0 30,3! 20,42! 60,38 90,65 60,97 5,94",
        "38,5 32,40 62,44 78,70 50,95 5,100 | 5,5 50,6 100,0",
        "30,8 24,46 66,42 72,74 35,94 0,98 | 30,10 65,6 100,2",
        "48,6 42,30 52,55 52,85 30,100 2,97 | 10,5 50,5 98,2",
        "34,0 26,46! 58,42 84,68 62,98 22,97 10,80 | 32,9 85,7",
        "45,4 34,38 78,48 68,90 25,92 10,50 | 8,8 100,3",
        "40,0 34,40 20,50! 55,40 75,65 60,96 12,96 5,84 | 38,8 70,8 92,4",
        "30,12 30,45 62,52 66,85 20,100 | 30,12 72,10",
    ),
    "four": (
        "15,30 8,62 50,62 95,58 | 62,0 56,50 55,100",
        "38,0 20,30 2,58! 50,60 98,57 | 68,15 64,60 58,100",
        "66,0 35,35 0,66! 50,66 100,64 | 66,0 64,50 62,100",
        "30,5 10,48 35,58 70,50 98,48 | 72,0 65,50 55,100",
        "28,10 10,42 40,58 85,35 72,3 55,35 48,100",
        "60,5 15,45 15,58 60,55 95,50 | 62,5 62,50 58,100",
        "55,22 15,60 20,68 100,58 | 56,20 54,100",
        "30,8 12,50 25,62 75,30! 65,60 58,100 | 55,55 95,54",
    ),
    "nine": (
        "80,15 45,0 8,25 35,48 85,20 88,5 70,60 40,100",
        "70,5 20,10 10,35 45,45 85,15! 60,60 35,100",
        "15,25 20,5 60,0 80,15 45,34 20,28 60,26 76,45 70,100",
        "82,16 60,0 15,15 15,42 45,50 75,30 82,8! 76,60 60,100",
        "85,14 50,0 10,16 22,38 62,36 88,10! 88,50 80,100",
        "85,10 45,0 10,20 35,40 75,28 88,8 92,45 75,82 40,100 10,94",
        "90,6 40,0 8,20 40,38 85,26 78,60 50,100",
        "85,6 30,4 12,26 50,38 88,45 80,75 45,100",
        "30,36 8,22 40,0 85,10 65,34 25,38! 80,30! 70,65 60,100",
        "78,8 35,2 8,32 30,52 70,35 84,5! 82,50 92,100",
        "80,5 40,0 5,28 20,52 60,45 82,12! 78,55 75,100",
        "75,10 40,0 20,15 35,32 72,22! 72,55 60,100",
        "60,30 20,34 20,8 60,0 85,20 80,60 65,100",
    ),
    "one": (
        "65,0 45,50 40,85 55,100",
        "50,0 50,50 50,100",
        "60,0 52,50 40,100",
        "25,14 52,0! 52,50 48,100",
        "40,0 68,30 60,65 40,100",
        "15,18 50,0! 50,100 | 5,100 95,99",
        "20,2 80,0 | 50,0 48,100 | 10,100 90,98",
        "45,0 50,50 52,100",
        "48,0 52,30 48,70 50,100",
    ),
    "plus": (
        "0,50 50,49 100,48 | 50,0 50,50 48,100",
        "0,45 50,46 100,42 | 52,0 50,50 48,100",
        "0,56 50,54 100,54 | 46,0 47,50 48,100",
        "40,100 46,50 52,4 75,10 85,30 50,48 5,50",
        "5,50 60,48 95,28 50,2! 48,50 44,100",
        "0,48 50,52 100,50 | 45,3 52,40 52,100",
    ),
    "seven": (
        "10,20 22,2 80,4 72,50 62,92 85,98",
        "5,6 50,3 92,0! 70,45 45,100",
        "5,10 45,0 85,8 80,45 62,100",
        "8,18 10,3! 50,4 92,2! 74,50 60,100",
        "5,6 50,4 90,0! 60,50 35,100 | 20,50 60,48 100,50",
        "8,4 80,3! 82,50 78,100",
        "15,12 35,0 68,6 70,40 60,100",
        "5,2 90,4! 60,40 50,100",
        "30,15 35,2 75,0 68,50 80,100",
    ),
    "six": (
        "70,0 35,22 10,65 30,97 75,92 85,62 50,50 12,72",
        "65,0 30,40 20,80 50,100 85,78 65,52 30,60 0,80",
        "85,5 45,5 8,45 20,90 65,100 90,70 60,52 40,62",
        "45,0 20,45 20,85 55,100 85,72 55,50 20,68",
        "80,0 25,30 15,75 45,100 80,75 75,35 45,30 15,55",
        "70,0 35,40 32,82 60,100 95,75 70,55 30,72 -20,82",
        "50,0 32,50 35,92 60,95 68,70 45,62 30,75",
        "55,0 40,60 60,100 90,65 40,62 0,68",
    ),
    "three": (
        "10,12 45,0 80,14 65,38 32,46! 80,56 85,82 45,100 2,92",
        "8,4 80,2! 40,42! 85,58 80,86 40,100 2,94",
        "15,10 50,0 82,16 60,42 45,48 75,58 88,80 50,98 5,100",
        "5,10 55,0 78,15 45,42 35,48 50,48 95,62 70,95 5,100",
        "20,3 58,12 66,30 52,42 80,62 72,85 20,100",
        "15,30 30,3 80,8 48,42! 90,58 60,100 12,88 5,65",
        "18,12 45,0 62,15 45,42 38,46! 95,55 70,90 0,100",
        "25,0 55,25 45,45 70,65 55,95 10,90",
    ),
    "times": (
        "5,5 50,50 100,100 | 92,0 50,50 0,97",
        "10,0 50,55 92,98 | 95,8 48,50 6,100",
        "2,10 50,55 95,85 100,40 92,2 50,50 5,98",
        "5,95 50,42 90,5 95,5 95,60! 50,35 2,8",
        "12,2 22,8 60,65 88,95 100,90 | 88,2 50,45 2,100",
        "8,4 45,50 80,100 | 92,0 50,50 10,96",
    ),
    "two": (
        "15,20 42,0 72,15 60,50 10,96! 50,95 98,93",
        "12,25 38,2 72,15 58,55 20,92 5,90 20,80 50,92 98,96",
        "10,8 50,0 68,20 50,60 15,98! 55,90 95,88",
        "15,4 75,3 70,30 8,95! 95,95",
        "20,22 38,2 52,15 42,60 22,95! 60,92 100,90",
        "15,15 35,0 50,20 38,65 15,92 30,96 100,92",
        "25,5 45,30 40,70 20,98! 98,92",
        "15,10 50,0 70,18 50,62 25,95 8,88 30,80 60,96 100,88",
    ),
    "zero": (
        "20,5 10,60 45,100 85,65 80,5",
        "50,20 5,45 40,80 95,60 80,25 45,22",
        "60,25 35,10 10,50 35,98 80,70 80,20 45,5 30,25",
        "25,15 10,60 40,100 85,80 92,25 70,2 55,12",
        "55,0 15,20 8,65 42,100 85,70 88,25 52,1",
        "42,5 10,40 20,90 60,97 90,50 72,8 35,2",
        "30,8 12,55 45,100 85,55 75,8 35,5 30,18",
        "60,3 25,15 20,75 50,100 78,70 70,20 45,6",
        "85,10 40,5 5,45 15,90 45,98 85,60 95,20 60,0",
        "45,18 30,8 12,60 40,100 80,70 88,20 55,2 30,12",
        "20,20 55,2 90,40 80,90 40,98 12,60 40,25",
        "55,12 15,30 15,80 60,95 92,55 75,10 40,0",
    ),
}

SYMBOLS: tuple[str, ...] = tuple(sorted(_GLYPHS))
"""The class names, in the order of their labels."""

# Usual width and height of a symbol, and of its centre below the middle of the image, in pixels.
_BOXES = {
    "decimal": (22, 22, 35),
    "div": (106, 74, 8),
    "eight": (52, 78, -3),
    "equal": (90, 42, 11),
    "five": (66, 78, 3),
    "four": (70, 84, 4),
    "minus": (78, 60, 0),
    "nine": (48, 88, -2),
    "one": (42, 76, 3),
    "plus": (94, 88, 3),
    "seven": (50, 80, -1),
    "six": (56, 78, 0),
    "three": (56, 78, 4),
    "times": (88, 84, 6),
    "two": (64, 68, 3),
    "zero": (52, 72, -1),
}

_SCALE = 4  # sub-pixels to a pixel, along each axis
_STEPS = 6  # straight pieces to a span of a curve


class _Knot(NamedTuple):
    """A control point, in fractions of the box; ``sharp`` at a corner and at both ends."""

    x: float
    y: float
    sharp: bool


_Stroke = list[_Knot]


def _parse(glyph: str) -> list[_Stroke]:
    """Read the strokes of a glyph in the notation of the tables."""
    strokes = []
    for text in glyph.split("|"):
        words = text.split()
        stroke = []
        for i, word in enumerate(words):
            x, y = word.rstrip("!").split(",")
            sharp = word.endswith("!") or i in (0, len(words) - 1)
            stroke.append(_Knot(int(x) / 100, int(y) / 100, sharp))
        strokes.append(stroke)
    return strokes


_STROKES = {symbol: [_parse(glyph) for glyph in glyphs] for symbol, glyphs in _GLYPHS.items()}
_SPECKS = [_parse(glyph)[0] for glyph in _DOTS]
_CIRCLES = [_parse(glyph)[0] for glyph in _RINGS]


@dataclass(frozen=True)
class _Writer:
    """How a hand distorts a glyph, in fractions of its box unless a unit is given."""

    width: float  # of the box, against the usual one
    height: float
    slant: float  # the top goes to the right
    tilt: float  # the right end goes down
    bend: float  # the middle goes to the right
    taper: float  # the bottom is wider than the top
    waist: float  # the middle goes down
    shake: float  # standard deviation of a control point
    stray: float  # standard deviation of the place, in pixels
    pen: int  # diameter in sub-pixels
    ink: int  # grey, 0 is black


def _random_writer(rng: np.random.Generator) -> _Writer:
    fine = rng.random() < 0.22
    size = (0.62 if fine else 1.0) * max(0.5, rng.normal(1.0, 0.14))
    stretch = max(0.7, rng.normal(1.0, 0.14))
    thin = rng.random() < (0.7 if fine else 0.15)
    thickness = (4.0 if thin else 8.0) * max(0.9, rng.normal(1.1, 0.15))
    return _Writer(
        width=size * stretch,
        height=size / stretch,
        slant=rng.normal(0.05, 0.15),
        tilt=rng.normal(0.0, 0.08),
        bend=rng.normal(0.0, 0.2),
        taper=rng.normal(0.0, 0.15),
        waist=rng.normal(0.0, 0.2),
        shake=rng.uniform(0.01, 0.05),
        stray=14.0 if fine else 9.0,
        pen=round(thickness * _SCALE),
        ink=int(rng.integers(32)),
    )


def _random_strokes(symbol: str, rng: np.random.Generator) -> list[_Stroke]:
    variants = _STROKES[symbol]
    strokes = variants[rng.integers(len(variants))]
    if symbol != "div":
        return strokes
    marks = _CIRCLES if rng.random() < 0.3 else _SPECKS
    size = rng.uniform(0.8, 1.3)
    for y in (0.08, 0.92):
        mark = marks[rng.integers(len(marks))]
        x = rng.normal(0.5, 0.06)
        dot = [
            _Knot(x + 0.2 * size * (k.x - 0.5), y + 0.28 * size * (k.y - 0.5), k.sharp)
            for k in mark
        ]
        strokes = [*strokes, dot]
    return strokes


def _distort(stroke: _Stroke, writer: _Writer, rng: np.random.Generator) -> _Stroke:
    """Bend ``stroke`` as ``writer`` does; the origin moves to the middle of the box."""
    shakes = rng.normal(0.0, writer.shake, (len(stroke), 2)).tolist()
    knots = []
    for knot, (dx, dy) in zip(stroke, shakes, strict=True):
        x, y = knot.x + dx - 0.5, knot.y + dy - 0.5
        arch = 0.25 - y * y
        across = x * (1.0 + writer.taper * y) - writer.slant * y + writer.bend * arch
        down = y + writer.tilt * x + writer.waist * arch
        knots.append(_Knot(writer.width * across, writer.height * down, knot.sharp))
    return knots


def _weights(t: float) -> tuple[float, float, float, float]:
    """Return the Catmull-Rom weights of the four points around a span, at 0 <= t <= 1."""
    u = 1.0 - t
    return (
        -0.5 * t * u * u,
        1.0 + t * t * (1.5 * t - 2.5),
        0.5 * t * (1.0 + t * (4.0 - 3.0 * t)),
        -0.5 * t * t * u,
    )


_WEIGHTS = [_weights((step + 1) / _STEPS) for step in range(_STEPS)]


def _curve(stroke: _Stroke) -> list[tuple[float, float]]:
    """Return points (x, y) along the smooth curve through ``stroke``."""
    points = [(stroke[0].x, stroke[0].y)]
    for i, (start, end) in enumerate(pairwise(stroke)):
        before = start if start.sharp else stroke[i - 1]
        after = end if end.sharp else stroke[i + 2]
        for a, b, c, d in _WEIGHTS:
            x = a * before.x + b * start.x + c * end.x + d * after.x
            y = a * before.y + b * start.y + c * end.y + d * after.y
            points.append((x, y))
    return points


def draw(symbol: str, rng: np.random.Generator) -> Image.Image:
    """Draw one image of ``symbol``, one of `SYMBOLS`, by a writer drawn from ``rng``.

    The image is RGB, 150 to 155 wide and 135 to 140 high: dark grey ink (0 to 31) on white (255).
    """
    writer = _random_writer(rng)
    width, height = int(rng.integers(150, 156)), int(rng.integers(135, 141))
    box_width, box_height, below = _BOXES[symbol]
    middle_x = width / 2 + rng.normal(4.0, writer.stray)
    middle_y = height / 2 + rng.normal(below, writer.stray)

    canvas = Image.new("L", (width * _SCALE, height * _SCALE), 255)
    pen = ImageDraw.Draw(canvas)
    radius = writer.pen // 2
    for stroke in _random_strokes(symbol, rng):
        path = [
            (
                round(_SCALE * (middle_x + box_width * x)),
                round(_SCALE * (middle_y + box_height * y)),
            )
            for x, y in _curve(_distort(stroke, writer, rng))
        ]
        pen.line(path, fill=writer.ink, width=writer.pen)
        for x, y in path:  # the round tip of the pen, which also fills the joints
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=writer.ink)
    if rng.random() < 0.06:  # a line of the squared paper
        y = _SCALE * (height - int(rng.integers(3, 7)))
        pen.rectangle((0, y, width * _SCALE, y + 2 * _SCALE - 1), fill=0)
    return canvas.reduce(_SCALE).convert("RGB")
