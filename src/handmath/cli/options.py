"""What the commands take as options and arguments."""

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
    """The files, and in place of each folder its pictures, sorted by name.

    A folder without any stays: it is no picture, and that is said when it is read.
    """
    found: list[Path] = []
    for file in files:
        inside = sorted(path for path in file.glob("*") if path.suffix.lower() in PICTURES)
        found += inside or [file]
    return found


def check_annotate(annotate: Path, files: Sequence[Path]) -> None:
    """Refuse, before anything is read, what --annotate can't do."""
    if len(files) > 1:
        raise typer.BadParameter("draws one file at a time", param_hint="--annotate")
    if annotate.suffix.lower() not in DRAWN:
        raise typer.BadParameter(f"{annotate} should end in .png or .jpg", param_hint="--annotate")
    if annotate.resolve() == files[0].resolve():
        raise typer.BadParameter(f"{annotate} is the picture itself", param_hint="--annotate")
