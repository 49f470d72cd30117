"""The ink of single symbols: cut out of their pictures, and how wide its strokes are."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from handmath.data import framing

LONGEST = 160  # pixels, longer side of a symbol's ink: no line is written larger

Pictures = Mapping[str, Sequence[np.ndarray]]
"""By class the symbols' ink, cut to its box: uint8 [height, width], 255 is ink."""


def cut_out(clean: np.ndarray) -> np.ndarray | None:
    """The ink in one symbol's picture as `Pictures` has it, or None if there is none.

    Args:
        clean: what `framing.clean` returns, uint8 [height, width].
    """
    box = Image.fromarray(clean < framing.INK).getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    ink: np.ndarray = 255 - clean[top:bottom, left:right]
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
