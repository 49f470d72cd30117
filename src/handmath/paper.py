"""Ink on paper, as a camera may take it."""

import cv2
import numpy as np


def photograph(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Photograph a line: paper that is lit from one side, its grain, a pen, blur, noise.

    One in ten is written in white on black; one in five on ruled paper.

    Args:
        ink: bool [height, width].
        rng: what is left to chance is drawn from it.

    Returns:
        Uint8 of the same shape.
    """
    height, width = ink.shape
    light = rng.uniform(0.6, 1.0, (2, 2)) * 255  # at the picture's corners
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    paper = light[0, 0] * (1 - y) * (1 - x) + light[0, 1] * (1 - y) * x
    paper += light[1, 0] * y * (1 - x) + light[1, 1] * y * x
    if rng.random() < 0.3:  # a shadow's edge
        edge = x + rng.uniform(-0.5, 0.5) * y > rng.uniform(0.2, 0.8)
        paper = np.where(edge, paper * rng.uniform(0.65, 0.9), paper)
    if rng.random() < 0.2:
        paper = _ruled(paper, rng)
    cover = cv2.GaussianBlur(np.where(ink, np.uint8(255), np.uint8(0)), (3, 3), 0) / 255
    paper = paper * (1 - cover * rng.uniform(0.45, 0.95))
    noise = int(rng.integers(1, 7))
    paper = paper + rng.integers(-noise, noise + 1, ink.shape)
    grey: np.ndarray = np.clip(paper, 0, 255).astype(np.uint8)
    return 255 - grey if rng.random() < 0.1 else grey


def _ruled(paper: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    paper = paper.copy()
    apart = int(rng.integers(40, 120))
    paper[int(rng.integers(apart)) :: apart] *= rng.uniform(0.75, 0.9)
    return paper
