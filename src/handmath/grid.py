"""One row of the sweep's grid: a learning rate, trained once and read off on the way."""

import hashlib
from pathlib import Path
from typing import Any

import torch
from joblib import Memory

from handmath import symbols, training
from handmath.params import Params

IMAGES = symbols.path("notebook")
# Rows that an interrupted sweep had finished. Written and read by this project alone.
memory = Memory(".cache/sweep", verbose=0)


def train_row(p: Params, lr: float) -> list[dict[str, Any]]:
    """Train with one learning rate to the longest of `p.sweep.epochs`, or remember having done so.

    Returns:
        For each number of epochs: `lr`, `epochs` and the accuracy on each split.
    """
    cells: list[dict[str, Any]] = _train_row(p, lr, _fingerprint())
    return cells


@memory.cache  # type: ignore[untyped-decorator]
def _train_row(p: Params, lr: float, fingerprint: str) -> list[dict[str, Any]]:  # noqa: ARG001
    splits = {name: symbols.read(name, IMAGES) for name in symbols.SPLITS}
    train = splits["train"]
    recipe = p.notebook(lr, max(p.sweep.epochs))
    model = training.build("notebook", recipe, symbols.classes(IMAGES), train, p.seed)
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


def _fingerprint() -> str:
    """Hash of all that a row depends on besides the params: the images, the code, PyTorch."""
    digest = hashlib.sha256(torch.__version__.encode())
    for path in [IMAGES, *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
