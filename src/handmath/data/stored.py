"""Pictures in a file: only those that somebody looks at are in memory."""

import errno
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self, overload

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
        self._file = file or _File.temporary()
        self._places = array("q")  # three of each picture: where it begins, its height, its width

    @classmethod
    def read(cls, path: Path, places: np.ndarray) -> "Stored":
        """Those that are in a file.

        Args:
            path: the file, their bytes and nothing else.
            places: int64 [N, 3], where each one begins, its height and its width.

        Raises:
            OSError: it can't be read.
            ValueError: a picture would be outside of it.
        """
        stored = cls(_File.opened(path))
        start, end = places[:, 0], places[:, 0] + places[:, 1] * places[:, 2]
        size = stored._file.size
        if ((start < 0) | (start > size) | (end > size)).any():
            raise ValueError("it has no pictures where they should be")
        stored._places.frombytes(np.ascontiguousarray(places, dtype=np.int64).tobytes())
        return stored

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
    """An open file, which is closed when nobody has it any more."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        weakref.finalize(self, os.close, descriptor)

    @classmethod
    def temporary(cls) -> Self:
        with files.writing(FOLDER):
            FOLDER.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=FOLDER)
            Path(name).unlink()
        return cls(descriptor)

    @classmethod
    def opened(cls, path: Path) -> Self:
        return cls(os.open(path, os.O_RDONLY))

    def append(self, data: bytes) -> int:
        """Write at the end; returns where that was."""
        start = self.size
        with files.writing(FOLDER):
            if os.pwrite(self.descriptor, data, start) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.size += len(data)
        return start
