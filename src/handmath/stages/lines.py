"""Stage `lines`: composes equations and scores the reader on them.

Of the held-out training images, to choose settings by; and of the test images, to publish.
"""

import numpy as np

from handmath.base import files, params
from handmath.base.errors import InputError, run
from handmath.data import ink
from handmath.data.ink import Pictures
from handmath.drawing.lines import Written, write
from handmath.figures import lines as figure
from handmath.learning.metrics import expected_calibration_error
from handmath.reading import scores
from handmath.reading.reader import Reader
from handmath.reading.result import Reading


def main() -> None:
    """Compose the lines, read them, count what is wrong and show sixteen of the test images."""
    p = params.load()
    reader = Reader.load()
    _, held_out = ink.read_split(files.IMAGES / "train", p.validation.share, p.preprocess.max_side)
    test = ink.read(files.IMAGES / "eval", p.preprocess.max_side)
    lines, readings = compose_and_read(reader, test, p.lines)
    values = score(lines, readings)
    validation = score(*compose_and_read(reader, held_out, p.lines))
    values |= {f"validation_{name}": value for name, value in validation.items()}
    files.write_json("metrics/lines.json", values)
    figure.draw(lines, readings)


def compose_and_read(
    reader: Reader, pictures: Pictures, wanted: params.Lines
) -> tuple[list[Written], list[Reading]]:
    """Write so many lines with the symbols of some pictures, and read them."""
    rng = np.random.default_rng(wanted.seed)
    lines = [write(pictures, rng) for _ in range(wanted.count)]
    return lines, [read(reader, line) for line in lines]


def read(reader: Reader, line: Written) -> Reading:
    """Read a line; one that is refused is one of which nothing was read."""
    try:
        return reader.read(line.picture)
    except InputError:
        high, wide = line.picture.shape
        return Reading((), "", "", 0.0, (wide, high))


def score(lines: list[Written], readings: list[Reading]) -> dict[str, float]:
    """The measures of `scores.score_symbols`, and how far the lines' confidence is off."""
    labels = [line.labels for line in lines]
    values = scores.score_symbols(labels, [line.boxes for line in lines], readings)
    confidence = np.array([reading.confidence for reading in readings])
    right = np.array([r.labels == own for r, own in zip(readings, labels, strict=True)])
    error = expected_calibration_error(confidence, right)
    return {**values, "calibration_error": round(error, 6)}


if __name__ == "__main__":
    run(main)
