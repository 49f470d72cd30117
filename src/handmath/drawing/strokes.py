"""What a line is written with: effects on its strokes.

An effect takes a picture of dark strokes on white paper, uint8 [height, width, 3], how much of it
there is, from 0, which changes nothing, to 1, the most that `photograph` takes, and what is left to
chance. It returns a new picture of that shape. All of them compute in integers, or with single
additions, multiplications and divisions: the same pixels on every machine.
"""

import cv2
import numpy as np

from handmath.data.ink import pen_width
from handmath.drawing.light import lit

DARK = 128  # of 255: a darker pixel is ink, before anything has been done to it
THIN = 3  # pixels, where digits are about 100 high
COLOURS = (
    (25, 45, 140), (40, 90, 200), (70, 150, 220), (190, 30, 40), (220, 90, 120),
    (20, 110, 60), (100, 40, 140), (210, 110, 20),
)  # fmt: skip
"""Of pens: three blues, red, pink, green, violet, orange."""


def thin(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
    """A pen as thin as `THIN`, as of a drawing pad; strokes keep their middle."""
    ink = picture[..., 0] < DARK
    width = round(pen_width(ink) + amount * (THIN - pen_width(ink)))
    if not amount:
        return picture
    middle = ink
    while (peeled := _peeled(middle)).sum() < middle.sum():
        middle = peeled
    tip = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    gone = ink & (cv2.dilate(middle.astype(np.uint8), tip) == 0)
    return np.where(gone[..., np.newaxis], np.uint8(255), picture)


def thick(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
    """A marker: strokes wider by up to a twentieth of the picture's height."""
    wider = round(amount * len(picture) / 20)
    tip = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider + 1, wider + 1))
    return cv2.erode(picture, tip)


def pencil(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Graphite: grey, and uneven as the paper's tooth takes it."""
    noise = rng.integers(0, 256, picture.shape[:2], dtype=np.uint8)
    tooth = cv2.GaussianBlur(noise, (3, 3), 0)[..., np.newaxis] / 255
    return _inked(picture, (1 - 0.45 * amount) * (1 - 0.6 * amount * tooth))


def coloured(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """A coloured pen, of one of `COLOURS`."""
    colour = np.array(COLOURS[rng.integers(len(COLOURS))])
    return _inked(picture, 1 - amount * colour / 255)


def _inked(picture: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Leave a share of the ink's depth, in [0, 1]."""
    return 255 - lit(255 - picture, share)


def _peeled(ink: np.ndarray) -> np.ndarray:
    """Take the outermost pixels off, but none that holds a stroke together or ends it; bool.

    Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", 1984.
    """
    for first, second in (((0, 2, 4), (2, 4, 6)), ((0, 2, 6), (0, 4, 6))):
        around = np.pad(ink, 1)
        high, wide = ink.shape
        # Clockwise, from the one above.
        steps = ((0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))
        near = [around[y : y + high, x : x + wide] for y, x in steps]
        count = sum(n.astype(np.uint8) for n in near)
        pairs = zip(near, near[1:] + near[:1], strict=True)
        begins = sum((~before & after).astype(np.uint8) for before, after in pairs)
        gone = (count >= 2) & (count <= 6) & (begins == 1)
        for three in (first, second):
            gone &= ~(near[three[0]] & near[three[1]] & near[three[2]])
        ink = ink & ~gone
    return ink
