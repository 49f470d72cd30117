"""An image file's bytes → its grey pixels, the same for whoever reads it.

Files are untrusted: a decoder that fails, in whatever way, has met a file that cannot be read.
"""

import hashlib
import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from handmath.base.errors import InputError, printable, reason

# What is tried, whatever a file is called: formats of pictures whose decoders are well kept. Of the
# others one starts a program (EPS), and few see a fuzzer.
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
MAX_BYTES = 64 * 2**20  # of a file of one symbol: four times as many as any pixels need

# EXIF's orientations: what turns the pixels the right way up.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# White of deep pixels: of 16 bits the largest; else the least of these that no pixel exceeds.
WHITES = {"I": (255, 65535, 2**31 - 1), "F": (1, 255, 65535)}


class UnreadableError(Exception):
    """A picture that cannot be read; the message completes "it …", such as "is no image"."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class Picture(NamedTuple):
    """A picture as it is displayed: mode L, 0 black to 255 white; its size before any shrinking."""

    grey: Image.Image
    size: tuple[int, int]


def read(path: Path, max_side: int) -> tuple[str, Image.Image | UnreadableError]:
    """Read the file of one symbol.

    Returns:
        SHA-256 of its bytes, and the picture as `decode` has it, or why it cannot be read.

    Raises:
        InputError: there is no file, or it may not be opened.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            if file.tell() > MAX_BYTES:
                return digest, UnreadableError(f"has more than {MAX_BYTES // 2**20} MB")
            file.seek(0)
            data = file.read()
    except OSError as error:
        raise InputError(f"{path} cannot be opened ({reason(error)})") from None
    try:
        return digest, decode(data, max_side)
    except UnreadableError as error:
        return digest, error.with_traceback(None)  # which would keep the picture in memory


def decode(data: bytes, max_side: float = math.inf) -> Image.Image:
    """Decode the picture of one symbol to mode L, as `grey` does.

    Raises:
        UnreadableError: it is no image, damaged, or longer or higher than `max_side` pixels: what
            is made of it grows with the square of its longer side, so a file of a few bytes could
            take all memory.
    """
    image = open_image(data)
    if max(image.size) > max_side:
        width, height = image.size
        raise UnreadableError(f"has {width} x {height} pixels, a side more than {max_side:,}")
    return grey(image, draft=image.size).grey  # of grey pixels the luminance alone is equal


def open_image(data: bytes) -> Image.Image:
    """Read an image's size and kind, not yet its pixels.

    Raises:
        UnreadableError: it is no image, damaged, or too large for Pillow to read it safely.
    """
    with _decoding():
        return Image.open(io.BytesIO(data), formats=FORMATS)


def grey(image: Image.Image, draft: tuple[int, int] | None = None) -> Picture:
    """Bring an image of any mode to grey, the right way up.

    What is transparent is white, 16 bits become 8, and of an animation this is the first picture.

    Args:
        image: any; one that has not been read yet is read.
        draft: of a JPEG that has not been read yet only the luminance is decoded, and at once to a
            half, a quarter or an eighth if that is as wide and as high as this.

    Raises:
        UnreadableError: it is damaged.
    """
    with _decoding():
        size = image.size
        if 0 in size:
            raise UnreadableError("has no pixels")
        if draft:
            image.draft("L", draft)
        image.load()
        orientation = _orientation(image)
        shades = _flat(image)
    if orientation in UPRIGHT:
        shades = shades.transpose(UPRIGHT[orientation])
    return Picture(shades, size[::-1] if 5 <= orientation <= 8 else size)


def pixels_id(grey: Image.Image) -> str:
    """SHA-256 of size and grey pixels: equal for what are copies of one picture in any format."""
    return hashlib.sha256(f"{grey.width}x{grey.height}".encode() + grey.tobytes()).hexdigest()


def _flat(image: Image.Image) -> Image.Image:
    """Any mode → L, on white."""
    if image.mode == "L" and not image.has_transparency_data:
        return image
    if image.mode.startswith("I;16"):
        return _from_deep(image, (65535,))
    if image.mode in WHITES:
        return _from_deep(image, WHITES[image.mode])
    if image.mode == "LAB":
        return image.getchannel("L")
    if image.has_transparency_data:
        straight = {"La": "LA", "RGBa": "RGBA"}.get(image.mode, image.mode)
        for mode in (straight, "RGBA"):
            image = image if image.mode == mode else image.convert(mode)
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("L")
    return image.convert("RGB").convert("L")


def _from_deep(image: Image.Image, whites: tuple[int, ...]) -> Image.Image:
    """Pixels of 16 bits and more, or floats: 0 is black, the first that none exceeds is white."""
    deep = np.asarray(image)
    if not np.isfinite(deep).all():
        raise UnreadableError("has pixels that are no numbers")
    white = next((white for white in whites if deep.max() <= white), whites[-1])
    shades = np.empty(deep.shape, dtype=np.uint8)
    for row, of_row in zip(deep, shades, strict=True):  # a row: floats of them all are eight times
        of_row[:] = np.rint(row.clip(0, white) / white * 255)  # the pixels
    if "transparency" in image.info:  # one value of grey
        shades[deep == image.info["transparency"]] = 255
    return Image.fromarray(shades)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # a damaged EXIF says nothing; the pixels may be whole
        return 1


@contextmanager
def _decoding() -> Iterator[None]:
    """Turn what a decoder raises into an `UnreadableError`, and leave out what it warns of."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UnreadableError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableError("has too many pixels to be read safely; make it smaller") from None
    except UnidentifiedImageError:
        raise UnreadableError("is no image of a known kind") from None
    except Exception as error:  # OSError as a rule, but a format's parser fails in its own way
        raise UnreadableError(f"is a damaged or cut-off image ({reason(error)})") from None
