"""An image file's bytes → its grey pixels."""

import io

from PIL import Image

# What Pillow raises on damaged files: a format's parser may fail in its own way.
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def decode(data: bytes) -> Image.Image:
    """Decode an image of any kind to mode L: uint8, 0 black to 255 white.

    Raises:
        UNREADABLE: Pillow cannot read it.
    """
    with Image.open(io.BytesIO(data)) as image:
        if image.format == "JPEG":
            image.draft("L", image.size)  # decodes the luminance alone; of grey pixels it is equal
        image.load()
        return image if image.mode == "L" else image.convert("RGB").convert("L")
