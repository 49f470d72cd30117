"""The ink of single symbols: cut out of their pictures, and how wide its strokes are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from handmath.base.errors import InputError
from handmath.data import framing, image_file
from handmath.data.split import held_out
from handmath.data.stored import Stored

LONGEST = 160  # pixels, longer side of a symbol's ink: no line is written larger

Pictures = Mapping[str, Sequence[np.ndarray]]
"""By class the symbols' ink, cut to its box: uint8 [height, width], 255 is ink."""


def read(folder: Path, max_side: int) -> Pictures:
    """Read the images below `folder/<class>/`; what cannot be read or has no ink is left out.

    Raises:
        InputError: there is no ink at all.
    """
    stored = Stored()
    labels = []
    for label, _, picture in _images(folder, max_side):
        if picture is not None:
            stored.append(picture)
            labels.append(label)
    if not labels:
        raise InputError(f"{folder}: every image is blank or cannot be read")
    return _by_class(stored, enumerate(labels))


def read_split(folder: Path, share: float, max_side: int) -> tuple[Pictures, Pictures]:
    """Read the images as `read` does: those to train on, and those that `preprocess` holds out.

    Raises:
        InputError: there are none to train on or to hold out.
    """
    stored = Stored()
    labels, digests, rows = [], [], []  # a row of each picture in `stored`; None if it has no ink
    for label, digest, picture in _images(folder, max_side):
        labels.append(label)
        digests.append(digest)
        rows.append(len(stored) if picture is not None else None)
        if picture is not None:
            stored.append(picture)
    chosen = held_out(labels, digests, share)
    kept: list[tuple[int, str]] = []
    validation: list[tuple[int, str]] = []
    for label, digest, row in zip(labels, digests, rows, strict=True):
        if row is not None:
            (validation if digest in chosen else kept).append((row, label))
    if not kept:
        raise InputError(f"{folder}: every image is blank or cannot be read")
    if not validation:
        raise InputError(
            f"{folder}: no validation images: every class has too few with ink; add images"
        )
    return _by_class(stored, kept), _by_class(stored, validation)


def _by_class(stored: Stored, rows: Iterable[tuple[int, str]]) -> Pictures:
    """Those pictures that have some rows, each of which has a class."""
    found: dict[str, list[int]] = {}
    for row, label in rows:
        found.setdefault(label, []).append(row)
    return {label: stored.at(of_class) for label, of_class in found.items()}


def _images(folder: Path, max_side: int) -> Iterator[tuple[str, str, np.ndarray | None]]:
    """Of each image that can be read the class, the SHA-256 of its bytes, and its ink if any."""
    for path in sorted(folder.glob("*/*")):
        digest, grey = image_file.read(path, max_side)
        if not isinstance(grey, image_file.UnreadableError):  # which `preprocess` has counted
            ink = cut_out(np.asarray(grey))
            yield path.parent.name, digest, ink if ink is None else _shrunk(ink)


def cut_out(grey: np.ndarray) -> np.ndarray | None:
    """The ink in one symbol's picture, uint8 [height, width], as `Pictures` has it; or None."""
    clean = framing.clean(grey)
    box = Image.fromarray(clean < framing.INK).getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    return 255 - clean[top:bottom, left:right]


def _shrunk(ink: np.ndarray) -> np.ndarray:
    """Bring ink to `LONGEST` pixels."""
    scale = LONGEST / max(ink.shape)
    if scale >= 1:
        return ink
    high, wide = (max(round(side * scale), 1) for side in ink.shape)
    small = np.asarray(Image.fromarray(ink).resize((wide, high), Image.Resampling.BOX))
    shades: np.ndarray = np.rint(small * (255 / max(small.max(), 1)))  # a hairline stays ink
    return shades.astype(np.uint8)


def pen_width(mask: np.ndarray) -> float:
    """Width of the strokes of bool [height, width]: twice their area by their outline's length."""
    rows = mask[:-2] & mask[1:-1] & mask[2:]
    inside = rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]
    area = int(mask.sum())
    return 2 * area / max(area - int(inside.sum()), 1)
