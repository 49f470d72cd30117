"""Which trained reader is used, and which one it is."""

import hashlib
import os
from pathlib import Path

from handmath.base import files
from handmath.base.errors import InputError, reason
from handmath.reading.expression.layout import LAYOUT
from handmath.reading.network import EXPRESSIONS, READER

VARIABLE = "HANDMATH_MODEL"
PACKAGED = Path(__file__).with_name("reader.safetensors")  # in an installed package
BESIDE = Path(__file__).parents[3] / READER  # in the clone that this code is in


def default() -> Path:
    """The reader to use where none is named.

    The one that HANDMATH_MODEL names; else that of the project that the current folder is in; else
    the one that comes with the package, trained on drawn symbols alone.

    Raises:
        InputError: there is none of these.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "dvc.yaml").is_file() and (folder / READER).exists():
            return folder / READER

    for path in (PACKAGED, BESIDE):
        if path.is_file():
            return path
    raise InputError(f"{here / READER} is missing; `dvc repro` makes it, or name one by --model")


def describe(path: Path | None = None) -> str:
    """Which reader that is: its file, and those beside it that expressions are read with.

    Each has the first 12 digits of its SHA-256 behind it.

    Raises:
        InputError: a file can't be read.
    """
    path = path or default()
    beside = (path.with_name(model.name) for model in (EXPRESSIONS, LAYOUT))
    others = [f", {model.name} ({_digest(model)})" for model in beside if model.exists()]
    return f"{path} ({_digest(path)}){''.join(others)}"


def _digest(path: Path) -> str:
    try:
        files.check(path)
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise InputError(f"{path} can't be read ({reason(error)})") from None
