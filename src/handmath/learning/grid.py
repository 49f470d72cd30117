"""One row of the sweep's grid: a learning rate, trained once and read off on the way."""

import tempfile
from pathlib import Path
from typing import Any

from handmath.base.params import Params
from handmath.data import dataset
from handmath.learning import training


def train_row(p: Params, lr: float, images: Path) -> list[dict[str, Any]]:
    """Train with one learning rate to the longest of `p.sweep.epochs`.

    Returns:
        For each number of epochs: `lr`, `epochs` and the accuracy on each split.
    """
    splits = {name: dataset.read(name, images) for name in dataset.SPLITS}
    train = splits["train"]
    recipe = p.notebook(lr, max(p.sweep.epochs))
    model = training.build("notebook", recipe, dataset.classes(images), train, p.seed)
    model.network.to(training.choose_device(p.device))
    losses = training.train(model, train, recipe, p.seed)
    per_epoch = training.batches_per_epoch(train, recipe)
    cells: list[dict[str, Any]] = []
    for batch, _ in enumerate(losses, start=1):
        epoch, rest = divmod(batch, per_epoch)
        if rest == 0 and epoch in p.sweep.epochs:
            accuracies = {
                f"{name}_accuracy": round(training.score(model, split).accuracy, 6)
                for name, split in splits.items()
            }
            cells.append({"lr": lr, "epochs": epoch, **accuracies})
    return cells


def train_row_elsewhere(p: Params, lr: float, images: bytes) -> list[dict[str, Any]]:
    """Do what `train_row` does on a machine that has no file of images, only its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "images.safetensors"
        file.write_bytes(images)
        return train_row(p, lr, file)
