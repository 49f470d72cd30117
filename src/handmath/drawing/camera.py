"""What takes the picture of a line: effects of cameras, screens and files, as those of `strokes`.

Pillow resamples in integers, and its JPEG is libjpeg-turbo's integer transform, whose vector code
gives the same bits as its plain code.
"""

import io

import numpy as np
from PIL import Image, ImageFilter

FILTERS = (Image.Resampling.NEAREST, Image.Resampling.BOX, Image.Resampling.BILINEAR)
BEST, WORST = 95, 12  # qualities of JPEG
View = tuple[float, ...]
"""The eight numbers of a perspective, which say where each pixel comes from."""


def perspective(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Held a little askew: turned, nearer to one side, and cut off at the paper."""
    return seen(picture, view(picture, amount, rng))


def view(picture: np.ndarray, amount: float, rng: np.random.Generator) -> View:
    """A perspective: the picture's corners come from up to 0.14 of its height inside of it.

    Heckbert, "Fundamentals of texture mapping and image warping", 1989, section 2.2.3.
    """
    high, wide = picture.shape[:2]
    in_x, in_y = 0.14 * amount * min(high, wide) * rng.random((2, 4))
    x = np.array((0, wide, wide, 0)) + in_x * (1, -1, -1, 1)
    y = np.array((0, 0, high, high)) + in_y * (1, 1, -1, -1)
    (x0, x1, x2, x3), (y0, y1, y2, y3) = x.tolist(), y.tolist()
    sum_x, sum_y = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    area = (x1 - x2) * (y3 - y2) - (x3 - x2) * (y1 - y2)
    g = (sum_x * (y3 - y2) - (x3 - x2) * sum_y) / area
    h = ((x1 - x2) * sum_y - sum_x * (y1 - y2)) / area
    return (
        (x1 - x0 + g * x1) / wide, (x3 - x0 + h * x3) / high, x0,
        (y1 - y0 + g * y1) / wide, (y3 - y0 + h * y3) / high, y0,
        g / wide, h / high,
    )  # fmt: skip


def seen(picture: np.ndarray, view: View) -> np.ndarray:
    """A picture in a perspective; of labels, which have no colours, the nearest are taken."""
    how = Image.Resampling.BILINEAR if picture.ndim == 3 else Image.Resampling.NEAREST
    image = Image.fromarray(picture)
    return np.asarray(image.transform(image.size, Image.Transform.PERSPECTIVE, view, how))


def blur(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
    """Out of focus, by up to a fiftieth of the picture's height."""
    spread = ImageFilter.GaussianBlur(amount * len(picture) / 50)
    return np.asarray(Image.fromarray(picture).filter(spread))


def grain(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """The paper's grain and the camera's noise, up to 10 of 255 either way."""
    most = round(10 * amount)
    noisy = picture + rng.integers(-most, most + 1, (*picture.shape[:2], 1))
    return noisy.clip(0, 255).astype(np.uint8)


def resampled(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """A screenshot that somebody made smaller, by up to 2, and larger again."""
    image = Image.fromarray(picture)
    down, up = (FILTERS[i] for i in rng.integers(len(FILTERS), size=2))
    small = image.resize([max(round(side / (1 + amount)), 1) for side in image.size], down)
    return np.asarray(small.resize(image.size, up))


def jpeg(picture: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG001
    """A JPEG of less and less quality, to `WORST`."""
    if not amount:
        return picture
    file = io.BytesIO()
    quality = round(BEST - (BEST - WORST) * amount)
    Image.fromarray(picture).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return np.asarray(Image.open(file))
