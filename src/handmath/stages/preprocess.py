"""Stage `preprocess`: `data/images/` → `data/<network>.safetensors`, for each network, and the ink.

What it holds out to validate with is held out for all stages.
"""

import numpy as np

from handmath.base import params
from handmath.base.errors import InputError, run
from handmath.base.files import IMAGES
from handmath.data import dataset, symbols, tensors
from handmath.data.split import held_out
from handmath.data.tensors import Folder


def main() -> None:
    """Turn the images into tensors and hold out the validation share.

    Raises:
        InputError: too many images cannot be read, or there are none to validate or to test with.
    """
    p = params.load()
    classes = tensors.class_names()
    with symbols.writing() as kept:
        train = tensors.read_folder(IMAGES / "train", classes, p.preprocess, kept.append)
        test = tensors.read_folder(IMAGES / "eval", classes, p.preprocess, kept.append)
        validation, leaked = divide(p, train, test, classes)
        for network in params.NETWORKS:
            dataset.write(
                dataset.path(network),
                train.split(network),
                validation,
                test.split(network),
                leaked,
                classes,
            )
        symbols.write_places(kept.places, train.labels, validation, test.labels, classes)
    print(
        f"{len(classes)} classes: {(~validation).sum():,} train, {validation.sum():,} validation, "
        f"{len(leaked):,} test images, {leaked.sum():,} of which are also in train or validation"
    )


def divide(
    p: params.Params, train: Folder, test: Folder, classes: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Which training images are held out, bool [N]; which test images are also in train, bool [M].

    Raises:
        InputError: there are no images to train, to validate or to test with.
    """
    labels = [classes[label] for label in train.labels]
    chosen = held_out(labels, train.digests, p.validation.share)
    validation = np.array([digest in chosen for digest in train.digests], dtype=bool)
    leaked = np.isin(test.pixels, train.pixels)
    _report_lacking("training", train.labels[~validation], classes)
    _report_lacking("validation", train.labels[validation], classes)
    _report_lacking("test", test.labels, classes)
    return validation, leaked


def _report_lacking(split: str, labels: np.ndarray, classes: list[str]) -> None:
    lacking = [name for label, name in enumerate(classes) if label not in labels]
    if len(lacking) == len(classes):
        raise InputError(f"no {split} images: every class has too few; add images")
    if lacking:
        print(f"no {split} images of {', '.join(lacking)}")


if __name__ == "__main__":
    run(main)
