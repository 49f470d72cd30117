"""Pictures in a temporary file: only those that somebody looks at are in memory."""

import errno
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

import numpy as np

from handmath.base import files

FOLDER = Path(".cache")  # not /tmp, which is itself in memory on many machines


class Stored(Sequence[np.ndarray]):
    """Pictures, uint8 [height, width], in the order in which they were appended.

    The file has no name, so that a stage that is killed leaves none.

    Raises:
        InputError: no file can be made.
    """

    def __init__(self, file: "_File | None" = None) -> None:
        self._file = file or _File()
        self._places = array("q")  # three of each picture: where it begins, its height, its width

    def append(self, picture: np.ndarray) -> None:
        """Store one more.

        Raises:
            InputError: the disk is full.
        """
        self._places.extend((self._file.append(picture.tobytes()), *picture.shape))

    def at(self, rows: Iterable[int]) -> "Stored":
        """Those at some rows, in the same file."""
        some = Stored(self._file)
        for row in rows:
            some._places += self._places[3 * row : 3 * row + 3]
        return some

    def __len__(self) -> int:
        return len(self._places) // 3

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> "Stored": ...
    def __getitem__(self, index: int | slice) -> "np.ndarray | Stored":
        chosen = range(len(self))[index]
        if isinstance(chosen, range):
            return self.at(chosen)
        start, *shape = self._places[3 * chosen : 3 * chosen + 3]
        picture = np.empty(shape, dtype=np.uint8)
        os.preadv(self._file.descriptor, [picture.data], start)
        return picture


class _File:
    def __init__(self) -> None:
        with files.writing(FOLDER):
            FOLDER.mkdir(parents=True, exist_ok=True)
            self.descriptor, name = tempfile.mkstemp(dir=FOLDER)
            weakref.finalize(self, os.close, self.descriptor)
            Path(name).unlink()
        self.size = 0

    def append(self, data: bytes) -> int:
        """Write at the end; returns where that was."""
        start = self.size
        with files.writing(FOLDER):
            if os.pwrite(self.descriptor, data, start) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.size += len(data)
        return start
