"""Stage `synthesize`: `data/synthetic.zip`, a stand-in for the notebook's archive, drawn."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from handmath.base import params
from handmath.base.errors import run
from handmath.base.files import atomic_write
from handmath.drawing import glyphs, pen

ARCHIVE = Path("data/synthetic.zip")
FOLDER = "Math_handwriting1"


def main() -> None:
    """Draw the images of every class and zip them in the notebook's layout."""
    write(ARCHIVE, params.load().synthesize)


def write(path: Path, wanted: params.Synthesize) -> None:
    """Write the archive, whose bytes depend on `wanted` alone."""
    total = len(glyphs.SYMBOLS) * (wanted.train_images + wanted.test_images)
    bar = tqdm(draw(wanted), total=total, desc=str(path), unit="image", disable=None)
    with atomic_write(path) as partial, zipfile.ZipFile(partial, "w") as file:
        for name, jpeg in bar:
            # A ZipInfo's own date is a fixed one; stored, for a JPEG doesn't get smaller.
            file.writestr(zipfile.ZipInfo(f"{FOLDER}/{name}"), jpeg)


def draw(wanted: params.Synthesize) -> Iterator[tuple[str, bytes]]:
    """Yield the path inside the folder and the JPEG bytes of every image."""
    rng = np.random.default_rng(wanted.seed)
    for split, count in (("train", wanted.train_images), ("eval", wanted.test_images)):
        for symbol in glyphs.SYMBOLS:
            for index in range(count):
                jpeg = io.BytesIO()
                pen.draw(symbol, rng).save(jpeg, "JPEG", quality=90)
                yield f"{split}/{symbol}/{index:04}.jpg", jpeg.getvalue()


if __name__ == "__main__":
    run(main)
