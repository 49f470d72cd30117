"""Stage `lines`: composes equations of the test images and scores the reader on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from rapidfuzz.distance import Levenshtein

from handmath import compose, figures, files, latex, line_scores, params
from handmath.errors import InputError, run
from handmath.paper import photograph
from handmath.reader import Reader, Reading

HEIGHTS = (40, 90)  # pixels, of a line's digits
OVERLAP = 0.5  # intersection over union of a symbol's box that is right


@dataclass(frozen=True)
class Written:
    """A line to be read: its picture, uint8 [height, width], and what it says."""

    picture: np.ndarray
    labels: tuple[str, ...]
    boxes: tuple[tuple[int, int, int, int], ...]

    @property
    def text(self) -> str:
        """What it says, in characters."""
        return "".join(latex.names(label)[0] for label in self.labels)


def main() -> None:
    """Compose the lines, read them, count what is wrong and show sixteen."""
    p = params.load()
    rng = np.random.default_rng(p.lines.seed)
    pictures = compose.read(files.IMAGES / "eval")
    reader = Reader.load()
    written = [write(pictures, rng) for _ in range(p.lines.count)]
    readings = [read(reader, line) for line in written]
    files.write_json("metrics/lines.json", score(written, readings))
    show(written, readings)


def read(reader: Reader, line: Written) -> Reading:
    """Read a line; one that is refused is one of which nothing was read."""
    try:
        return reader.read(line.picture)
    except InputError:
        high, wide = line.picture.shape
        return Reading((), "", "", 0.0, (wide, high))


def write(pictures: compose.Pictures, rng: np.random.Generator) -> Written:
    """Compose and photograph one line of symbols whose pictures are given by class."""
    names = compose.equation(pictures, compose.any_length(rng), rng)
    line = compose.line(pictures, names, int(rng.integers(*HEIGHTS)), rng)
    return Written(photograph(line.owner > 0, rng), line.labels, line.boxes)


def score(written: Sequence[Written], readings: Sequence[Reading]) -> dict[str, float]:
    """What of the lines is right.

    Returns:
        exact, at_most_1, cer: as in `line_scores.LineScores`, a symbol being a class;
            segmentation_exact: share of lines whose boxes are all right; symbol_accuracy: share of
            the symbols found with the right box that have the right class.
    """
    errors = [
        Levenshtein.distance(w.labels, r.labels) for w, r in zip(written, readings, strict=True)
    ]
    by_class = line_scores.measure(errors, sum(len(line.labels) for line in written))
    cut = [
        len(w.boxes) == len(r.symbols)
        and all(overlap(a, s.box) >= OVERLAP for a, s in zip(w.boxes, r.symbols, strict=True))
        for w, r in zip(written, readings, strict=True)
    ]
    right = [
        symbol.label == label
        for w, r in zip(written, readings, strict=True)
        for symbol in r.symbols
        for label, box in zip(w.labels, w.boxes, strict=True)
        if overlap(box, symbol.box) >= OVERLAP
    ]
    values: dict[str, float] = {
        "exact": by_class.exact,
        "at_most_1": by_class.at_most_1,
        "cer": by_class.cer,
        "segmentation_exact": float(np.mean(cut)),
        "symbol_accuracy": float(np.mean(right)) if right else 0.0,
    }
    return {name: round(value, 6) for name, value in values.items()}


def overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes (left, top, right, bottom), in [0, 1]."""
    wide = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    high = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    area_a, area_b = (a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])
    return wide * high / (area_a + area_b - wide * high)


def show(written: Sequence[Written], readings: Sequence[Reading]) -> None:
    """Draw the first sixteen lines with what was read, red where it is wrong."""
    figure = Figure(figsize=(12, 8), layout="constrained")
    figure.suptitle("Lines composed of test images, and what was read", fontsize=14, weight="bold")
    grid = list(figure.subplots(8, 2).flat)
    for axes, line, reading in zip(grid, written, readings, strict=False):
        right = reading.labels == line.labels
        axes.imshow(line.picture, cmap="gray", vmin=0, vmax=255)
        axes.set(xticks=[], yticks=[])
        title = reading.text if right else f"{reading.text}   (written: {line.text})"
        axes.set_title(title, fontsize=10, color="black" if right else "firebrick")
    for axes in grid[len(written) :]:
        axes.set_axis_off()
    figures.save(figure, "plots/lines.png")


if __name__ == "__main__":
    run(main)
