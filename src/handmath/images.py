"""Image files → 32x32 grey tensors: the notebook's CenterCrop, Grayscale and Resize."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from torch.utils.data import DataLoader, Dataset

from handmath import pixels
from handmath.vision import transforms

SHARD = 256  # images read by one task


class Shard(NamedTuple):
    """What became of some image files.

    digests: SHA-256 of the bytes of each of the m files.
    read: bool [m], which of them could be read.
    images: uint8 [n, 1, size, size], of those n.
    """

    digests: list[str]
    read: np.ndarray
    images: np.ndarray


class _Shards(Dataset[Shard]):
    def __init__(self, paths: Sequence[Path], crop: int, size: int) -> None:
        self.paths, self.crop, self.size = paths, crop, size

    def __len__(self) -> int:
        return -(-len(self.paths) // SHARD)

    def __getitem__(self, index: int) -> Shard:
        paths = self.paths[index * SHARD : (index + 1) * SHARD]
        return read_shard(paths, self.crop, self.size)


def shards(paths: Sequence[Path], crop: int, size: int) -> Iterator[Shard]:
    """Read the files in order on all cores, with a few shards at a time in memory."""
    dataset = _Shards(paths, crop, size)
    workers = min(os.cpu_count() or 1, len(dataset))
    return iter(DataLoader(dataset, batch_size=None, num_workers=workers, collate_fn=_as_is))


def _as_is(shard: Any) -> Any:
    return shard


def read_shard(paths: Sequence[Path], crop: int, size: int) -> Shard:
    """Read some files one after the other; see `Shard`."""
    images, digests, read = [], [], np.zeros(len(paths), dtype=bool)
    for index, path in enumerate(paths):
        data = path.read_bytes()
        digests.append(hashlib.sha256(data).hexdigest())
        try:
            images.append(transform(data, crop, size))
            read[index] = True
        except pixels.UNREADABLE:
            pass
    stacked = np.stack(images) if images else np.empty((0, size, size), dtype=np.uint8)
    return Shard(digests, read, stacked[:, None])


def transform(data: bytes, crop: int, size: int) -> np.ndarray:
    """Decode one image and bring it to uint8 [size, size].

    The crop is a square from the middle, `crop` pixels wide or as large as the image allows: the
    padding that torchvision would add is black, like ink.
    """
    grey = pixels.decode(data)
    side = min(crop, *grey.size)
    return np.asarray(transforms.resize(transforms.center_crop(grey, [side]), [size, size]))
