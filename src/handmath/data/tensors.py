"""Image files → 32x32 grey tensors: framed, then resized, for each network in its own way.

Their ink is cut out on the way, so that each image is decoded and cleaned once.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import compress
from pathlib import Path
from typing import NamedTuple

import joblib
import numpy as np
from PIL import Image
from tqdm import tqdm

from handmath.base.errors import InputError
from handmath.base.files import IMAGES
from handmath.base.params import NETWORKS, Framing, Preprocess
from handmath.data import framing, image_file, ink, processes
from handmath.data.dataset import Split

SHARD = 256  # images read by one task


class Shard(NamedTuple):
    """What became of some image files.

    digests: SHA-256 of the bytes of each of the m files.
    pixels: `image_file.pixels_id` of each.
    faults: why each cannot be read; empty of one that can.
    images: of each network uint8 [n, 1, size, size], of those n that can.
    ink: `ink.cut_out` of each of them.
    """

    digests: list[str]
    pixels: list[str]
    faults: list[str]
    images: dict[str, np.ndarray]
    ink: list[np.ndarray | None]


def read_shard(paths: Sequence[Path], wanted: Preprocess) -> Shard:
    """Read some files one after the other; see `Shard`."""
    digests, pixels, faults, cut = [], [], [], []
    shape = (len(paths), 1, wanted.size, wanted.size)
    images = {name: np.empty(shape, dtype=np.uint8) for name in NETWORKS}
    filled = 0
    for path in paths:
        digest, grey = image_file.read(path, wanted.max_side)
        digests.append(digest)
        if isinstance(grey, image_file.UnreadableError):
            pixels.append("")
            faults.append(str(grey))
            continue
        pixels.append(image_file.pixels_id(grey))
        faults.append("")
        clean = framing.clean(np.asarray(grey))
        for name, tensor in images.items():
            framed: Framing = getattr(wanted, name)
            shown = Image.fromarray(clean) if framed.clean else grey
            tensor[filled] = transform(shown, framed, wanted.size)
        cut.append(ink.cut_out(clean))
        filled += 1
    return Shard(
        digests, pixels, faults, {name: tensor[:filled] for name, tensor in images.items()}, cut
    )


def transform(image: Image.Image, wanted: Framing, size: int) -> np.ndarray:
    """Bring one image of mode L, cleaned if that is wanted, to uint8 [size, size].

    A crop from the middle is a square, `crop` pixels wide or as large as the image allows: the
    padding that torchvision would add is black, like ink. Crop and resizing are torchvision's
    pixel for pixel, which has them from Pillow, but takes three seconds to import.
    """
    if wanted.crop == "ink":
        square = framing.square(np.asarray(image), wanted.margin, wanted.least)
    else:
        square = centre(image, min(wanted.crop, *image.size))
    return np.asarray(square.resize((size, size), Image.Resampling.BILINEAR))


def centre(image: Image.Image, side: int) -> Image.Image:
    """Cut a square from the middle; of an odd rest half a pixel is rounded to even."""
    left, top = (round((length - side) / 2) for length in image.size)
    return image.crop((left, top, left + side, top + side))


class Folder(NamedTuple):
    """The images below a folder in the order of class and name, those that could be read."""

    images: dict[str, np.ndarray]  # of each network uint8 [N, 1, size, size]
    labels: np.ndarray  # int64 [N]
    digests: list[str]  # SHA-256 of each image's bytes
    pixels: list[str]  # `image_file.pixels_id` of each image
    paths: list[Path]

    def split(self, network: str) -> Split:
        """The images as a network sees them."""
        return Split(self.images[network], self.labels)


def class_names() -> list[str]:
    """Names of the classes, the folders of `data/images/train/`; a label is an index into them.

    Raises:
        InputError: the images are missing.
    """
    if not (IMAGES / "train").is_dir():
        raise InputError(f"{IMAGES} is missing; `dvc repro unzip` makes it")
    return sorted(folder.name for folder in (IMAGES / "train").iterdir())


def read_folder(
    folder: Path,
    classes: list[str],
    preprocess: Preprocess,
    keep: Callable[[np.ndarray | None], None] = lambda _: None,
) -> Folder:
    """Read `folder/<class>/*`.

    Args:
        folder: with a folder of images for each class.
        classes: those to read.
        preprocess: how.
        keep: called with the ink of each image that can be read, in their order.

    Raises:
        InputError: more files cannot be read than `preprocess.max_unreadable`.
    """
    paths = [path for name in classes for path in sorted((folder / name).glob("*"))]
    shape = (len(paths), 1, preprocess.size, preprocess.size)
    tensors: dict[str, np.ndarray] = {
        network: np.empty(shape, dtype=np.uint8) for network in NETWORKS
    }
    digests: list[str] = []
    pixels: list[str] = []
    faults: list[str] = []
    filled = 0
    parts = [paths[start : start + SHARD] for start in range(0, len(paths), SHARD)]
    with (
        processes.pool(min(len(parts), joblib.cpu_count())) as pool,
        tqdm(total=len(paths), desc=str(folder), unit="image", disable=None) as bar,
    ):
        for shard in pool.map(partial(read_shard, wanted=preprocess), parts):
            count = shard.faults.count("")
            for network, of_shard in shard.images.items():
                tensors[network][filled : filled + count] = of_shard
            filled += count
            for picture in shard.ink:
                keep(picture)
            digests += shard.digests
            pixels += shard.pixels
            faults += shard.faults
            bar.update(len(shard.faults))

    _report(
        [f"{path} {fault}" for path, fault in zip(paths, faults, strict=True) if fault], preprocess
    )
    label_of = {name: label for label, name in enumerate(classes)}
    readable = [not fault for fault in faults]
    paths = list(compress(paths, readable))
    return Folder(
        {network: tensor[:filled] for network, tensor in tensors.items()},
        np.array([label_of[path.parent.name] for path in paths], dtype=np.int64),
        list(compress(digests, readable)),
        list(compress(pixels, readable)),
        paths,
    )


def _report(unreadable: list[str], preprocess: Preprocess) -> None:
    some = "; ".join(unreadable[:5])
    if len(unreadable) > 5:
        some += f"; and {len(unreadable) - 5:,} more"
    if len(unreadable) > preprocess.max_unreadable:
        raise InputError(
            f"{len(unreadable):,} images cannot be read, more than preprocess.max_unreadable "
            f"({preprocess.max_unreadable}): {some}"
        )
    if unreadable:
        print(f"left out {len(unreadable):,} images that cannot be read: {some}")
