"""`make seeds`: each network trained from ten seeds, since one seed is one draw."""

import time
from statistics import fmean, stdev
from typing import Any

import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from handmath.base import params
from handmath.base.errors import run
from handmath.base.params import NETWORKS, Params
from handmath.data import dataset

SEEDS = 10


def main() -> None:
    """Train on the tensors that `preprocess` left, a training on each core, and tell the spread."""
    p = params.load()
    jobs = [(name, seed) for seed in range(SEEDS) for name in NETWORKS]
    trainings = Parallel(n_jobs=-1, return_as="generator")(
        delayed(train)(p.model_copy(update={"model": name, "seed": seed})) for name, seed in jobs
    )
    rows = list(tqdm(trainings, total=len(jobs), unit="training", disable=None))
    table = pd.DataFrame(rows).groupby("network", sort=False)
    print(f"{SEEDS} seeds of each network, on {p.data.archive}")
    print(pd.DataFrame({name: summary(of_network) for name, of_network in table}).T.to_string())


def train(p: Params) -> dict[str, Any]:
    """Train `p.model` from `p.seed`, in a worker; torch is imported there alone."""
    from handmath.learning import training

    images = dataset.path(p.model)
    split = {name: dataset.read(name, images) for name in dataset.SPLITS}
    classes = dataset.classes(images)
    model = training.build(p.model, p.recipe, classes, split["train"], p.seed)
    start = time.process_time()  # of the processor: other work on the machine does not count
    for _ in training.train(model, split["train"], p.recipe, p.seed):
        pass
    seconds = time.process_time() - start
    test, own = split["test"], ~dataset.read_leaked(images)
    return {
        "network": p.model,
        "seconds": seconds,
        "stuck": training.score(model, split["train"]).accuracy < 2 / len(classes),
        "validation": training.score(model, split["validation"]).accuracy,
        "test": training.score(model, test).accuracy,
        "unleaked": training.score(model, test.at(own)).accuracy,
    }


def summary(trainings: pd.DataFrame) -> dict[str, str]:
    """Mean, standard deviation and worst accuracy of one network's trainings on each split.

    `unleaked` are the test images that are not in train. A training is stuck if its accuracy on its
    own training images is below twice chance.
    """
    cells = {}
    for name in ("validation", "test", "unleaked"):
        values = trainings[name].tolist()
        cells[name] = f"{fmean(values):.4f} ± {stdev(values):.4f}, worst {min(values):.4f}"
    stuck = int(trainings["stuck"].sum())
    return {**cells, "stuck": str(stuck), "seconds": f"{trainings['seconds'].median():.1f}"}


if __name__ == "__main__":
    run(main)
