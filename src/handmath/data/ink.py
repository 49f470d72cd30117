"""The ink of single symbols: cut out of their pictures, and how wide its strokes are."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from handmath.data import framing, image_file

Pictures = dict[str, list[np.ndarray]]
"""By class the symbols' ink, cut to its box: uint8 [height, width], 255 is ink."""


def read(folder: Path) -> Pictures:
    """Read the images below `folder/<class>/`; what cannot be read or has no ink is left out."""
    found: Pictures = {}
    for path in sorted(folder.glob("*/*")):
        try:
            picture = cut_out(np.asarray(image_file.decode(path.read_bytes())))
        except image_file.UNREADABLE:  # `preprocess` has counted it
            continue
        if picture is not None:
            found.setdefault(path.parent.name, []).append(picture)
    return found


def cut_out(grey: np.ndarray) -> np.ndarray | None:
    """The ink in one symbol's picture, uint8 [height, width], as `Pictures` has it; or None."""
    clean = framing.clean(grey)
    box = Image.fromarray(clean < framing.INK).getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    return 255 - clean[top:bottom, left:right]


def pen_width(mask: np.ndarray) -> float:
    """Width of the strokes in pixels: twice their area by the length of their outline."""
    inside = cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0)
    area = int(mask.sum())
    return 2 * area / max(area - int(inside.sum()), 1)
