"""A reading, drawn into its picture."""

from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw, ImageFont, ImageOps

from handmath.reading.reader import Reading
from handmath.reading.thresholds import THRESHOLDS

# Legible on light and on dark paper, within a white outline.
BLUE, ORANGE, GREY = "#1d4ed8", "#c2410c", "#71717a"


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
    letters = font(max(12, round(0.4 * height)))
    for left, top, right, bottom in reading.left_out:
        box = (left - width, top - width, right + width, bottom + width)
        pen.rectangle(box, outline=GREY, width=width)
    for symbol in reading.symbols:
        left, top, right, bottom = symbol.box
        colour = BLUE if symbol.confidence >= THRESHOLDS.min_confidence else ORANGE
        box = (left - width, top - width, right + width, bottom + width)
        pen.rectangle(box, outline=colour, width=width)
        pen.text(
            ((left + right) / 2, max(top - 3 * width, letters.size)),
            symbol.character,
            fill=colour,
            font=letters,
            anchor="ms",  # middle of the baseline
            stroke_width=width,
            stroke_fill="white",
        )
    return drawn


def font(size: int) -> ImageFont.FreeTypeFont:
    """Matplotlib's own font, for Pillow's has no × and ÷."""
    import matplotlib  # here, for it takes 0.3 s and only a drawing needs it

    path = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans-Bold.ttf"
    return ImageFont.truetype(path, size)
