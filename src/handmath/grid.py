"""One row of the sweep's grid: a learning rate, trained once and read off on the way."""

from typing import Any

import torch

from handmath import symbols, training
from handmath.model import Model
from handmath.params import Params


def train_row(p: Params, lr: float) -> list[dict[str, Any]]:
    """Train with one learning rate to the longest of `p.sweep.epochs`.

    The learning rate is constant, so the first epochs of a long training are a short training.

    Returns:
        For each number of epochs: `lr`, `epochs` and the accuracy on each split.
    """
    splits = {name: symbols.read(name) for name in symbols.SPLITS}
    train = splits["train"]
    torch.manual_seed(p.seed)
    size = train.images.shape[-1]
    model = Model.build(p.model, symbols.classes(), size, p.normalize.mean, p.normalize.std)

    per_epoch = training.batches_per_epoch(train, p.batch_size)
    losses = training.train(
        model, train, lr=lr, epochs=max(p.sweep.epochs), batch_size=p.batch_size, seed=p.seed
    )
    cells: list[dict[str, Any]] = []
    for batch, _ in enumerate(losses, start=1):
        if batch % per_epoch == 0 and batch // per_epoch in p.sweep.epochs:
            accuracies = {
                f"{name}_accuracy": round(training.score(model, split).accuracy, 6)
                for name, split in splits.items()
            }
            cells.append({"lr": lr, "epochs": batch // per_epoch, **accuracies})
    return cells
