"""Stage `lines`: composes equations of the test images and scores the reader on them."""

import numpy as np

from handmath.base import files, params
from handmath.base.errors import InputError, run
from handmath.data import ink
from handmath.drawing.lines import Written, write
from handmath.figures import lines as figure
from handmath.reading import scores
from handmath.reading.reader import Reader, Reading


def main() -> None:
    """Compose the lines, read them, count what is wrong and show sixteen."""
    p = params.load()
    rng = np.random.default_rng(p.lines.seed)
    pictures = ink.read(files.IMAGES / "eval")
    reader = Reader.load()
    written = [write(pictures, rng) for _ in range(p.lines.count)]
    readings = [read(reader, line) for line in written]
    files.write_json("metrics/lines.json", scores.score_symbols(written, readings))
    figure.draw(written, readings)


def read(reader: Reader, line: Written) -> Reading:
    """Read a line; one that is refused is one of which nothing was read."""
    try:
        return reader.read(line.picture)
    except InputError:
        high, wide = line.picture.shape
        return Reading((), "", "", 0.0, (wide, high))


if __name__ == "__main__":
    run(main)
