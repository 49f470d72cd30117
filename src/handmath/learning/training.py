"""Training and evaluation of a model on tensors held in memory."""

import ctypes
import math
from collections import deque
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from handmath.base.errors import InputError
from handmath.base.params import Recipe
from handmath.data.dataset import Split
from handmath.learning.adam import Adam
from handmath.learning.augment import augment
from handmath.learning.checkpoint import Model

EVALUATION_BATCH = 256  # larger ones fall out of the CPU's cache
LOSS_EVERY = 20  # batches, as in the notebook
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # glibc's malloc.h


class Images(Protocol):
    """Uint8 [N, 1, size, size], 0 black to 255 white: an array, or a file that reads as one."""

    def __len__(self) -> int: ...
    def __getitem__(self, rows: Any, /) -> np.ndarray: ...


class Labelled(Protocol):
    """What a network learns from or is scored on, such as a `Split`."""

    @property
    def images(self) -> Images:
        """N of them."""

    @property
    def labels(self) -> np.ndarray:
        """Int64 [N], indices into the model's classes."""


@runtime_checkable
class WithSizes(Labelled, Protocol):
    """What a network that is told sizes learns from, such as `crops.SizedCrops`."""

    @property
    def sizes(self) -> np.ndarray:
        """Int8 [N, 2], how large what each image shows is."""


class Score(NamedTuple):
    """Mean cross-entropy in nats, and the share of images whose best class is the true one."""

    loss: float
    accuracy: float


def choose_device(name: str) -> torch.device:
    """`cpu`, or with `auto` a GPU where there is one; says then that its bits are its own."""
    if name == "auto" and torch.cuda.is_available():
        print(f"training on {torch.cuda.get_device_name()}: the bits are this GPU's own")
        return torch.device("cuda")
    return torch.device("cpu")


def build(network: str, recipe: Recipe, classes: list[str], split: Split, seed: int) -> Model:
    """A model with fresh weights for the images of `split`; see `Model.build`."""
    size = split.images.shape[-1]
    return Model.build(network, classes, size, recipe.mean, recipe.std, seed)


def batches_per_epoch(split: Labelled, recipe: Recipe) -> int:
    """Number of steps in an epoch; the last batch may be smaller."""
    return math.ceil(len(split.labels) / recipe.batch_size)


def train(model: Model, split: Labelled, recipe: Recipe, seed: int) -> Iterator[float]:
    """Train with Adam on cross-entropy, on the model's device, in a new order every epoch.

    Yields:
        The loss of each batch, after the step that it led to. Whoever stops asking has stopped
        the training: so many batches are one epoch as `batches_per_epoch` says.
    """
    device = model.device
    labels = torch.from_numpy(split.labels).to(device)
    balanced = recipe.class_weight == "balanced"
    weights = class_weights(labels, len(model.classes)) if balanced else None
    keep_freed_memory()
    optimizer = Adam(model.network.parameters(), recipe.beta2, recipe.weight_decay)
    draws = torch.Generator().manual_seed(seed)
    rates = iter(learning_rates(recipe, recipe.epochs * batches_per_epoch(split, recipe)))
    for _ in range(recipe.epochs):
        order = torch.randperm(len(labels), generator=draws)
        for batch in order.split(recipe.batch_size):
            model.network.train()
            images = torch.from_numpy(split.images[batch.numpy()])
            inputs = model.normalize(images.to(device))
            if recipe.augments:
                inputs = augment(inputs, recipe, draws)
            loss = functional.cross_entropy(
                model.network(inputs, *sizes_of(model, split, batch.numpy())),
                labels[batch.to(device)],
                weight=weights,
                label_smoothing=recipe.label_smoothing,
            )
            loss.backward()
            optimizer.step(next(rates))
            yield loss.item()


def fit(
    model: Model,
    split: Labelled,
    validation: Labelled,
    recipe: Recipe,
    seed: int,
    report: Callable[[int, str, float], None] = lambda *_: None,
) -> list[tuple[int, str, float]]:
    """Train to the end, watched on the validation images after each epoch.

    Args:
        model: to be trained.
        split: what it learns from.
        validation: its loss is taken after each epoch.
        recipe: how it is trained.
        seed: of the order of the images and of their augmentation.
        report: called with every row of the curve at once.

    Returns:
        The loss curve: the number of batches so far; "train" or "validation"; and the loss in nats,
        of the training images the mean of the last `LOSS_EVERY` batches.
    """
    per_epoch = batches_per_epoch(split, recipe)
    recent: deque[float] = deque(maxlen=LOSS_EVERY)
    curve: list[tuple[int, str, float]] = []
    losses = train(model, split, recipe, seed)
    with tqdm(losses, total=recipe.epochs * per_epoch, unit="batch", disable=None) as bar:
        for batch, loss in enumerate(bar, start=1):
            recent.append(loss)
            rows = []
            if batch % LOSS_EVERY == 0:
                rows.append((batch, "train", fmean(recent)))
            if batch % per_epoch == 0:
                rows.append((batch, "validation", score(model, validation).loss))
            for row in rows:
                _, name, value = row
                bar.set_postfix({f"{name} loss": f"{value:.3f}"})
                report(*row)
            curve += rows
    return curve


def sizes_of(model: Model, split: Labelled, rows: np.ndarray | slice) -> tuple[Tensor, ...]:
    """What a network that is told sizes is given besides some images: float32 [n, 2], or nothing.

    They count in the unit of the images: 127 steps are as much as ink is.
    """
    if not isinstance(split, WithSizes):
        return ()
    steps = torch.from_numpy(split.sizes[rows]).to(model.device)
    return (steps.float() / (-127 * model.std),)


def class_weights(labels: Tensor, classes: int) -> Tensor:
    """What an image of each class counts, so that all classes count alike: float32 [classes].

    N / (classes * images of the class), as scikit-learn's `class_weight="balanced"` and King and
    Zeng, "Logistic Regression in Rare Events Data" (2001), have it.
    """
    counts = labels.bincount(minlength=classes).clamp(min=1)
    return len(labels) / (classes * counts)


def learning_rates(recipe: Recipe, steps: int) -> list[float]:
    """The learning rate of every step: constant, or one cycle."""
    return one_cycle(recipe.lr, steps) if recipe.one_cycle else [recipe.lr] * steps


def one_cycle(lr: float, steps: int) -> list[float]:
    """The learning rate of every step, `lr` at the peak.

    The cycle is that of Smith and Topin, "Super-Convergence" (2018), as `OneCycleLR` of PyTorch has
    it: along half a cosine from a 25th of the peak up to it, for 0.3 of the steps, then down to a
    250,000th.
    """
    rates = []
    for step in range(steps):
        done = step / max(steps - 1, 1)
        low, way = (1 / 25, 1 - done / 0.3) if done < 0.3 else (4e-6, (done - 0.3) / 0.7)
        rates.append(lr * (low + (1 - low) * (1 + math.cos(math.pi * way)) / 2))
    return rates


def keep_freed_memory() -> None:
    """Let glibc keep the memory that a step frees, for the next step needs as much again.

    By default buffers of this size go back to the kernel, and a third of a step's time is page
    faults. Other C libraries have no such setting.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def predict(model: Model, split: Labelled) -> Tensor:
    """The images' logits, float32 [N, classes], in evaluation mode.

    Raises:
        InputError: the training has diverged.
    """
    model.network.eval()
    with torch.inference_mode():
        # In one piece: the logits of each batch would lie scattered over what the last one freed.
        logits = torch.empty(len(split.labels), len(model.classes))
        for start in range(0, len(logits), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            images = torch.from_numpy(split.images[part]).to(model.device)
            logits[part] = model(images, *sizes_of(model, split, part))
    if not logits.isfinite().all():
        raise InputError("the network's logits are not finite; train it with a smaller lr")
    return logits


def score(model: Model, split: Labelled) -> Score:
    """Loss and accuracy of a model on a split, independent of the order of its images."""
    logits = predict(model, split)
    labels = torch.from_numpy(split.labels)
    losses = functional.cross_entropy(logits, labels, reduction="none")
    correct = int((logits.argmax(dim=1) == labels).sum())
    return Score(math.fsum(losses.tolist()) / len(labels), correct / len(labels))
