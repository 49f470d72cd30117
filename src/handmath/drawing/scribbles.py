"""Ink that is no symbol: letters, strokes that wander, shapes. A reader learns from it to refuse.

Drawn in integers, so that a seed gives the same pixels on every machine.
"""

import cv2
import numpy as np

SIDE = 120  # pixels, about
PENS = (3, 12)  # pixels
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX | cv2.FONT_ITALIC,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
LETTERS = (
    "ABCDEFGHJKLMNPQRTUVWYabcdefhkmnprtuvwy@#&?"  # none that looks like a digit or an operator
)
ROUNDED = 3  # times that a wandering stroke's corners are cut


def draw(rng: np.random.Generator, letters: bool) -> np.ndarray:
    """Draw one, or with `letters` perhaps a letter: uint8, cut to its box, 255 is ink."""
    canvas = np.zeros((3 * SIDE, 4 * SIDE), np.uint8)
    pen = int(rng.integers(*PENS))
    kind = rng.random()
    if kind < 0.4 and letters:
        letter, font = LETTERS[rng.integers(len(LETTERS))], FONTS[rng.integers(len(FONTS))]
        cv2.putText(canvas, letter, (SIDE, 2 * SIDE), font, rng.uniform(2.5, 4), 255, pen)
    elif kind < 0.85:
        for stroke in _wander(rng):
            cv2.polylines(canvas, [stroke], False, 255, pen)
    else:
        corners = rng.integers(SIDE, 2 * SIDE, (int(rng.integers(3, 9)), 2), dtype=np.int32)
        shape = cv2.convexHull(corners)
        if rng.random() < 0.5:
            cv2.fillPoly(canvas, [shape], 255)
        cv2.polylines(canvas, [shape], True, 255, pen)
    left, top, width, height = cv2.boundingRect(canvas)
    return canvas[top : top + height, left : left + width]


def _wander(rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes from point to point, int32 [n, 2], with corners or without: as many as it takes.

    One stroke of few points might be a digit or an operator.
    """
    strokes = []
    count = int(rng.integers(1, 5))
    for _ in range(count):
        points = rng.integers(SIDE, 2 * SIDE, (int(rng.integers(3 if count > 1 else 5, 9)), 2))
        points = 4**ROUNDED * points * (rng.integers(70, 130), 100) // 100
        if rng.random() < 0.6:
            for _ in range(ROUNDED):  # Chaikin's corner cutting (1974)
                near = 3 * points[:-1] + points[1:], points[:-1] + 3 * points[1:]
                points = np.stack(near, axis=1).reshape(-1, 2) // 4
        strokes.append((points // 4**ROUNDED).astype(np.int32))
    return strokes
