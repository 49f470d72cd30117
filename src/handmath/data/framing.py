"""Where the symbol is in its picture: ink that is not its own taken out, a square cut around it."""

import numpy as np
from PIL import Image

from handmath.data import mask

INK = 128  # ink is darker than this
LINE = 0.9  # a line of the paper darkens more than this share of a row or column
EDGE = 16  # pixels from the edge within which such a row or column is a line of the paper …
EDGE_SHARE = 1 / 8  # … but in a small picture no more than this share of its side
HALO = 2  # pixels around what is taken out that its blur and JPEG's ripples reach
SMALL = 0.25  # a neighbour's ink is less than this share of the largest piece


def clean(grey: np.ndarray) -> np.ndarray:
    """Whiten lines of squared paper and bits of neighbouring symbols; uint8 [height, width]."""
    return without_neighbours(without_lines(grey))


def without_lines(grey: np.ndarray) -> np.ndarray:
    """Whiten rows and columns near the edge of uint8 [height, width] that are nearly all ink.

    A minus or a stroke of a plus may be as long, but not so near the edge.
    """
    grey = grey.copy()
    for rows in (grey, grey.T):
        lines = (rows < INK).mean(axis=1) > LINE
        edge = max(min(EDGE, int(EDGE_SHARE * len(rows))), 1)
        lines[edge:-edge] = False
        for index in np.flatnonzero(lines):
            rows[max(index - HALO, 0) : index + HALO + 1] = 255
    return grey


def without_neighbours(grey: np.ndarray) -> np.ndarray:
    """Whiten the pieces of ink in uint8 [height, width] that touch the border and are small.

    The largest piece stays, wherever it is.
    """
    ink = grey < INK
    if not (ink[[0, -1]].any() or ink[:, [0, -1]].any()):
        return grey
    pieces = mask.label(ink)
    areas = np.bincount(pieces[ink])
    touching = np.unique(np.concatenate([*pieces[[0, -1]], *pieces[:, [0, -1]].T]))
    small = touching[(touching > 0) & (areas[touching] < SMALL * areas.max())]
    if not small.size:
        return grey
    halo = np.isin(pieces, small)
    for _ in range(HALO):
        halo = mask.dilate(halo, mask.disc(3))
    return np.where(halo, np.uint8(255), grey)


def square(grey: np.ndarray, margin: float, least: int) -> Image.Image:
    """Cut a square around the ink of uint8 [height, width], on white paper.

    Its side is the longer side of the ink's box and `margin` of that on either hand, but at least
    `least` pixels: a decimal point stays small. Of a picture without ink it is all.
    """
    picture = Image.fromarray(grey)
    left, top, right, bottom = Image.fromarray(grey < INK).getbbox() or (0, 0, *picture.size)
    side = max(round(max(right - left, bottom - top) * (1 + 2 * margin)), least)
    canvas = Image.new("L", (side, side), 255)
    canvas.paste(picture, ((side - left - right) // 2, (side - top - bottom) // 2))
    return canvas
