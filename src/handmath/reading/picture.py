"""A picture to be read: opened, in grey, and its ink."""

from pathlib import Path

import numpy as np
from PIL import Image

from handmath.base.errors import InputError, reason
from handmath.data import image_file, mask
from handmath.reading import segment
from handmath.reading.binarize import binarize, binarize_both
from handmath.reading.thresholds import THRESHOLDS

LARGEST_FILE = 200 << 20  # bytes, of a picture; those of cameras are smaller
Source = str | Path | Image.Image | np.ndarray
"""A file; or a picture of any mode; or uint8 [height, width] or [height, width, 3 or 4]."""


def inks_of(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ink of a picture, uint8 [height, width]: bool, enlarged where the writing is small.

    Strokes of a pixel's width are told from paper by their shades, which enlarging keeps.

    Returns:
        That of a line, and that of an expression, which may have fraction bars: one array, if there
        is no long line.
    """
    line, expression = binarize_both(grey)
    larger = _enlarged(grey, line)
    if expression is line:
        return (line, line) if larger is None else binarize_both(larger)
    if larger is not None:
        line = binarize(larger)
    larger = _enlarged(grey, expression)
    return line, expression if larger is None else binarize(larger, bars=True)


def _enlarged(grey: np.ndarray, ink: np.ndarray) -> np.ndarray | None:
    """A picture with larger writing, by its ink; None where that is large enough."""
    sizes = mask.connected_components(ink).sizes
    if not len(sizes) or (height := segment.line_height(sizes)) >= THRESHOLDS.small:
        return None
    factor = min(THRESHOLDS.enlarged / height, THRESHOLDS.longest_side / max(grey.shape))
    high, wide = (round(side * factor) for side in grey.shape)
    return np.asarray(Image.fromarray(grey).resize((wide, high)))


def name_of(image: object) -> str:
    """What messages call a picture."""
    return str(image) if isinstance(image, str | Path) else "the picture"


def load(image: Source, name: str) -> tuple[np.ndarray, tuple[int, int]]:
    """Open a picture.

    Returns:
        Uint8 [height, width], no side longer than `longest_side`, the right way up and on white
        where it is transparent; width and height of the picture as it is displayed.

    Raises:
        InputError: it is missing, no image, damaged or huge.
    """
    try:
        if isinstance(image, Image.Image):
            picture = image_file.grey(image)
        elif isinstance(image, np.ndarray):
            picture = image_file.grey(_from_array(image, name))
        else:
            file = image_file.open_image(_bytes(Path(image), name))
            picture = image_file.grey(file, draft=(THRESHOLDS.longest_side,) * 2)
    except FileNotFoundError:
        raise InputError(f"{name} is missing") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read ({reason(error)})") from None
    except image_file.UnreadableError as error:
        raise InputError(f"{name} {error}") from None
    grey = picture.grey.copy()  # or it may be the picture that was given
    grey.thumbnail((THRESHOLDS.longest_side,) * 2, Image.Resampling.BOX)
    return np.asarray(grey), picture.size


def _from_array(image: np.ndarray, name: str) -> Image.Image:
    if image.dtype != np.uint8 or not (image.ndim == 2 or image.shape[2:] in {(3,), (4,)}):
        raise InputError(
            f"{name} is an array of {image.dtype}, shape {list(image.shape)}; "
            "give uint8 [height, width] or [height, width, 3 or 4]"
        )
    if not image.size:
        raise InputError(
            f"{name} has no pixels; give uint8 [height, width] or [height, width, 3 or 4]"
        )
    return Image.fromarray(image)


def _bytes(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)  # not all of it: a device may have no end
    if len(data) > LARGEST_FILE:
        raise InputError(f"{name} is larger than {LARGEST_FILE >> 20} MB; make it smaller")
    return data
