"""The ink of single symbols: cut out of their pictures, and how wide its strokes are."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from handmath.base.errors import InputError
from handmath.data import framing, image_file
from handmath.data.split import held_out

LONGEST = 160  # pixels, longer side of a symbol's ink; the notebook's are smaller

Pictures = dict[str, list[np.ndarray]]
"""By class the symbols' ink, cut to its box: uint8 [height, width], 255 is ink."""


def read(folder: Path, max_side: int) -> Pictures:
    """Read the images below `folder/<class>/`; what cannot be read or has no ink is left out.

    Raises:
        InputError: there is no ink at all.
    """
    found: Pictures = {}
    for label, _, picture in _images(folder, max_side):
        if picture is not None:
            found.setdefault(label, []).append(picture)
    if not found:
        raise InputError(f"{folder}: every image is blank or cannot be read")
    return found


def read_split(folder: Path, share: float, max_side: int) -> tuple[Pictures, Pictures]:
    """Read the images as `read` does: those to train on, and those that `preprocess` holds out.

    Raises:
        InputError: there are none to train on or to hold out.
    """
    images = list(_images(folder, max_side))
    labels, digests, pictures = zip(*images, strict=True) if images else ((), (), ())
    chosen = held_out(labels, digests, share)
    kept: Pictures = {}
    validation: Pictures = {}
    for label, digest, picture in zip(labels, digests, pictures, strict=True):
        if picture is not None:
            (validation if digest in chosen else kept).setdefault(label, []).append(picture)
    if not kept:
        raise InputError(f"{folder}: every image is blank or cannot be read")
    if not validation:
        raise InputError(
            f"{folder}: no validation images: every class has too few with ink; add images"
        )
    return kept, validation


def _images(folder: Path, max_side: int) -> Iterator[tuple[str, str, np.ndarray | None]]:
    """Of each image that can be read the class, the SHA-256 of its bytes, and its ink if any."""
    for path in sorted(folder.glob("*/*")):
        digest, grey = image_file.read(path, max_side)
        if not isinstance(grey, image_file.UnreadableError):  # which `preprocess` has counted
            ink = cut_out(np.asarray(grey))
            yield path.parent.name, digest, ink if ink is None else _shrunk(ink)


def cut_out(grey: np.ndarray) -> np.ndarray | None:
    """The ink in one symbol's picture, uint8 [height, width], as `Pictures` has it; or None."""
    clean = framing.clean(grey)
    box = Image.fromarray(clean < framing.INK).getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    return 255 - clean[top:bottom, left:right]


def _shrunk(ink: np.ndarray) -> np.ndarray:
    """Bring ink to `LONGEST` pixels: no line is written larger, and all of it is in memory."""
    scale = LONGEST / max(ink.shape)
    if scale >= 1:
        return ink
    high, wide = (max(round(side * scale), 1) for side in ink.shape)
    small = np.asarray(Image.fromarray(ink).resize((wide, high), Image.Resampling.BOX))
    shades: np.ndarray = np.rint(small * (255 / max(small.max(), 1)))  # a hairline stays ink
    return shades.astype(np.uint8)


def pen_width(mask: np.ndarray) -> float:
    """Width of the strokes of bool [height, width]: twice their area by their outline's length."""
    rows = mask[:-2] & mask[1:-1] & mask[2:]
    inside = rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]
    area = int(mask.sum())
    return 2 * area / max(area - int(inside.sum()), 1)
