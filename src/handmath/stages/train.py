"""Stage `train`: tensors → `models/model.safetensors`, the loss curve and the training metrics."""

from collections import deque
from statistics import fmean

import pandas as pd
from dvclive.live import Live
from tqdm import tqdm

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import dataset
from handmath.learning import training

LOSS_EVERY = 20  # batches, as in the notebook


def main() -> None:
    """Train the model, watched on the validation share after each epoch."""
    p = params.load()
    images = dataset.path(p.model)
    train, validation = dataset.read("train", images), dataset.read("validation", images)
    model = training.build(p.model, p.recipe, dataset.classes(images), train, p.seed)
    model.network.to(training.choose_device(p.device))

    per_epoch = training.batches_per_epoch(train, p.recipe)
    losses = training.train(model, train, p.recipe, p.seed)
    recent: deque[float] = deque(maxlen=LOSS_EVERY)
    curve: list[tuple[int, str, float]] = []
    with (
        Live("metrics/live", report=None, save_dvc_exp=False, dvcyaml=None) as live,
        tqdm(losses, total=p.recipe.epochs * per_epoch, unit="batch", disable=None) as bar,
    ):
        for batch, loss in enumerate(bar, start=1):
            recent.append(loss)
            if batch % LOSS_EVERY == 0:
                curve.append((batch, "train", fmean(recent)))
            if batch % per_epoch == 0:
                curve.append((batch, "validation", training.score(model, validation).loss))
            if curve and curve[-1][0] == batch:
                _, split, value = curve[-1]
                bar.set_postfix({f"{split} loss": f"{value:.3f}"})
                live.log_metric(f"{split}_loss", value)
                live.step = batch
                live.make_summary()

    model.write()
    files.write_csv("plots/loss.csv", pd.DataFrame(curve, columns=["batch", "split", "loss"]))
    files.write_json(
        "metrics/train.json",
        {
            "train_accuracy": round(training.score(model, train).accuracy, 6),
            "validation_accuracy": round(training.score(model, validation).accuracy, 6),
            "parameters": model.parameters,
            "weights_sha256": model.weights_sha256(),
        },
    )


if __name__ == "__main__":
    run(main)
