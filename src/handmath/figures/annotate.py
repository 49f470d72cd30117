"""A reading, drawn into its picture."""

from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw, ImageFont, ImageOps

from handmath.reading.result import Reading, Symbol
from handmath.reading.thresholds import THRESHOLDS

# Legible on light and on dark paper, within a white outline.
BLUE, ORANGE, GREY = "#1d4ed8", "#c2410c", "#71717a"
# Pillow's own font lacks these: strokes in a box from -1 to 1.
SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "×": [[(-0.8, -0.8), (0.8, 0.8)], [(-0.8, 0.8), (0.8, -0.8)]],
    "÷": [[(-1, 0), (1, 0)], [(0, -0.9), (0, -0.6)], [(0, 0.6), (0, 0.9)]],
}


def annotate(image: str | Path | Image.Image, reading: Reading) -> Image.Image:
    """Draw a box round each symbol, and above it what it was read as; orange if unsure, else blue.

    What was left out is boxed in grey.

    Args:
        image: what was read.
        reading: what was read in it.

    Returns:
        A new picture in RGB, upright, on white where the other is transparent.
    """
    picture = image if isinstance(image, Image.Image) else Image.open(image)
    drawn = Image.new("RGB", reading.size, "white")
    rgba = ImageOps.exif_transpose(picture).convert("RGBA")
    drawn.paste(rgba, mask=rgba)
    pen = ImageDraw.Draw(drawn)
    width = max(1, round(max(drawn.size) / 400))
    height = median(symbol.box[3] - symbol.box[1] for symbol in reading.symbols)
    size = max(12, round(0.4 * height))
    for left, top, right, bottom in reading.left_out:
        box = (left - width, top - width, right + width, bottom + width)
        pen.rectangle(box, outline=GREY, width=width)
    for symbol in reading.symbols:
        left, top, right, bottom = symbol.box
        colour = BLUE if symbol.confidence >= THRESHOLDS.min_confidence else ORANGE
        box = (left - width, top - width, right + width, bottom + width)
        pen.rectangle(box, outline=colour, width=width)
        baseline = max(top - 3 * width, size)
        _caption(pen, symbol, ((left + right) / 2, baseline), size, width, colour)
    return drawn


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
