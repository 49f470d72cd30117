"""Lines in handwriting fonts, which the reader has never learned from, to score it on.

    sudo apt-get install fonts-breip fonts-comic-neue fonts-dkg-handwriting fonts-kiloji \
        fonts-klee fonts-kristi fonts-nanum-extra fonts-seto fonts-sjfonts
    python benchmarks/fonts.py my_fonts
    handmath score my_fonts

A font repeats each symbol to the pixel, which no hand does. The paper is plain or ruled.
"""

import csv
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

from handmath.data import alphabet
from handmath.drawing import equations
from handmath.drawing.glyphs import SYMBOLS

# Debian's fonts that look handwritten, as with one pen, and have every symbol.
FONTS = (
    "Breip.ttf", "ComicNeue-Regular.otf", "Delphine.ttf", "dkg.ttf", "kiloji.ttf",
    "KleeOne-Regular.ttf", "Kristi.ttf", "NanumBarunpenR.ttf", "NanumBrush.ttf", "NanumPen.ttf",
    "setofont.ttf", "SteveHand.ttf",
)  # fmt: skip
SIZES = (50, 110)  # pixels, of a font
MARGIN = 30  # pixels
RULES = (40, 120)  # pixels between two lines of ruled paper


def main(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; it is created.")],
    lines: Annotated[int, typer.Option(help="Lines in each font.")] = 24,
    seed: int = 7,
) -> None:
    """Write lines in every font that is installed, and FOLDER/labels.csv, for `handmath score`."""
    found = {Path(path).name: path for path in font_manager.findSystemFonts()}
    if missing := [name for name in FONTS if name not in found]:
        typer.echo(f"not installed: {', '.join(missing)}", err=True)
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "text", "source"])
        for name in FONTS:
            if name not in found:
                continue
            for number in range(lines):
                text, picture = line(found[name], rng)
                file_name = f"{Path(name).stem}_{number:02}.png"
                picture.save(folder / file_name)
                table.writerow([file_name, text, Path(name).stem])


def line(font: str, rng: np.random.Generator) -> tuple[str, Image.Image]:
    """A line of 3 to 12 symbols in the font of a file: what it says, and its photograph."""
    names = equations.equation(SYMBOLS, equations.any_length(rng), rng)
    text = "".join(map(alphabet.character, names))
    face = ImageFont.truetype(font, int(rng.integers(*SIZES)))
    left, top, right, bottom = map(round, face.getbbox(text))
    canvas = Image.new("L", (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN), 0)
    ImageDraw.Draw(canvas).text((MARGIN - left, MARGIN - top), text, fill=255, font=face)
    return text, Image.fromarray(photograph(np.asarray(canvas) > 128, rng))


def photograph(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Photograph a line: paper or a blackboard, its grain, uneven light, a shadow, ruled lines.

    Not as the stage `lines` does, whose pictures vary more and more: this must not change, or the
    published scores of the fonts are of other pictures.

    Args:
        ink: bool [height, width].
        rng: what is left to chance is drawn from it.

    Returns:
        Uint8 of the same shape.
    """
    height, width = ink.shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    corners = rng.uniform(0.6, 1.0, (2, 2))
    light = (1 - y) * ((1 - x) * corners[0, 0] + x * corners[0, 1])
    light += y * ((1 - x) * corners[1, 0] + x * corners[1, 1])
    if rng.random() < 0.3:  # a shadow, with a soft edge
        inside = (x + rng.uniform(-0.5, 0.5) * y - rng.uniform(0.2, 0.8)) / rng.uniform(0.05, 0.2)
        light *= 1 - rng.uniform(0.1, 0.35) * np.clip(inside, 0, 1)

    board = rng.random() < 0.1
    ground = np.full(ink.shape, 0.2 if board else 1.0)
    if not board and rng.random() < 0.2:
        apart = int(rng.integers(*RULES))
        ground[int(rng.integers(apart)) :: apart] *= rng.uniform(0.75, 0.9)
    pen = rng.uniform(0.75, 1.0) if board else rng.uniform(0.05, 0.5)
    cover = cv2.GaussianBlur(np.where(ink, np.uint8(255), np.uint8(0)), (3, 3), 0) / 255
    noise = int(rng.integers(1, 7))
    seen = 255 * light * (ground + (pen - ground) * cover)
    seen += rng.integers(-noise, noise + 1, ink.shape)
    grey: np.ndarray = np.clip(seen, 0, 255).astype(np.uint8)
    return grey


if __name__ == "__main__":
    typer.run(main)
