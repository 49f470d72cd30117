"""Ink on paper, as a camera may take it."""

import cv2
import numpy as np

RULES = (40, 120)  # pixels between two lines of ruled paper


def photograph(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Photograph a line: paper or a blackboard, its grain, uneven light, a shadow, ruled lines.

    Args:
        ink: bool [height, width].
        rng: what is left to chance is drawn from it.

    Returns:
        Uint8 of the same shape.
    """
    height, width = ink.shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    corners = rng.uniform(0.6, 1.0, (2, 2))
    light = (1 - y) * ((1 - x) * corners[0, 0] + x * corners[0, 1])
    light += y * ((1 - x) * corners[1, 0] + x * corners[1, 1])
    if rng.random() < 0.3:  # a shadow, with a soft edge
        inside = (x + rng.uniform(-0.5, 0.5) * y - rng.uniform(0.2, 0.8)) / rng.uniform(0.05, 0.2)
        light *= 1 - rng.uniform(0.1, 0.35) * np.clip(inside, 0, 1)

    board = rng.random() < 0.1
    ground = np.full(ink.shape, 0.2 if board else 1.0)
    if not board and rng.random() < 0.2:
        apart = int(rng.integers(*RULES))
        ground[int(rng.integers(apart)) :: apart] *= rng.uniform(0.75, 0.9)
    pen = rng.uniform(0.75, 1.0) if board else rng.uniform(0.05, 0.5)
    cover = cv2.GaussianBlur(np.where(ink, np.uint8(255), np.uint8(0)), (3, 3), 0) / 255
    noise = int(rng.integers(1, 7))
    seen = 255 * light * (ground + (pen - ground) * cover)
    seen += rng.integers(-noise, noise + 1, ink.shape)
    grey: np.ndarray = np.clip(seen, 0, 255).astype(np.uint8)
    return grey
