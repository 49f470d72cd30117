"""Stage `preprocess`: `data/images/` → `data/symbols.safetensors`."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from handmath import images, params, symbols
from handmath.errors import InputError, run
from handmath.files import IMAGES
from handmath.split import held_out
from handmath.symbols import Split


class Folder(NamedTuple):
    """The images below a folder in the order of class and name, those that could be read."""

    split: Split
    digests: list[str]  # SHA-256 of each image's bytes


def main() -> None:
    """Turn the images into tensors and hold out the validation share."""
    p = params.load()
    classes = sorted(folder.name for folder in (IMAGES / "train").iterdir())
    train = read_folder(IMAGES / "train", classes, p.preprocess)
    test = read_folder(IMAGES / "eval", classes, p.preprocess)

    labels = [classes[label] for label in train.split.labels]
    chosen = held_out(labels, train.digests, p.validation.share)
    validation = np.array([digest in chosen for digest in train.digests])
    leaked = np.isin(test.digests, train.digests)
    symbols.write(symbols.PATH, train.split, validation, test.split, leaked, classes)
    print(
        f"{len(classes)} classes: {(~validation).sum():,} train, {validation.sum():,} validation, "
        f"{len(leaked):,} test images, {leaked.sum():,} of which are also in train or validation"
    )


def read_folder(folder: Path, classes: list[str], preprocess: params.Preprocess) -> Folder:
    """Read `folder/<class>/*`.

    Raises:
        InputError: more files cannot be read than `preprocess.max_unreadable`.
    """
    paths = [path for name in classes for path in sorted((folder / name).glob("*"))]
    size = preprocess.size
    tensors = np.empty((len(paths), 1, size, size), dtype=np.uint8)
    digests: list[str] = []
    readable: list[bool] = []
    filled = 0
    with tqdm(total=len(paths), desc=str(folder), unit="image", disable=None) as bar:
        for shard in images.shards(paths, preprocess.crop, size):
            tensors[filled : filled + len(shard.images)] = shard.images
            filled += len(shard.images)
            digests += shard.digests
            readable += shard.read.tolist()
            bar.update(len(shard.read))

    _report([str(path) for path, ok in zip(paths, readable, strict=True) if not ok], preprocess)
    label_of = {name: label for label, name in enumerate(classes)}
    labels = [label_of[path.parent.name] for path, ok in zip(paths, readable, strict=True) if ok]
    digests = [digest for digest, ok in zip(digests, readable, strict=True) if ok]
    return Folder(Split(tensors[:filled], np.array(labels, dtype=np.int64)), digests)


def _report(unreadable: list[str], preprocess: params.Preprocess) -> None:
    some = ", ".join(unreadable[:5])
    if len(unreadable) > 5:
        some += f" and {len(unreadable) - 5} more"
    if len(unreadable) > preprocess.max_unreadable:
        raise InputError(
            f"{len(unreadable)} images cannot be read (preprocess.max_unreadable is "
            f"{preprocess.max_unreadable}): {some}; mend them or raise the limit"
        )
    if unreadable:
        print(f"left out, for they cannot be read: {some}")


if __name__ == "__main__":
    run(main)
