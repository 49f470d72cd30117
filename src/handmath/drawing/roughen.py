"""Ink as a picture of it may have it."""

import cv2
import numpy as np


def roughen(ink: np.ndarray, rng: np.random.Generator, widest: int = 4) -> np.ndarray:
    """Ink as a photograph may have it: of another pen, with an uneven outline.

    Args:
        ink: bool [height, width].
        rng: what is left to chance is drawn from it.
        widest: pixels, of the tip that widens the ink.

    Returns:
        Bool, of the shape of `ink`.
    """
    shade = np.where(ink, np.uint8(255), np.uint8(0))
    wider = int(rng.integers(widest + 1))
    if wider > 1:
        shade = cv2.dilate(shade, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider, wider)))
    blurred = cv2.GaussianBlur(shade, (3, 3), 0).astype(np.int16)
    noise = int(rng.integers(60))
    blurred += rng.integers(-noise, noise + 1, size=ink.shape, dtype=np.int16)
    return blurred > rng.integers(70, 150)
