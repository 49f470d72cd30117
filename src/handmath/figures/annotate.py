"""A reading, drawn into its picture."""

from pathlib import Path
from statistics import median
from typing import Literal

from PIL import Image, ImageDraw, ImageFont, ImageOps

from handmath.data import image_file, typography
from handmath.data.tree import Expression
from handmath.reading.result import Reading, Symbol
from handmath.reading.thresholds import THRESHOLDS

Place = Literal["row", "sup", "sub", "fraction", "root"]
# Legible within a white outline, and told apart also by those who see no red, no green or no blue.
COLOURS: dict[Place, str] = {
    "row": "#1d4ed8", "sup": "#d946a6", "sub": "#15803d", "fraction": "#0b99cf", "root": "#000000",
}  # fmt: skip
"""Where a symbol stands → the colour of its box."""
ORANGE, GREY = "#c2410c", "#71717a"  # a symbol that is unsure, and what was left out
# Pillow's own font lacks these: strokes in a box from -1 to 1.
SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "×": [[(-0.8, -0.8), (0.8, 0.8)], [(-0.8, 0.8), (0.8, -0.8)]],
    "÷": [[(-1, 0), (1, 0)], [(0, -0.9), (0, -0.6)], [(0, 0.6), (0, 0.9)]],
}


def annotate(image: str | Path | Image.Image, reading: Reading) -> Image.Image:
    """Draw a box round each symbol, and above it what it was read as.

    The colour says where it stands, as `COLOURS` has it, or orange that it is unsure. What was left
    out is boxed in grey.

    Args:
        image: what was read.
        reading: what was read in it.

    Returns:
        A new picture in RGB, upright, on white where the other is transparent.
    """
    picture = image if isinstance(image, Image.Image) else Image.open(image)
    drawn = Image.new("RGB", reading.size, "white")
    if picture.mode[0] in "IF":  # deep: Pillow would cut all above 255 to white
        rgba = image_file.grey(picture).grey.convert("RGBA")
    else:
        rgba = ImageOps.exif_transpose(picture).convert("RGBA")
    drawn.paste(rgba, mask=rgba)
    pen = ImageDraw.Draw(drawn)
    width = max(1, round(max(drawn.size) / 400))
    height = median(symbol.box[3] - symbol.box[1] for symbol in reading.symbols)
    size = max(12, round(0.4 * height))
    for left, top, right, bottom in reading.left_out:
        box = (left - width, top - width, right + width, bottom + width)
        pen.rectangle(box, outline=GREY, width=width)
    for symbol, place in zip(reading.symbols, places(reading.tree), strict=True):
        left, top, right, bottom = symbol.box
        sure = symbol.confidence >= THRESHOLDS.min_confidence
        colour = COLOURS[place] if sure else ORANGE
        box = (left - width, top - width, right + width, bottom + width)
        pen.rectangle(box, outline=colour, width=width)
        baseline = max(top - 3 * width, size)
        _caption(pen, symbol, ((left + right) / 2, baseline), size, width, colour)
    return drawn


def places(expression: Expression) -> list[Place]:
    """Where each symbol stands: the place of its row, which its first symbol tells."""
    found: list[Place] = ["row" for _ in expression.labels]
    for row in expression.rows():
        place = _place(expression, row[0])
        for index in row:
            found[index] = place
    return found


def _place(expression: Expression, first: int) -> Place:
    """The place of a row; limits are scripts, the index of a root belongs to it."""
    parent, relation = expression.links[first]
    if relation in {"above", "below"}:
        stands = typography.class_of(expression.labels[parent])
        if stands == "minus":
            return "fraction"
        if stands == "root":
            return "root"
    scripts: dict[str, Place] = {"sup": "sup", "above": "sup", "sub": "sub", "below": "sub"}
    return "root" if relation == "inside" else scripts.get(relation, "row")


def _caption(
    pen: ImageDraw.ImageDraw,
    symbol: Symbol,
    place: tuple[float, float],
    size: int,
    width: int,
    colour: str,
) -> None:
    """Write what a symbol was read as, outlined in white, the middle of its baseline at a place."""
    x, y = place
    if symbol.character in SIGNS:
        radius = size / 4
        strokes = [
            [(x + radius * dx, y - size / 3 + radius * dy) for dx, dy in stroke]
            for stroke in SIGNS[symbol.character]
        ]
        thick = max(2, size // 9)
        for shade, wide in (("white", thick + 2 * width), (colour, thick)):
            for stroke in strokes:
                pen.line(stroke, fill=shade, width=wide)
        return
    pen.text(
        place,
        symbol.character if symbol.character.isascii() else symbol.latex,
        fill=colour,
        font=ImageFont.load_default(size),
        anchor="ms",  # middle of the baseline
        stroke_width=width,
        stroke_fill="white",
    )
