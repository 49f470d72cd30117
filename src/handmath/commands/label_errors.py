"""`make labels`: images whose label is probably wrong, found by networks that never saw them.

Each image is judged by a compact network trained on the others: train and test images are cut into
folds, equal images always into the same one.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from handmath.base import files, params
from handmath.base.errors import run
from handmath.base.files import IMAGES
from handmath.base.interrupt import without_interrupts
from handmath.base.params import Params
from handmath.data import tensors
from handmath.data.dataset import Split
from handmath.figures import thumbnails

FOLDS = 5


class Images(NamedTuple):
    """All images, framed for the compact network.

    names: `<split>/<class>/<file>` of each.
    fold: int [N], which of `FOLDS` it is judged in.
    """

    split: Split
    names: list[str]
    fold: np.ndarray
    classes: list[str]


def main() -> None:
    """Judge every image by a network that has not seen it, and show the most doubtful labels."""
    p = params.load()
    images = read_all(p)
    with without_interrupts():
        folds = Parallel(n_jobs=-1, return_as="generator")(
            delayed(judge)(p, images, fold) for fold in range(FOLDS)
        )
    probabilities = np.empty((len(images.names), len(images.classes)))
    for fold, of_fold in enumerate(tqdm(folds, total=FOLDS, unit="fold", disable=None)):
        probabilities[images.fold == fold] = of_fold

    labels = images.split.labels
    rows = suspects(probabilities, labels)
    proposed = probabilities[rows].argmax(axis=1)
    table = pd.DataFrame(
        {
            "image": [images.names[row] for row in rows],
            "label": [images.classes[label] for label in labels[rows]],
            "proposed": [images.classes[label] for label in proposed],
            "label_probability": probabilities[rows, labels[rows]].round(6),
            "proposed_probability": probabilities[rows, proposed].round(6),
        }
    )
    files.write_csv("plots/label_errors.csv", table.columns.tolist(), table.itertuples(index=False))
    thumbnails.draw(
        "plots/label_errors.png",
        images.split.images[rows],
        [f"{row.image}\nlabel {row.label}, rather {row.proposed}" for row in table.itertuples()],
    )
    print(f"{len(table)} of {len(labels):,} labels are doubtful; see plots/label_errors.csv")
    print(table.head(thumbnails.THUMBNAILS).to_string(index=False))


def read_all(p: Params) -> Images:
    """Read `data/images/{train,eval}/` as `preprocess` does."""
    classes = tensors.class_names()
    parts = [
        tensors.read_folder(IMAGES / part, classes, p.preprocess) for part in ("train", "eval")
    ]
    digests = [digest for part in parts for digest in part.digests]
    return Images(
        Split(
            np.concatenate([part.images["compact"] for part in parts]),
            np.concatenate([part.labels for part in parts]),
        ),
        ["/".join(path.parts[-3:]) for part in parts for path in part.paths],
        np.array([int(digest, 16) % FOLDS for digest in digests]),
        classes,
    )


def judge(p: Params, images: Images, fold: int) -> np.ndarray:
    """Train on the other folds; return the probabilities of this one, float32 [n, classes]."""
    from handmath.learning import training

    others = images.fold != fold
    split = images.split.at(others)
    recipe = p.model_copy(update={"model": "compact"}).recipe
    model = training.build("compact", recipe, images.classes, split, p.seed)
    for _ in training.train(model, split, recipe, p.seed):
        pass
    return training.predict(model, images.split.images[~others]).softmax(dim=1).numpy()


def suspects(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which images are taken for another class than their label's, the least likely label first.

    The order is the self-confidence of Northcutt, Jiang and Chuang, "Confident Learning" (2021).
    Their thresholds, the mean probability of a class over the images labelled so, are left out:
    where the network is nearly always right they are so high that a single suspect passes.

    Args:
        probabilities: float [N, classes], out of sample.
        labels: int [N].

    Returns:
        Indices of the suspects, int [n].
    """
    rows = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return rows[np.argsort(probabilities[rows, labels[rows]], kind="stable")]


if __name__ == "__main__":
    run(main)
