"""Stage `preprocess`: `data/images/` → `data/<network>.safetensors`, for each network."""

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

    images: dict[str, np.ndarray]  # of each network uint8 [N, 1, size, size]
    labels: np.ndarray  # int64 [N]
    digests: list[str]  # SHA-256 of each image's bytes
    paths: list[Path]

    def split(self, network: str) -> Split:
        """The images as a network sees them."""
        return Split(self.images[network], self.labels)


def main() -> None:
    """Turn the images into tensors and hold out the validation share.

    Raises:
        InputError: too many images cannot be read, or there are none to validate or to test with.
    """
    p = params.load()
    classes = class_names()
    train = read_folder(IMAGES / "train", classes, p.preprocess)
    test = read_folder(IMAGES / "eval", classes, p.preprocess)

    labels = [classes[label] for label in train.labels]
    chosen = held_out(labels, train.digests, p.validation.share)
    validation = np.array([digest in chosen for digest in train.digests])
    leaked = np.isin(test.digests, train.digests)
    _report_lacking("validation", train.labels[validation], classes)
    _report_lacking("test", test.labels, classes)
    for network in params.NETWORKS:
        symbols.write(
            symbols.path(network),
            train.split(network),
            validation,
            test.split(network),
            leaked,
            classes,
        )
    print(
        f"{len(classes)} classes: {(~validation).sum():,} train, {validation.sum():,} validation, "
        f"{len(leaked):,} test images, {leaked.sum():,} of which are also in train or validation"
    )


def class_names() -> list[str]:
    """Names of the classes, the folders of `data/images/train/`; a label is an index into them.

    Raises:
        InputError: the images are missing.
    """
    if not (IMAGES / "train").is_dir():
        raise InputError(f"{IMAGES} is missing; `dvc repro unzip` makes it")
    return sorted(folder.name for folder in (IMAGES / "train").iterdir())


def read_folder(folder: Path, classes: list[str], preprocess: params.Preprocess) -> Folder:
    """Read `folder/<class>/*`.

    Raises:
        InputError: more files cannot be read than `preprocess.max_unreadable`.
    """
    paths = [path for name in classes for path in sorted((folder / name).glob("*"))]
    shape = (len(paths), 1, preprocess.size, preprocess.size)
    tensors: dict[str, np.ndarray] = {
        network: np.empty(shape, dtype=np.uint8) for network in params.NETWORKS
    }
    digests: list[str] = []
    readable: list[bool] = []
    filled = 0
    with tqdm(total=len(paths), desc=str(folder), unit="image", disable=None) as bar:
        for shard in images.shards(paths, preprocess):
            count = int(shard.read.sum())
            for network, of_shard in shard.images.items():
                tensors[network][filled : filled + count] = of_shard
            filled += count
            digests += shard.digests
            readable += shard.read.tolist()
            bar.update(len(shard.read))

    _report([str(path) for path, ok in zip(paths, readable, strict=True) if not ok], preprocess)
    label_of = {name: label for label, name in enumerate(classes)}
    paths = [path for path, ok in zip(paths, readable, strict=True) if ok]
    return Folder(
        {network: tensor[:filled] for network, tensor in tensors.items()},
        np.array([label_of[path.parent.name] for path in paths], dtype=np.int64),
        [digest for digest, ok in zip(digests, readable, strict=True) if ok],
        paths,
    )


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


def _report_lacking(split: str, labels: np.ndarray, classes: list[str]) -> None:
    lacking = [name for label, name in enumerate(classes) if label not in labels]
    if len(lacking) == len(classes):
        raise InputError(f"no {split} images: every class has too few; add images")
    if lacking:
        print(f"no {split} images of {', '.join(lacking)}")


if __name__ == "__main__":
    run(main)
