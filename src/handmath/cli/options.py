"""What the commands take as options and arguments."""

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

DRAWN = {".png", ".jpg", ".jpeg"}  # what --annotate writes, by suffix
PICTURES = {*DRAWN, ".bmp", ".gif", ".tif", ".tiff", ".webp"}  # what is read of a folder
STDIN = Path("-")

Model = Annotated[
    Path | None,
    typer.Option(
        metavar="MODEL.safetensors",
        envvar="HANDMATH_MODEL",
        help="The trained reader. Default: that of the project in the current folder, else the "
        "one that comes with handmath.",
        show_envvar=True,
    ),
]
Alphabet = Annotated[
    str | None,
    typer.Option(
        metavar="digits|arithmetic|CHARACTERS",
        help="Nothing else is written there: by name, or the characters themselves.",
    ),
]


class Split(StrEnum):
    """Which half of the sources is scored, see `handmath.reading.labelled.SPLITS`."""

    VALIDATION = "validation"
    TEST = "test"


class Format(StrEnum):
    """How a line is printed."""

    LATEX = "latex"
    TEXT = "text"
    MATHML = "mathml"
    SYMPY = "sympy"
    JSON = "json"


def pictures(files: Sequence[Path]) -> list[Path]:
    """The files, and in place of each folder its pictures, sorted by name, but for hidden ones.

    A folder without any stays: it is no picture, and that is said when it is read.
    """
    found: list[Path] = []
    for file in files:
        inside = sorted(path for path in _within(file) if path.suffix.lower() in PICTURES)
        found += inside or [file]
    return found


def _within(folder: Path) -> list[Path]:
    """What a folder holds; nothing where it is none, or may not be looked into."""
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []


def check_annotate(annotate: Path, files: Sequence[Path]) -> None:
    """Refuse, before anything is read, what --annotate can't do."""
    if len(files) > 1:
        raise typer.BadParameter("draws one file at a time", param_hint="--annotate")
    if annotate.suffix.lower() not in DRAWN:
        raise typer.BadParameter(f"{annotate} should end in .png or .jpg", param_hint="--annotate")
    if os.path.realpath(annotate) == os.path.realpath(files[0]):
        raise typer.BadParameter(f"{annotate} is the picture itself", param_hint="--annotate")


def check_table(table: Path, kept: Sequence[Path]) -> None:
    """Refuse, before anything is read, to write a table over the labels or one of the pictures."""
    if os.path.realpath(table) in map(os.path.realpath, kept):
        raise typer.BadParameter(f"{table} is what is scored", param_hint="--csv")
