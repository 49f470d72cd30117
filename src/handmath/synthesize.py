"""Stage `synthesize`: `data/synthetic.zip`, a stand-in for the notebook's archive, drawn."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from handmath import params, strokes
from handmath.errors import run
from handmath.files import whole

ARCHIVE = Path("data/synthetic.zip")
FOLDER = "Math_handwriting1"


def main() -> None:
    """Draw the images of every class and zip them in the notebook's layout."""
    p = params.load().synthesize
    total = len(strokes.SYMBOLS) * (p.train_images + p.test_images)
    with whole(ARCHIVE) as partial, zipfile.ZipFile(partial, "w") as file:
        for name, jpeg in tqdm(draw(p), total=total, desc=str(ARCHIVE), unit="image", disable=None):
            # ZipInfo's own date is fixed, and JPEGs don't get smaller: the bytes depend on p alone.
            file.writestr(zipfile.ZipInfo(f"{FOLDER}/{name}"), jpeg)


def draw(p: params.Synthesize) -> Iterator[tuple[str, bytes]]:
    """Yield the path inside the folder and the JPEG bytes of every image."""
    rng = np.random.default_rng(p.seed)
    for split, count in (("train", p.train_images), ("eval", p.test_images)):
        for symbol in strokes.SYMBOLS:
            for index in range(count):
                jpeg = io.BytesIO()
                strokes.draw(symbol, rng).save(jpeg, "JPEG", quality=90)
                yield f"{split}/{symbol}/{index:04}.jpg", jpeg.getvalue()


if __name__ == "__main__":
    run(main)
