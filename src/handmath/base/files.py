"""Atomic writes: a file appears whole or not at all, written under another name, then renamed."""

import csv
import io
import json
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handmath.base.errors import InputError, reason

IMAGES = Path("data/images")  # where `unzip` writes and `preprocess` reads
PARTIAL = ".partial-"


def check(path: Path) -> None:
    """Look whether there is a file to read.

    Raises:
        OSError: there is none, or a folder, a device or a pipe, which would be waited on for ever.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("it is no file")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the disk refuses while a file or folder is written into an `InputError`."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path} cannot be written ({reason(error)})") from None


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yield a path to write to; on success it becomes `path`, on an exception it is removed.

    The name keeps its suffix, which libraries take a file's format from. A killed process leaves
    the partial file behind; Git ignores it and the next run overwrites it.

    Raises:
        InputError: the disk is full or does not allow it.
    """
    path = Path(path)
    partial = path.with_name(PARTIAL + path.name)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 with the platform-independent newline."""
    with atomic_write(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: str | Path, value: dict[str, Any]) -> None:
    """Write `value` as JSON that reads well in a diff: a key a line, a newline at the end."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def write_csv(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; floats as the shortest text that reads back equal."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    write_text(path, text.getvalue())
