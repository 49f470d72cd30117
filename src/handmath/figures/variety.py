"""Draws docs/variety.png: what a line of the stages `train_reader` and `lines` may look like.

    python -m handmath.figures.variety

A row for each thing that varies, of eight samples. All is drawn, in hands of `hand`: nobody's
handwriting.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from handmath.drawing import camera, layout, paper
from handmath.drawing.hand import PENS, SCALE, Hand
from handmath.drawing.layout import Line
from handmath.drawing.lines import HEIGHT, HEIGHTS
from handmath.drawing.photograph import EFFECTS, Effect, take
from handmath.figures import png

PATH = "docs/variety.png"
SAMPLES = 8  # in a row
WIDE, HIGH = 150, 66  # pixels of a sample
APART = 6  # pixels between two
LABEL = 155  # pixels, at the left
DIGIT = 32  # pixels, at most, of a digit in a sample
SHEET = 0.9  # grey of the ground, so that white paper is seen
SHADE = 5  # of 255, a divisor: finer differences are not kept, so that the file is half as large
NAMES = ("nine", "decimal", "one", "plus", "four")
MANY = 160  # lines of which those are chosen that show a range


def main() -> None:
    """Draw the figure."""
    rows = [*_written(), *_photographed()]
    high, wide = len(rows) * (HIGH + APART) + APART, LABEL + SAMPLES * (WIDE + APART)
    sheet = np.full((high, wide, 3), round(255 * SHEET), np.uint8)
    with png.figure(PATH, wide / 100, high / 100) as figure:
        for row, (label, samples) in enumerate(rows):
            top = APART + row * (HIGH + APART)
            for column, sample in enumerate(samples):
                left = LABEL + column * (WIDE + APART)
                sheet[top : top + HIGH, left : left + WIDE] = sample
            figure.text(8 / wide, 1 - (top + HIGH / 2) / high, label, va="center", fontsize=9.5)
        shades = np.rint(sheet / SHADE) * SHADE
        figure.figimage(shades.astype(np.uint8), zorder=-1)


def _written() -> Iterator[tuple[str, list[np.ndarray]]]:
    """Of each thing that varies in how a line is written, its label and eight samples."""
    hands = [Hand.random(np.random.default_rng(seed)) for seed in range(SAMPLES)]
    steps = np.linspace(0, 1, SAMPLES).tolist()
    hand = hands[0]
    pens = [round(SCALE * (PENS[0] + step * (PENS[1] - PENS[0]))) for step in steps]
    of_pens = [replace(hand, writer=replace(hand.writer, pen=pen)) for pen in pens]
    loose = [replace(hand, looseness=0.2 + step) for step in steps]
    yield "one hand a line", [_sample(_line(hand, NAMES, 3)) for hand in hands]
    yield "looseness", [_sample(_line(own, ["four"] * 5, 3)) for own in loose]
    yield "pens", [_sample(_line(own, NAMES, 3)) for own in of_pens]
    lines = [_line(hand, NAMES, seed) for seed in range(MANY)]
    yield "slant", _ranged(lines, lambda line: _lean(line.owner == 1 + NAMES.index("one")))
    yield "spacing", _ranged(lines, lambda line: line.owner.shape[1])
    yield "operators", _ranged(lines, lambda line: _size(line, "plus"))
    yield "points", _ranged(lines, lambda line: _size(line, "decimal"))
    yield "uneven base lines", _ranged(lines, _unevenness)


def _photographed() -> Iterator[tuple[str, list[np.ndarray]]]:
    """Of each effect on the picture its label and eight samples, from a little to the most."""
    lines = [
        _line(Hand.random(np.random.default_rng(100 + seed)), NAMES, seed)
        for seed in range(SAMPLES)
    ]
    amounts = np.linspace(0, 1, SAMPLES + 1)[1:].tolist()
    for effect in EFFECTS:
        also = {paper.ruled: 0.5} if effect is camera.perspective else {}  # or it is hardly seen
        yield (
            label(effect),
            [
                _sample(line, also | {effect: amount}, seed)
                for seed, (line, amount) in enumerate(zip(lines, amounts, strict=True))
            ],
        )
    sizes = np.linspace(*HEIGHTS, SAMPLES)
    yield (
        f"{HEIGHTS[0]} to {HEIGHTS[1]} pixels high",
        [_sample(line, height=size) for line, size in zip(lines, sizes.tolist(), strict=True)],
    )


def label(effect: Effect) -> str:
    """What an effect is called in texts."""
    return effect.__name__.replace("_", " ").replace("jpeg", "JPEG")


def _line(hand: Hand, names: Sequence[str], seed: int) -> Line:
    """Have a hand write a line."""
    rng = np.random.default_rng(seed)
    pictures = {
        name: [hand.write(name, rng) for _ in range(names.count(name))]
        for name in dict.fromkeys(names)
    }
    return layout.line(pictures, list(names), HEIGHT, rng)


def _ranged(lines: list[Line], measure: Callable[[Line], float]) -> list[np.ndarray]:
    """Samples of the lines that have little to much of something."""
    ordered = sorted(lines, key=measure)
    places = np.linspace(0, len(lines) - 1, SAMPLES).astype(int)
    return [_sample(ordered[place]) for place in places]


def _size(line: Line, name: str) -> float:
    left, top, right, bottom = line.boxes[line.labels.index(name)]
    return max(right - left, bottom - top)


def _lean(ink: np.ndarray) -> float:
    """How far the upper half of a symbol is to the right of the lower one, in pixels."""
    rows, columns = np.nonzero(ink)
    upper = rows < (rows.min() + rows.max()) / 2
    return float(columns[upper].mean() - columns[~upper].mean())


def _unevenness(line: Line) -> float:
    """How far apart the digits' feet are, in pixels."""
    feet = [line.boxes[line.labels.index(name)][3] for name in ("nine", "one", "four")]
    return max(feet) - min(feet)


def _sample(
    line: Line, amounts: Mapping[Effect, float] | None = None, seed: int = 0, height: float = 0
) -> np.ndarray:
    """Take a picture of a line on a sheet of a sample's shape: uint8 [HIGH, WIDE, 3].

    With a height, in pixels, its digits are so high in a picture that is brought to the sample's
    size.
    """
    high, wide = line.owner.shape
    per_pixel = max(HEIGHT / DIGIT, high / HIGH, wide / WIDE)
    spare = [max(round(per_pixel * side) - has, 0) for side, has in ((HIGH, high), (WIDE, wide))]
    owner = np.pad(line.owner, [(room // 2, room - room // 2) for room in spare])
    scale = height / HEIGHT if height else 1 / per_pixel
    picture, _ = take(owner, amounts or {}, scale, np.random.default_rng(seed))
    shown = Image.fromarray(picture).resize((WIDE, HIGH), Image.Resampling.NEAREST)
    return np.asarray(shown)


if __name__ == "__main__":
    main()
