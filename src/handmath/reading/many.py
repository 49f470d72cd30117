"""Many pictures, read on every core."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TypeVar

from PIL import Image

from handmath.base.errors import InputError
from handmath.base.interrupt import without_interrupts
from handmath.data import processes
from handmath.reading.reader import Reader
from handmath.reading.result import Reading

FEW = 50  # pictures that are read sooner than other processes would have started
CHUNK = 8  # pictures that a process is given at a time

Picture = Path | Image.Image
T = TypeVar("T")
_reader: Reader  # of this process, if it is one of those that `_shared` starts


def read_pages(reader: Reader, pictures: Sequence[Picture]) -> Iterator[list[Reading] | InputError]:
    """What `Reader.read_page` gives or raises for each picture, in their order.

    More than `FEW` are shared out among processes, one for each core that this one may use. The
    readings are the same.

    Raises:
        InputError: one of the processes was killed.
    """
    return _shared(_page, reader, pictures)


def read_lines(reader: Reader, pictures: Sequence[Picture]) -> Iterator[Reading | InputError]:
    """What `Reader.read` gives or raises for each picture, as `read_pages` does it."""
    return _shared(_line, reader, pictures)


def _shared(
    read: Callable[[Reader, Picture], T], reader: Reader, pictures: Sequence[Picture]
) -> Iterator[T]:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    if len(pictures) <= FEW or cores == 1:
        yield from (read(reader, picture) for picture in pictures)
        return
    count = min(cores, len(pictures) // CHUNK)
    # Forking would copy what other threads hold locked.
    with processes.pool(count, fork=False, begin=partial(_start, reader)) as pool:
        with without_interrupts():
            outcomes = pool.map(_here, repeat(read), pictures, chunksize=CHUNK)
        yield from outcomes


def _page(reader: Reader, picture: Picture) -> list[Reading] | InputError:
    try:
        return reader.read_page(picture)
    except InputError as error:
        return error


def _line(reader: Reader, picture: Picture) -> Reading | InputError:
    try:
        return reader.read(picture)
    except InputError as error:
        return error


def _start(reader: Reader) -> None:
    global _reader
    _reader = reader


def _here(read: Callable[[Reader, Picture], T], picture: Picture) -> T:
    return read(_reader, picture)
