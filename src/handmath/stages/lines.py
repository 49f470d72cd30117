"""Stage `lines`: composes equations and scores the reader on them.

Of the held-out training images, to choose settings by; and of the test images, to publish.
"""

from functools import partial

import numpy as np

from handmath.base import files, params
from handmath.base.errors import InputError, run
from handmath.data import processes, symbols
from handmath.drawing.lines import Written, write
from handmath.figures import lines as figure
from handmath.learning import metrics
from handmath.reading import scores
from handmath.reading.reader import Reader
from handmath.reading.result import Reading

SPLITS = ("test", "validation")


def main() -> None:
    """Compose the lines, read them, count what is wrong and show sixteen of the test images."""
    p = params.load()
    with processes.pool(len(SPLITS)) as pool:
        both = pool.map(partial(compose_and_read, wanted=p.lines), SPLITS)
        read = dict(zip(SPLITS, both, strict=True))
    values = score(*read["test"])
    validation = score(*read["validation"])
    values |= {f"validation_{name}": value for name, value in validation.items()}
    files.write_json("metrics/lines.json", values)
    rows = [
        (split, *point)
        for split, of in read.items()
        for point in metrics.reliability(*confidence(*of))
    ]
    columns = ["split", "confidence", "right", "right_low", "right_high", "lines"]
    files.write_csv("plots/reliability.csv", columns, rows)
    figure.draw(*read["test"])


def compose_and_read(split: str, wanted: params.Lines) -> tuple[list[Written], list[Reading]]:
    """Write so many lines with the symbols of a split's images, and read them."""
    reader = Reader.load()
    pictures = symbols.read(split)
    rng = np.random.default_rng(wanted.seed)
    lines = [write(pictures, rng) for _ in range(wanted.count)]
    return lines, [read(reader, line) for line in lines]


def read(reader: Reader, line: Written) -> Reading:
    """Read a line; one that is refused is one of which nothing was read."""
    try:
        return reader.read(line.picture)
    except InputError:
        high, wide = line.picture.shape[:2]
        return Reading((), "", "", 0.0, (wide, high))


def score(lines: list[Written], readings: list[Reading]) -> dict[str, float]:
    """The measures of `scores.score_symbols`, and how far the lines' confidence is off."""
    labels = [line.labels for line in lines]
    values = scores.score_symbols(labels, [line.boxes for line in lines], readings)
    error = metrics.expected_calibration_error(*confidence(lines, readings))
    return {**values, "calibration_error": round(error, 6)}


def confidence(lines: list[Written], readings: list[Reading]) -> tuple[np.ndarray, np.ndarray]:
    """How sure each reading is, float64 [N] in [0, 1], and whether it is right, bool [N]."""
    right = [reading.labels == line.labels for line, reading in zip(lines, readings, strict=True)]
    return np.array([reading.confidence for reading in readings]), np.array(right)


if __name__ == "__main__":
    run(main)
