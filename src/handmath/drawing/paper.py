"""What a line is written on: effects on the paper, as those of `strokes`."""

import cv2
import numpy as np

from handmath.drawing.light import lit

FAINT = 170  # of 255: darker in one of its colours, a pixel is ink, of any pen
TINTS = ((0.75, 0.85, 1.0), (1.0, 0.8, 0.85), (0.85, 0.85, 0.85))  # of rules: blue, red, grey
SLATES = ((1.0, 1.0, 1.0), (0.9, 1.05, 0.95))  # of boards: black, green
BACKS = (0.25, 0.75)  # of the picture's height: how far below the writing the back's is


def table(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """The dark table beside the sheet, at one to four sides, up to close by the writing."""
    high, wide = picture.shape[:2]
    ink = _ink(picture)
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return picture
    y, x = np.mgrid[0:high, 0:wide]
    sides = ((y, x, wide, rows[0]), (high - 1 - y, x, wide, high - 1 - rows[-1]),
             (x, y, high, columns[0]), (wide - 1 - x, y, high, wide - 1 - columns[-1]))  # fmt: skip
    chosen = rng.permutation(4)[: rng.integers(1, 5)]
    covered = np.zeros((high, wide), dtype=bool)
    for away, along, length, room in (sides[side] for side in chosen):
        start, end = 0.9 * amount * room * rng.uniform(0.3, 1.0, 2)
        covered |= away < start + (end - start) * along / length
    wood = rng.integers(25, 90) + rng.integers(-4, 5, (np.count_nonzero(covered), 1))
    seen = picture.copy()
    seen[covered] = wood
    return seen


def blackboard(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Chalk on a blackboard, the darker the more."""
    if not amount:
        return picture
    share = 0.65 + 0.25 * amount
    slate = np.array(SLATES[rng.integers(len(SLATES))])
    chalk = picture + share * (255.0 - 2.0 * picture)
    written: np.ndarray = (chalk * slate).clip(0, 255).astype(np.uint8)
    return written


def ruled(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Ruled paper, with a rule under the feet of the digits or close by."""
    high = len(picture)
    apart = round(high * rng.uniform(0.4, 1.0))
    return _printed(picture, [(0, _feet(picture, rng), apart)], amount, rng)


def squared(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Squared paper, with a line under the feet of the digits or close by."""
    apart = round(len(picture) * rng.uniform(0.22, 0.6)) + 2
    lines = [(0, _feet(picture, rng), apart), (1, int(rng.integers(apart)), apart)]
    return _printed(picture, lines, amount, rng)


def _feet(picture: np.ndarray, rng: np.random.Generator) -> int:
    """The row of the digits' feet, or close by: the median of the columns' lowest ink."""
    ink = _ink(picture)
    lowest = np.sort((len(ink) - 1 - ink[::-1].argmax(axis=0))[ink.any(axis=0)])
    near = len(ink) // 20
    return int(lowest[len(lowest) // 2] if len(lowest) else 0) + int(rng.integers(-near, near + 1))


def _printed(
    picture: np.ndarray,
    lines: list[tuple[int, int, int]],
    amount: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Print lines: of each kind the axis that it crosses, a place on it, and pixels to the next."""
    width = int(rng.integers(1, 2 + len(picture) // 60))
    on = np.zeros(picture.shape[:2], dtype=bool)
    for axis, place, apart in lines:
        hit = (np.arange(picture.shape[axis]) - place) % apart < width
        np.moveaxis(on, axis, 0)[hit] = True
    tint = np.array(TINTS[rng.integers(len(TINTS))])
    printed = picture.copy()
    printed[on] = lit(picture[on], 1 - amount * (1 - 0.65 * tint))
    return printed


def show_through(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """The writing of the page's back: mirrored, blurred, faint, between the lines."""
    high, wide = picture.shape[:2]
    down, aside = int(high * rng.uniform(*BACKS)), int(rng.integers(wide))
    back = np.roll(picture[:, ::-1], (down, aside), axis=(0, 1))
    depth = 255 - cv2.GaussianBlur(back, (5, 5), 0)
    return lit(picture, 1 - 0.3 * amount * (depth / 255))


def _ink(picture: np.ndarray) -> np.ndarray:
    """What is written with whatever pen, and on nothing but white so far; bool."""
    ink: np.ndarray = np.any(picture < FAINT, axis=2)
    return ink
