"""Stage `preprocess`: `data/images/` → `data/symbols.safetensors`."""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from handmath import images, params, symbols
from handmath.errors import InputError, run
from handmath.files import IMAGES
from handmath.split import held_out
from handmath.symbols import Split


def main() -> None:
    """Turn the images into tensors and hold out the validation share."""
    p = params.load()
    classes = sorted(folder.name for folder in (IMAGES / "train").iterdir())
    train, digests = read_folder(IMAGES / "train", classes, p.preprocess)
    test, _ = read_folder(IMAGES / "eval", classes, p.preprocess)

    labels = [classes[label] for label in train.labels]
    chosen = held_out(labels, digests, p.validation.share)
    validation = np.array([digest in chosen for digest in digests])
    splits = {
        "train": Split(train.images[~validation], train.labels[~validation]),
        "validation": Split(train.images[validation], train.labels[validation]),
        "test": test,
    }
    symbols.write(symbols.PATH, splits, classes)
    counts = ", ".join(f"{len(split.labels):,} {name}" for name, split in splits.items())
    print(f"{symbols.PATH}: {counts} images of {len(classes)} classes")


def read_folder(
    folder: Path, classes: list[str], preprocess: params.Preprocess
) -> tuple[Split, list[str]]:
    """Read `folder/<class>/*` in the order of the names.

    Returns:
        The images with their labels, and the SHA-256 of each image's bytes.

    Raises:
        InputError: more files cannot be read than `preprocess.max_unreadable`.
    """
    paths = [path for name in classes for path in sorted((folder / name).glob("*"))]
    tensors = np.empty((len(paths), 1, preprocess.size, preprocess.size), dtype=np.uint8)
    readable = np.empty(len(paths), dtype=bool)
    digests: list[str] = []
    seen = 0
    with tqdm(total=len(paths), desc=str(folder), unit="image", disable=None) as bar:
        for shard in images.shards(paths, preprocess.crop, preprocess.size):
            tensors[len(digests) : len(digests) + len(shard.digests)] = shard.images
            readable[seen : seen + len(shard.read)] = shard.read
            digests += shard.digests
            seen += len(shard.read)
            bar.update(len(shard.read))

    unreadable = [str(path) for path, ok in zip(paths, readable, strict=True) if not ok]
    if len(unreadable) > preprocess.max_unreadable:
        raise InputError(
            f"{len(unreadable)} images cannot be read (preprocess.max_unreadable is "
            f"{preprocess.max_unreadable}): {_some(unreadable)}; mend them or raise the limit"
        )
    if unreadable:
        print(f"left out, for they cannot be read: {_some(unreadable)}")
    label_of = {name: label for label, name in enumerate(classes)}
    labels = np.array(
        [label_of[path.parent.name] for path, ok in zip(paths, readable, strict=True) if ok],
        dtype=np.int64,
    )
    return Split(tensors[: len(digests)], labels), digests


def _some(paths: list[str]) -> str:
    rest = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
    return ", ".join(paths[:5]) + rest


if __name__ == "__main__":
    run(main)
