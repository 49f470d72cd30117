"""Training: the notebook's mathematics, and the same result every time."""

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch import nn

from handmath.base.params import NETWORKS, Framing, Recipe
from handmath.data.dataset import Split
from handmath.data.tensors import transform
from handmath.drawing import pen
from handmath.learning import training
from handmath.learning.adam import Adam
from handmath.learning.checkpoint import Model

CLASSES = ["minus", "plus", "zero"]


@pytest.fixture(scope="module")
def split() -> Split:
    rng = np.random.default_rng(0)
    labels = np.arange(150) % len(CLASSES)
    images = []
    for label in labels:
        grey = pen.draw(CLASSES[label], rng).convert("L")
        images.append(transform(grey, Framing(clean=False, crop=130), 32))
    return Split(np.stack(images)[:, None], labels)


RECIPE = Recipe(lr=0.003, epochs=3, batch_size=32, mean=0.5, std=0.5)
COMPACT = Recipe(
    lr=0.01, epochs=10, batch_size=16, one_cycle=True, beta2=0.99, weight_decay=0.01,
    label_smoothing=0.1, rotate=10, scale=0.15, shift=0.1, shear=0.2, mean=1, std=0.5,
)  # fmt: skip


def fresh(seed: int = 0) -> Model:
    return Model.build("notebook", CLASSES, 32, 0.5, 0.5, seed)


def run(model: Model, split: Split, recipe: Recipe = RECIPE, seed: int = 0) -> list[float]:
    return list(training.train(model, split, recipe, seed))


def longer(epochs: int) -> Recipe:
    return RECIPE.model_copy(update={"epochs": epochs})


def test_losses_equal_a_plain_loop(split: Split) -> None:
    """The notebook's loop: its network, transform, Adam and loss, written out once more."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, stride=1, padding=1),
        nn.MaxPool2d(kernel_size=2, stride=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(4096, 64),
        nn.ReLU(),
        nn.Linear(64, len(CLASSES)),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
    images = (torch.from_numpy(split.images) / 255 - 0.5) / 0.5
    labels = torch.from_numpy(split.labels)
    order = torch.Generator().manual_seed(0)
    expected = []
    for _ in range(3):
        for batch in torch.randperm(150, generator=order).split(32):
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(network(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            expected.append(loss.item())
    assert run(fresh(), split) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_seed_gives_the_same_weights(split: Split) -> None:
    models = [fresh(), fresh(), fresh()]
    run(models[0], split)
    run(models[1], split)
    run(models[2], split, seed=1)
    hashes = [model.weights_sha256() for model in models]
    assert hashes[0] == hashes[1] != hashes[2]


def test_without_a_gpu_auto_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert training.choose_device("auto") == training.choose_device("cpu") == torch.device("cpu")


def test_a_gpu_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Abacus 3000")
    assert training.choose_device("auto") == torch.device("cuda")
    assert "Abacus 3000: the bits are this GPU's own" in capsys.readouterr().out
    assert training.choose_device("cpu") == torch.device("cpu")


def test_a_short_training_is_the_beginning_of_a_long_one(split: Split) -> None:
    short, long = fresh(), fresh()
    losses = training.train(long, split, RECIPE, seed=0)
    first = list(itertools.islice(losses, training.batches_per_epoch(split, RECIPE)))
    assert run(short, split, longer(1)) == first
    assert short.weights_sha256() == long.weights_sha256()


def test_score(split: Split) -> None:
    model = fresh()
    run(model, split, longer(8))
    score = training.score(model, split)
    logits = model(torch.from_numpy(split.images))
    labels = torch.from_numpy(split.labels)
    assert score.loss == pytest.approx(nn.functional.cross_entropy(logits, labels).item(), rel=1e-5)
    assert score.accuracy == int((logits.argmax(1) == labels).sum()) / len(labels)
    assert score.accuracy > 0.9


@pytest.mark.parametrize("weight_decay", [0, 0.01])
def test_adam_is_torchs_fused_adam_bit_for_bit(weight_decay: float) -> None:
    torch.manual_seed(0)
    ours, theirs = nn.Linear(300, 70), nn.Linear(300, 70)
    theirs.load_state_dict(ours.state_dict())
    adam = Adam(ours.parameters(), weight_decay=weight_decay)
    reference: torch.optim.Optimizer
    if weight_decay:
        groups: list[dict[str, Any]] = [
            {"params": [theirs.weight]},
            {"params": [theirs.bias], "weight_decay": 0},
        ]
        reference = torch.optim.AdamW(groups, lr=0.01, weight_decay=weight_decay, fused=True)
    else:
        reference = torch.optim.Adam(theirs.parameters(), lr=0.01, fused=True)
    for _ in range(20):
        x = torch.randn(5, 300)
        ours(x).square().sum().backward()
        adam.step(lr=0.01)
        reference.zero_grad()
        theirs(x).square().sum().backward()
        reference.step()
    assert torch.equal(ours.weight, theirs.weight)
    assert torch.equal(ours.bias, theirs.bias)


def test_the_compact_network_learns(split: Split) -> None:
    models = [training.build("compact", COMPACT, CLASSES, split, seed=0) for _ in range(2)]
    run(models[0], split, COMPACT)
    run(models[1], split, COMPACT)
    assert training.score(models[0], split).accuracy > 0.9
    assert models[0].weights_sha256() == models[1].weights_sha256()


def test_one_cycle_is_pytorchs() -> None:
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=201)
    for ours in training.learning_rates(COMPACT, 201):
        assert ours == pytest.approx(theirs.get_last_lr()[0], rel=0.02, abs=1e-6)
        optimizer.step()
        if theirs.last_epoch < 200:
            theirs.step()


def test_class_weights_are_scikit_learns() -> None:
    labels = np.array([0] * 4 + [1] * 6000 + [3] * 20)
    weights = training.class_weights(torch.from_numpy(labels), classes=4).numpy()
    theirs = compute_class_weight("balanced", classes=np.array([0, 1, 3]), y=labels)
    assert weights[[0, 1, 3]] == pytest.approx(theirs * 3 / 4, rel=1e-6)  # theirs are of 3 classes


def test_a_rare_class_is_learned_where_classes_count_alike(split: Split) -> None:
    """Of plus 2 images among 100: passed over for the sake of the others, or not."""
    frequent, rare = np.flatnonzero(split.labels != 1), np.flatnonzero(split.labels == 1)
    few = split.at(np.concatenate([frequent, rare[:2]]))
    found = {}
    for weight in ("none", "balanced"):
        model = fresh()
        run(model, few, RECIPE.model_copy(update={"epochs": 2, "class_weight": weight}))
        found[weight] = training.score(model, split.at(rare)).accuracy
    assert found["balanced"] > found["none"]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_last_batch_of_one_image(split: Split, name: str) -> None:
    few = split.at(np.arange(33))
    model = training.build(name, COMPACT, CLASSES, few, seed=0)
    assert np.isfinite(run(model, few, COMPACT.model_copy(update={"epochs": 1}))).all()


def test_every_row_of_the_curve_is_reported(split: Split) -> None:
    """Also both of a batch that ends an epoch and `LOSS_EVERY` batches: 20 of 15 images, twice."""
    half = Split(split.images[:75], split.labels[:75])
    recipe = RECIPE.model_copy(update={"epochs": 4, "batch_size": 15})
    rows: list[tuple[int, str, float]] = []
    curve = training.fit(fresh(), half, half, recipe, 0, lambda *row: rows.append(row))
    assert rows == curve
    assert [row[:2] for row in rows if row[0] == training.LOSS_EVERY] == [
        (20, "train"),
        (20, "validation"),
    ]
