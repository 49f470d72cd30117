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

from handmath.drawing import glyphs

SCALE = 4  # sub-pixels to a pixel, along each axis
_STEPS = 6  # straight pieces to a span of a curve


class Knot(NamedTuple):
    """A control point, in fractions of the box; ``sharp`` at a corner and at both ends."""

    x: float
    y: float
    sharp: bool


Stroke = list[Knot]


def parse(glyph: str) -> list[Stroke]:
    """Read the strokes of a glyph in the notation of the tables."""
    strokes = []
    for text in glyph.split("|"):
        words = text.split()
        stroke = []
        for i, word in enumerate(words):
            x, y = word.rstrip("!").split(",")
            sharp = word.endswith("!") or i in (0, len(words) - 1)
            stroke.append(Knot(int(x) / 100, int(y) / 100, sharp))
        strokes.append(stroke)
    return strokes


STROKES = {symbol: [parse(glyph) for glyph in of] for symbol, of in glyphs.GLYPHS.items()}
STROKES_ELSEWHERE = {
    symbol: [parse(glyph) for glyph in of] for symbol, of in glyphs.GLYPHS_ELSEWHERE.items()
}
_SPECKS = [parse(glyph)[0] for glyph in glyphs.DOTS]
_CIRCLES = [parse(glyph)[0] for glyph in glyphs.RINGS]


@dataclass(frozen=True)
class Writer:
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


def _random_writer(rng: np.random.Generator) -> Writer:
    fine = rng.random() < 0.22
    size = (0.62 if fine else 1.0) * max(0.5, rng.normal(1.0, 0.14))
    stretch = max(0.7, rng.normal(1.0, 0.14))
    thin = rng.random() < (0.7 if fine else 0.15)
    thickness = (4.0 if thin else 8.0) * max(0.9, rng.normal(1.1, 0.15))
    return Writer(
        width=size * stretch,
        height=size / stretch,
        slant=rng.normal(0.05, 0.15),
        tilt=rng.normal(0.0, 0.08),
        bend=rng.normal(0.0, 0.2),
        taper=rng.normal(0.0, 0.15),
        waist=rng.normal(0.0, 0.2),
        shake=rng.uniform(0.01, 0.05),
        stray=14.0 if fine else 9.0,
        pen=round(thickness * SCALE),
        ink=int(rng.integers(32)),
    )


def ways(symbol: str) -> int:
    """How many ways there are to write a symbol."""
    return len(STROKES[symbol]) + len(STROKES_ELSEWHERE.get(symbol, []))


def strokes_of(symbol: str, way: int, rng: np.random.Generator) -> list[Stroke]:
    """One way to write a symbol: of the archive's, then of those that it lacks."""
    usual = STROKES[symbol]
    if way >= len(usual):
        return STROKES_ELSEWHERE[symbol][way - len(usual)]
    strokes = usual[way]
    if symbol != "div":
        return strokes
    marks = _CIRCLES if rng.random() < 0.3 else _SPECKS
    size = rng.uniform(0.8, 1.3)
    for y in (0.08, 0.92):
        mark = marks[rng.integers(len(marks))]
        x = rng.normal(0.5, 0.06)
        dot = [
            Knot(x + 0.2 * size * (k.x - 0.5), y + 0.28 * size * (k.y - 0.5), k.sharp) for k in mark
        ]
        strokes = [*strokes, dot]
    return strokes


def distort(stroke: Stroke, writer: Writer, rng: np.random.Generator) -> Stroke:
    """Bend ``stroke`` as ``writer`` does; the origin moves to the middle of the box."""
    shakes = rng.normal(0.0, writer.shake, (len(stroke), 2)).tolist()
    knots = []
    for knot, (dx, dy) in zip(stroke, shakes, strict=True):
        x, y = knot.x + dx - 0.5, knot.y + dy - 0.5
        arch = 0.25 - y * y
        across = x * (1.0 + writer.taper * y) - writer.slant * y + writer.bend * arch
        down = y + writer.tilt * x + writer.waist * arch
        knots.append(Knot(writer.width * across, writer.height * down, knot.sharp))
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


def curve(stroke: Stroke) -> list[tuple[float, float]]:
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


def follow(canvas: ImageDraw.ImageDraw, path: list[tuple[int, int]], width: int, ink: int) -> None:
    """Draw along a path with a round pen of a width in the canvas's pixels, in a shade."""
    radius = width // 2
    canvas.line(path, fill=ink, width=width)
    for x, y in path:  # the round tip of the pen, which also fills the joints
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def draw(symbol: str, rng: np.random.Generator) -> Image.Image:
    """Draw one image of ``symbol``, one of `SYMBOLS`, by a writer drawn from ``rng``.

    The image is RGB, 150 to 155 wide and 135 to 140 high: dark grey ink (0 to 31) on white
    (255).
    """
    writer = _random_writer(rng)
    width, height = int(rng.integers(150, 156)), int(rng.integers(135, 141))
    box_width, box_height, below = glyphs.BOXES[symbol]
    middle_x = width / 2 + rng.normal(4.0, writer.stray)
    middle_y = height / 2 + rng.normal(below, writer.stray)

    canvas = Image.new("L", (width * SCALE, height * SCALE), 255)
    pen = ImageDraw.Draw(canvas)
    for stroke in strokes_of(symbol, int(rng.integers(len(STROKES[symbol]))), rng):
        path = [
            (
                round(SCALE * (middle_x + box_width * x)),
                round(SCALE * (middle_y + box_height * y)),
            )
            for x, y in curve(distort(stroke, writer, rng))
        ]
        follow(pen, path, writer.pen, writer.ink)
    if rng.random() < 0.06:  # a line of the squared paper
        y = SCALE * (height - int(rng.integers(3, 7)))
        pen.rectangle((0, y, width * SCALE, y + 2 * SCALE - 1), fill=0)
    return canvas.reduce(SCALE).convert("RGB")
