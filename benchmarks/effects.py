"""What each effect on the picture costs: lines read with one of them alone, at its strongest.

    python benchmarks/effects.py

The lines are those of the stage `lines`, composed of the test images of the last run, with digits
60 pixels high; so `dvc repro` comes first. Prints a row of docs/reading.md for each effect.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from handmath.base.errors import InputError
from handmath.data import symbols
from handmath.data.interval import wilson
from handmath.drawing import equations, layout
from handmath.drawing.lines import HEIGHT, HEIGHTS
from handmath.drawing.photograph import EFFECTS, Effect, take
from handmath.figures.variety import label
from handmath.reading.reader import Reader

DIGITS = 60  # pixels


def main(
    lines: Annotated[int, typer.Option(help="Lines of each row.")] = 150,
    model: Annotated[Path | None, typer.Option(help="A reader's weights.")] = None,
    seed: int = 1,
) -> None:
    """Print how many lines are read exactly, with Wilson's interval, for each effect."""
    reader = Reader.load(model)
    pictures = symbols.read("test")
    rng = np.random.default_rng(seed)
    written = []
    for _ in range(lines):
        names = equations.equation(pictures, equations.any_length(rng), rng)
        written.append(layout.line(pictures, names, HEIGHT, rng))
    rows: list[tuple[str, dict[Effect, float], float]] = [("none", {}, DIGITS)]
    rows += [(label(effect), {effect: 1.0}, DIGITS) for effect in EFFECTS]
    rows += [(f"{height} pixels high", {}, height) for height in (HEIGHTS[0], 20, 30, HEIGHTS[1])]
    for name, amounts, height in rows:
        right = 0
        for index, line in enumerate(written):
            picture, _ = take(
                line.owner, amounts, height / HEIGHT, np.random.default_rng((seed, index))
            )
            try:
                right += reader.read(picture).labels == line.labels
            except InputError:
                continue
        low, high = wilson(right, lines)
        print(f"| {name} | {right / lines:.3f} ({low:.2f} to {high:.2f}) |", flush=True)


if __name__ == "__main__":
    typer.run(main)
