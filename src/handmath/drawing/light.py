"""What light falls on a line: effects on all of the picture, as those of `strokes`."""

import numpy as np


def uneven_light(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Light that falls off towards a side: a corner has 0.6 of it at least."""
    y, x = _places(picture)
    corners = 1 - 0.4 * amount * rng.random((2, 2))
    light = (1 - y) * ((1 - x) * corners[0, 0] + x * corners[0, 1])
    light += y * ((1 - x) * corners[1, 0] + x * corners[1, 1])
    return lit(picture, light)


def shadow(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """A shadow from one side, whose edge is sharp or soft."""
    y, x = _places(picture)
    inside = (x + rng.uniform(-0.5, 0.5) * y - rng.uniform(0.2, 0.8)) / rng.uniform(0.02, 0.2)
    return lit(picture, 1 - 0.45 * amount * inside.clip(0, 1))


def lit(picture: np.ndarray, light: np.ndarray) -> np.ndarray:
    """A picture in a light, in [0, 1], or dimmed by something: in 256ths."""
    seen: np.ndarray = picture * (256 * light).astype(np.uint16) >> 8
    return seen.astype(np.uint8)


def _places(picture: np.ndarray) -> np.ndarray:
    """Row and column of each pixel, in longer sides: float [2, height, width, 1]."""
    high, wide = picture.shape[:2]
    places: np.ndarray = np.mgrid[0:high, 0:wide][..., np.newaxis] / max(high, wide)
    return places
