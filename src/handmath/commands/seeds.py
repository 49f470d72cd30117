"""`make seeds`: the network of params.yaml trained from ten seeds, since one seed is one draw."""

import time
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from handmath.base import params
from handmath.base.errors import run
from handmath.base.interrupt import without_interrupts
from handmath.base.params import Params
from handmath.data import dataset

SEEDS = 10


def main() -> None:
    """Train on the tensors that `preprocess` left, a training on each core, and tell the spread."""
    p = params.load()
    with without_interrupts():
        trainings = Parallel(n_jobs=-1, return_as="generator")(
            delayed(train)(p.model_copy(update={"seed": seed})) for seed in range(SEEDS)
        )
    rows = list(tqdm(trainings, total=SEEDS, unit="training", disable=None))
    print(f"{SEEDS} seeds of the {p.model} network, on {p.data.archive}")
    for name, value in summary(pd.DataFrame(rows)).items():
        print(f"{name:10}  {value}")


def train(p: Params) -> dict[str, Any]:
    """Train `p.model` from `p.seed`, in a worker; torch is imported there alone."""
    from handmath.learning import training

    images = dataset.path(p.model)
    split = {name: dataset.read(name, images) for name in dataset.SPLITS}
    test, leaked = split["test"], dataset.read_leaked(images)
    split["unleaked"] = test.at(~leaked)
    classes = dataset.classes(images)
    model = training.build(p.model, p.recipe, classes, split["train"], p.seed)
    start = time.process_time()  # of the processor: other work on the machine does not count
    for _ in training.train(model, split["train"], p.recipe, p.seed):
        pass
    seconds = time.process_time() - start
    accuracy = {
        name: training.score(model, images).accuracy if len(images.labels) else np.nan
        for name, images in split.items()
    }
    most_frequent = np.bincount(split["train"].labels).max() / len(split["train"].labels)
    return {"seconds": seconds, "stuck": accuracy["train"] <= most_frequent, **accuracy}


def summary(trainings: pd.DataFrame) -> dict[str, str]:
    """Mean, standard deviation and worst accuracy of the trainings on each split.

    `unleaked` are the test images that are not in train; where there are none, the accuracy is NaN.
    A training is stuck if its own training images are told apart no better than by taking all of
    them for the most frequent class. `seconds` are the median of the processor's.
    """
    cells = {}
    for name in ("validation", "test", "unleaked"):
        values = trainings[name].dropna().tolist()
        cells[name] = (
            f"{fmean(values):.4f} ± {stdev(values):.4f}, worst {min(values):.4f}"
            if values
            else "no such image"
        )
    stuck = int(trainings["stuck"].sum())
    return {**cells, "stuck": str(stuck), "seconds": f"{trainings['seconds'].median():.1f}"}


if __name__ == "__main__":
    run(main)
