"""Stage `preprocess`: `data/images/` → `data/<network>.safetensors`, for each network."""

import numpy as np

from handmath.base import params
from handmath.base.errors import InputError, run
from handmath.base.files import IMAGES
from handmath.data import dataset, tensors
from handmath.data.split import held_out


def main() -> None:
    """Turn the images into tensors and hold out the validation share.

    Raises:
        InputError: too many images cannot be read, or there are none to validate or to test with.
    """
    p = params.load()
    classes = tensors.class_names()
    train = tensors.read_folder(IMAGES / "train", classes, p.preprocess)
    test = tensors.read_folder(IMAGES / "eval", classes, p.preprocess)

    labels = [classes[label] for label in train.labels]
    chosen = held_out(labels, train.digests, p.validation.share)
    validation = np.array([digest in chosen for digest in train.digests])
    leaked = np.isin(test.pixels, train.pixels)
    _report_lacking("validation", train.labels[validation], classes)
    _report_lacking("test", test.labels, classes)
    for network in params.NETWORKS:
        dataset.write(
            dataset.path(network),
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


def _report_lacking(split: str, labels: np.ndarray, classes: list[str]) -> None:
    lacking = [name for label, name in enumerate(classes) if label not in labels]
    if len(lacking) == len(classes):
        raise InputError(f"no {split} images: every class has too few; add images")
    if lacking:
        print(f"no {split} images of {', '.join(lacking)}")


if __name__ == "__main__":
    run(main)
