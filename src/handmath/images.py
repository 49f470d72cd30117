"""Image files → 32x32 grey tensors: framed, then resized, for each network in its own way."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from handmath import framing, pixels
from handmath.params import NETWORKS, Framing, Preprocess
from handmath.vision import transforms

SHARD = 256  # images read by one task


class Shard(NamedTuple):
    """What became of some image files.

    digests: SHA-256 of the bytes of each of the m files.
    read: bool [m], which of them could be read.
    images: of each network uint8 [n, 1, size, size], of those n.
    """

    digests: list[str]
    read: np.ndarray
    images: dict[str, np.ndarray]


class _Shards(Dataset[Shard]):
    def __init__(self, paths: Sequence[Path], wanted: Preprocess) -> None:
        self.paths, self.wanted = paths, wanted

    def __len__(self) -> int:
        return -(-len(self.paths) // SHARD)

    def __getitem__(self, index: int) -> Shard:
        return read_shard(self.paths[index * SHARD : (index + 1) * SHARD], self.wanted)


def shards(paths: Sequence[Path], wanted: Preprocess) -> Iterator[Shard]:
    """Read the files in order on all cores, with a few shards at a time in memory."""
    dataset = _Shards(paths, wanted)
    workers = min(os.cpu_count() or 1, len(dataset))
    return iter(DataLoader(dataset, batch_size=None, num_workers=workers, collate_fn=_as_is))


def _as_is(shard: Any) -> Any:
    return shard


def read_shard(paths: Sequence[Path], wanted: Preprocess) -> Shard:
    """Read some files one after the other; see `Shard`."""
    digests, read = [], np.zeros(len(paths), dtype=bool)
    shape = (len(paths), 1, wanted.size, wanted.size)
    images = {name: np.empty(shape, dtype=np.uint8) for name in NETWORKS}
    for index, path in enumerate(paths):
        data = path.read_bytes()
        digests.append(hashlib.sha256(data).hexdigest())
        try:
            grey = pixels.decode(data)
        except pixels.UNREADABLE:
            continue
        for name, tensor in images.items():
            tensor[read.sum()] = transform(grey, getattr(wanted, name), wanted.size)
        read[index] = True
    return Shard(digests, read, {name: tensor[: read.sum()] for name, tensor in images.items()})


def transform(grey: Image.Image, wanted: Framing, size: int) -> np.ndarray:
    """Bring one image of mode L to uint8 [size, size].

    A crop from the middle is a square, `crop` pixels wide or as large as the image allows: the
    padding that torchvision would add is black, like ink.
    """
    if wanted.clean:
        grey = Image.fromarray(framing.clean(np.asarray(grey)))
    if wanted.crop == "ink":
        square = framing.square(np.asarray(grey), wanted.margin, wanted.least)
    else:
        square = transforms.center_crop(grey, [min(wanted.crop, *grey.size)])
    return np.asarray(transforms.resize(square, [size, size]))
