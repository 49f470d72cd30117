"""Stage `reader`: `data/images/train/` → `models/reader.safetensors`, the network that reads lines.

It learns from what reading will ask it: lines are composed of training images, taken apart as any
line is, and each group of pieces is either a symbol or `latex.NOTHING`.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from handmath import compose, pieces, strokes

JUNK = 1.5  # groups that are no symbol, to each that is one


def pictures(images: dict[str, list[np.ndarray]], drawn: int, rng: np.random.Generator) -> dict[str, list[np.ndarray]]:
    """What `compose.cut_out` gives of each class's images, and of so many drawn ones."""
    drawings = {
        name: [
            np.asarray(strokes.draw(name, rng, elsewhere=i % 3 > 0 and name in strokes.ELSEWHERE).convert("L"))
            for i in range(drawn)
        ]
        for name in strokes.SYMBOLS if name in images
    }
    return {
        name: [c for grey in [*of, *drawings.get(name, [])] if (c := compose.cut_out(grey)) is not None]
        for name, of in images.items()
    }


def rough(line: compose.Line, rng: np.random.Generator) -> np.ndarray:
    """The line's ink as a photograph might have it: another pen, an uneven outline; bool."""
    ink = np.where(line.owner > 0, np.uint8(255), np.uint8(0))
    grow = int(rng.integers(-1, 4))
    if grow > 0:
        ink = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grow + 1, grow + 1)))
    blurred = cv2.GaussianBlur(ink, (3, 3), 0).astype(np.int16)
    noise = int(rng.integers(0, 60))
    if noise:
        blurred += rng.integers(-noise, noise + 1, size=ink.shape, dtype=np.int16)
    return blurred > rng.integers(70, 150)


def hypotheses(line: compose.Line, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, str]]:
    """Tiles of a line's groups and what they show: a class, or nothing."""
    found = pieces.cut(rough(line, rng))
    owner = cv2.dilate(line.owner, np.ones((5, 5), np.uint8))
    counts = np.zeros((len(found.boxes) + 1, len(line.labels) + 1), dtype=int)
    np.add.at(counts, (found.labels.ravel(), owner.ravel()), 1)
    counts = counts[1:, 1:]
    owners = counts.argmax(axis=1) if len(counts) else np.zeros(0, int)
    pure = counts.max(axis=1) >= 0.8 * counts.sum(axis=1) if len(counts) else owners
    whole = np.bincount(owners, minlength=len(line.labels))
    symbols, junk = [], []
    for group in pieces.groups(found):
        of = owners[group.first : group.last]
        if (of == of[0]).all() and len(of) == whole[of[0]] and pure[group.first : group.last].all():
            symbols.append((group, line.labels[of[0]]))
        else:
            junk.append(group)
    some = rng.permutation(len(junk))[: round(JUNK * len(symbols))]
    for group, name in [*symbols, *((junk[i], "") for i in some)]:
        yield pieces.tile(found, group), name
