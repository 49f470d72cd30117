"""A written line → a picture of it, as it may come: on paper or a screen, by a camera or a file."""

import math
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from handmath.drawing import camera, light, paper, strokes

Effect = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
Box = tuple[int, int, int, int]

# What there may be, one of a group at most, and how often; in the order in which it happens.
STROKES: tuple[dict[Effect, float], ...] = (
    {strokes.thin: 0.12, strokes.thick: 0.08},
    {strokes.pencil: 0.15, strokes.coloured: 0.3},
)
PAPER: tuple[dict[Effect, float], ...] = (
    {paper.show_through: 0.1},
    {paper.table: 0.12, paper.blackboard: 0.08},
    {paper.ruled: 0.2, paper.squared: 0.1},
    {light.uneven_light: 0.7},
    {light.shadow: 0.25},
    {camera.perspective: 0.35},
)
# At the size of the picture; the others at that of the writing.
TAKING: tuple[dict[Effect, float], ...] = ({camera.blur: 0.3}, {camera.grain: 0.7})
FILE: tuple[dict[Effect, float], ...] = ({camera.resampled: 0.12}, {camera.jpeg: 0.5})
EFFECTS = tuple(effect for group in (*STROKES, *PAPER, *TAKING, *FILE) for effect in group)
LAST = {effect for group in (*TAKING, *FILE) for effect in group}
SCREEN = 0.15  # of the pictures are no photographs: drawn on a pad, or a screenshot
MARGIN = 0.5  # of a line's height: so much more paper there may be on a side


def photograph(
    owner: np.ndarray, scale: float, rng: np.random.Generator
) -> tuple[np.ndarray, list[Box]]:
    """Take a picture of a line, with a few of `EFFECTS`.

    Args:
        owner: uint8 [height, width]; 0 where there is no ink, else 1 + a symbol's index.
        scale: of the picture, against the line.
        rng: what is left to chance is drawn from it.

    Returns:
        Uint8 [height, width, 3], and each symbol's left, top, right, bottom in it.
    """
    margins = (MARGIN * len(owner) * rng.random((2, 2))).astype(int)
    return take(np.pad(owner, margins), choose(rng), scale, rng)


def choose(rng: np.random.Generator) -> dict[Effect, float]:
    """Some of `EFFECTS`, and how much of each, above 0 to 1."""
    groups = (*STROKES, *FILE) if rng.random() < SCREEN else (*STROKES, *PAPER, *TAKING, *FILE)
    chosen: dict[Effect, float] = {}
    for group in groups:
        at = rng.random()
        for effect, often in group.items():
            if 0 <= at < often:
                chosen[effect] = 1 - rng.random()
            at -= often
    return chosen


def take(
    owner: np.ndarray, amounts: Mapping[Effect, float], scale: float, rng: np.random.Generator
) -> tuple[np.ndarray, list[Box]]:
    """Take a picture of a line, as `photograph` does, with so much of some effects."""
    picture = np.where(owner[..., np.newaxis] > 0, np.uint8(0), np.full(3, 255, np.uint8))
    for effect in EFFECTS:
        if effect in LAST or effect not in amounts:
            continue
        if effect is camera.perspective:
            view = camera.view(picture, amounts[effect], rng)
            picture, owner = camera.seen(picture, view), camera.seen(owner, view)
        else:
            picture = effect(picture, amounts[effect], rng)
    high, wide = (max(round(scale * side), 1) for side in owner.shape)
    small = Image.fromarray(picture).resize((wide, high), Image.Resampling.BILINEAR)
    picture = np.asarray(small)
    for effect in EFFECTS:
        if effect in LAST and effect in amounts:
            picture = effect(picture, amounts[effect], rng)
    return picture, _boxes(owner, scale)


def _boxes(owner: np.ndarray, scale: float) -> list[Box]:
    """Each symbol's box, when its line is brought to another size."""
    boxes = []
    for number in range(1, int(owner.max()) + 1):
        left, top, right, bottom = Image.fromarray(owner == number).getbbox() or (0, 0, 0, 0)
        near = int(scale * left), int(scale * top)
        boxes.append((*near, math.ceil(scale * right), math.ceil(scale * bottom)))
    return boxes
