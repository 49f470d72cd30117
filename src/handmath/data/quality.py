"""What can be wrong with a set of images, found in what `inspect` keeps of each."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
from PIL import Image
from tqdm import tqdm

from handmath.data import framing, image_file, processes

BLANK = 32  # the shades of a blank image are less than this apart
NEAR = 0.1  # near duplicates differ by less than this share of the image's contrast
THUMBNAIL = 16  # pixels, side; up to it every sum of squared shades is exact in float32
AT_A_TIME = 64  # images that a worker takes
CHUNK = 64  # test images compared with all training images at a time

# Every kind of finding, as a heading; the functions below define them.
KINDS = {
    "unreadable": "files that cannot be read",
    "leaked_test_images": "test images that are also in train",
    "leaked_by_pixels": "test images in train as other files",
    "near_duplicates_of_train": "test images almost like one in train",
    "label_conflicts": "images under more than one label",
    "duplicates_in_train": "images repeated in train",
    "duplicates_in_test": "images repeated in test",
    "blank": "blank images",
    "full_width_lines": "images with a line from left to right",
    "full_height_lines": "images with a line from top to bottom",
    "ink_on_border": "images with ink on the border",
    "sizes_of_one_class": "sizes that one class alone has",
}


class Inspection(NamedTuple):
    """One image file and what is kept of it.

    digest, pixels: SHA-256 of its bytes, and of its size and grey pixels.
    size: `<width>x<height>`.
    faults: those of `KINDS` that show in the image itself.
    thumbnail: uint8 [256], 16x16 pixels.
    unreadable: why it cannot be read; such a file has no `pixels`, `size`, `faults` and thumbnail.
    """

    path: str  # `<split>/<class>/<name>`
    split: str
    label: str
    digest: str
    pixels: str = ""
    size: str = ""
    faults: Sequence[str] = ()
    thumbnail: np.ndarray = np.empty(0, dtype=np.uint8)
    unreadable: str = ""


class Finding(NamedTuple):
    """The kind, an image, and the image it is compared with or other particulars."""

    kind: str
    image: str
    detail: str = ""


def inspect(path: Path, max_side: int) -> Inspection:
    """Read, hash and decode one file `.../<split>/<class>/<name>`, each once."""
    digest, grey = image_file.read(path, max_side)
    split, label, _ = place = path.parts[-3:]
    file = Inspection("/".join(place), split, label, digest)
    if isinstance(grey, image_file.UnreadableError):
        return file._replace(unreadable=str(grey))
    size = f"{grey.width}x{grey.height}"
    thumbnail = grey.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    return file._replace(
        pixels=image_file.pixels_id(grey),
        size=size,
        faults=faults(np.asarray(grey)),
        thumbnail=np.asarray(thumbnail).ravel(),
    )


def faults(shades: np.ndarray) -> list[str]:
    """Name the faults that show in one image, uint8 [height, width].

    blank: its darkest and lightest pixel are less than `BLANK` shades apart.
    full_width_lines, full_height_lines: more than 90% of a row, or of a column, is ink.
    ink_on_border: one of the outermost pixels is ink, which is what is darker than `framing.INK`.
    """
    ink = shades < framing.INK
    shows = {
        "blank": np.ptp(shades) < BLANK,
        "full_width_lines": (ink.mean(axis=1) > framing.LINE).any(),
        "full_height_lines": (ink.mean(axis=0) > framing.LINE).any(),
        "ink_on_border": ink[[0, -1]].any() or ink[:, [0, -1]].any(),
    }
    return [kind for kind, is_so in shows.items() if is_so]


def find(images: Sequence[Inspection]) -> list[Finding]:
    """Find everything of `KINDS`, sorted by kind and image."""
    train, test = splits(images)
    return sorted(
        [
            *(Finding(kind, image.path) for image in images for kind in image.faults),
            *(Finding("unreadable", i.path, i.unreadable) for i in images if i.unreadable),
            *leaks(train, test),
            *near_duplicates(train, test),
            *duplicates("duplicates_in_train", train),
            *duplicates("duplicates_in_test", test),
            *label_conflicts([*test, *train]),
            *sizes_of_one_class([*test, *train]),
        ]
    )


def splits(images: Sequence[Inspection]) -> tuple[list[Inspection], list[Inspection]]:
    """The images of train and of test (`eval`), those that could be read."""
    train = [image for image in images if image.size and image.split == "train"]
    test = [image for image in images if image.size and image.split == "eval"]
    return train, test


def leaks(train: Sequence[Inspection], test: Sequence[Inspection]) -> Iterator[Finding]:
    """Test images that train has too; the detail is the first such training image.

    leaked_test_images: byte for byte.
    leaked_by_pixels: other bytes, the same size and grey pixels; none of them is in the former.
    """
    by_bytes = {image.digest: image.path for image in reversed(train)}
    by_pixels = {image.pixels: image.path for image in reversed(train)}
    for image in test:
        if image.digest in by_bytes:
            yield Finding("leaked_test_images", image.path, by_bytes[image.digest])
        elif image.pixels in by_pixels:
            yield Finding("leaked_by_pixels", image.path, by_pixels[image.pixels])


def near_duplicates(train: Sequence[Inspection], test: Sequence[Inspection]) -> Iterator[Finding]:
    """Test images as close to a training image as an image is to itself saved as a poor JPEG.

    near_duplicates_of_train: the pixels are not the same, but the thumbnails differ (root mean
    square) by less than `NEAR` times the standard deviation of the test image's; the detail is the
    closest training image. Images of different hands differ by 0.15 and more, an image saved as a
    JPEG of quality 25 by 0.05 from itself. One that has been moved by a pixel is not found.
    """
    known = {image.pixels for image in train}
    others = [image for image in test if image.pixels not in known]
    if not known or not others:
        return
    of_train, of_test = (
        np.stack([image.thumbnail for image in part]).astype(np.float32) for part in (train, others)
    )
    squares = np.square(of_train).sum(axis=1)
    limits = (NEAR * THUMBNAIL) ** 2 * of_test.var(axis=1, dtype=np.float64)
    for start in range(0, len(others), CHUNK):
        some = of_test[start : start + CHUNK]
        products = some @ of_train.T
        # (a - b)² = (a² - ab) + (b² - ab): whole numbers below 2^24, exact on every machine.
        distances = (np.square(some).sum(axis=1)[:, None] - products) + (squares - products)
        nearest = distances.argmin(axis=1)
        for row in np.flatnonzero(distances.min(axis=1) < limits[start : start + CHUNK]):
            image, other = others[start + row], train[nearest[row]]
            yield Finding("near_duplicates_of_train", image.path, other.path)


def duplicates(kind: str, images: Sequence[Inspection]) -> Iterator[Finding]:
    """Images of one split with the size and grey pixels of an earlier one, which is the detail."""
    first = {image.pixels: image.path for image in reversed(images)}
    for image in images:
        if first[image.pixels] != image.path:
            yield Finding(kind, image.path, first[image.pixels])


def label_conflicts(images: Sequence[Inspection]) -> Iterator[Finding]:
    """Images whose size and grey pixels stand under more than one label.

    label_conflicts: one finding for all the files of such an image, the first and, as the detail,
    the others.
    """
    for alike in grouped(images, "pixels"):
        if len({image.label for image in alike}) > 1:
            first, *others = (image.path for image in alike)
            yield Finding("label_conflicts", first, ", ".join(others))


def sizes_of_one_class(images: Sequence[Inspection]) -> Iterator[Finding]:
    """Sizes that give the class away.

    sizes_of_one_class: all images of a size have one label; the first of them stands for it.
    """
    for alike in grouped(images, "size"):
        labels = {image.label for image in alike}
        if len(labels) == 1:
            detail = f"{alike[0].size}: {len(alike)} of {labels.pop()}"
            yield Finding("sizes_of_one_class", alike[0].path, detail)


def grouped(images: Sequence[Inspection], key: str) -> list[list[Inspection]]:
    """Images that agree in one field, together."""
    groups: defaultdict[str, list[Inspection]] = defaultdict(list)
    for image in images:
        groups[getattr(image, key)].append(image)
    return list(groups.values())


def inspect_all(folder: Path, max_side: int) -> list[Inspection]:
    """Look at `folder/{train,eval}/<class>/*` in the order of the paths.

    An image longer or higher than `max_side` pixels cannot be read.
    """
    paths = sorted(folder.glob("*/*/*"))
    with processes.pool(joblib.cpu_count()) as pool:
        seen = pool.map(partial(inspect, max_side=max_side), paths, chunksize=AT_A_TIME)
        return list(tqdm(seen, total=len(paths), desc=str(folder), unit="image", disable=None))


def summarise(images: Sequence[Inspection], findings: Sequence[Finding]) -> dict[str, Any]:
    """What `metrics/data.json` says: how many images there are, and findings of each kind.

    `train_images`, `test_images` and `sizes` are of the images that could be read.
    """
    train, test = splits(images)
    counts = Counter(finding.kind for finding in findings)
    return {
        "classes": len({image.label for image in images}),
        "train_images": len(train),
        "test_images": len(test),
        **{kind: counts[kind] for kind in KINDS},
        "sizes": len({image.size for image in [*train, *test]}),
        "size_tells_class": size_tells_class(train, test),
    }


def content_id(images: Sequence[Inspection]) -> str:
    """Hash of all images by split, class and bytes, whatever their names and order."""
    lines = sorted(f"{image.split}/{image.label}/{image.digest}\n" for image in images)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def size_tells_class(train: Sequence[Inspection], test: Sequence[Inspection]) -> dict[str, float]:
    """How often a test image has the class that most training images of its size have.

    Returns:
        `accuracy` of that rule, in [0, 1], and of `chance`: the most frequent class for all.
    """
    most_frequent = _most_frequent(train)
    of_size = {alike[0].size: _most_frequent(alike) for alike in grouped(train, "size")}
    right = sum(of_size.get(image.size, most_frequent) == image.label for image in test)
    by_chance = sum(most_frequent == image.label for image in test)
    count = max(len(test), 1)
    return {"accuracy": round(right / count, 4), "chance": round(by_chance / count, 4)}


def _most_frequent(images: Sequence[Inspection]) -> str:
    """The label of most; of equally frequent ones the first by name."""
    counts = Counter(image.label for image in images)
    return min(counts, key=lambda label: (-counts[label], label), default="")
