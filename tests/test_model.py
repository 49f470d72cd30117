"""The network, and the file it is kept in."""

import json
import pickle
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from conftest import no_file
from handmath.base.errors import InputError
from handmath.base.params import NETWORKS
from handmath.commands import export
from handmath.data import dataset
from handmath.data.dataset import Split
from handmath.learning import training
from handmath.learning.checkpoint import Model
from handmath.learning.networks import BY_NAME, Compact, Notebook
from handmath.stages import evaluate

CLASSES = [f"class {index}" for index in range(16)]


def fresh(classes: list[str] = CLASSES, seed: int = 0) -> Model:
    return Model.build("notebook", classes, 32, 0.5, 0.5, seed)


def test_parameter_count_is_the_notebooks() -> None:
    assert fresh().parameters == 263_408
    counts = {name: p.numel() for name, p in Notebook(16).named_parameters()}
    assert counts == {
        "conv1.weight": 144,
        "conv1.bias": 16,
        "fc1.weight": 262_144,
        "fc1.bias": 64,
        "fc2.weight": 1024,
        "fc2.bias": 16,
    }


def test_the_compact_network_is_small() -> None:
    assert sum(p.numel() for p in Compact(16).parameters()) == 63_200
    assert sum(p.numel() for p in Compact(82).parameters()) < 150_000


@pytest.mark.parametrize("name", NETWORKS)
def test_first_weights_are_a_seeds_and_the_global_generator_is_left_alone(name: str) -> None:
    torch.manual_seed(5)
    expected = BY_NAME[name](16, 32).state_dict()
    before = torch.manual_seed(7).get_state()
    model = Model.build(name, CLASSES, 32, 0.5, 0.5, seed=5)
    assert torch.equal(torch.get_rng_state(), before)
    found = model.network.state_dict()
    assert all(torch.equal(found[key], expected[key]) for key in expected)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("classes", "size"), [(2, 32), (82, 32), (16, 24), (16, 48)])
def test_shapes(name: str, classes: int, size: int) -> None:
    network = BY_NAME[name](classes, size)
    assert network(torch.zeros(3, 1, size, size)).shape == (3, classes)


def test_normalize() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8)
    assert fresh().normalize(images).tolist() == pytest.approx([-1, -0.6, 1])


@pytest.mark.parametrize("name", NETWORKS)
def test_read_gives_back_what_was_written(tmp_path: Path, name: str) -> None:
    model = Model.build(name, ["α", "b"], 32, 0.5, 0.5, seed=0)
    model.network.eval()
    model.write(tmp_path / "m.safetensors")
    again = Model.read(tmp_path / "m.safetensors")
    assert again.classes == ["α", "b"]
    assert again.weights_sha256() == model.weights_sha256()
    images = torch.arange(2 * 1024, dtype=torch.uint8).reshape(2, 1, 32, 32)
    assert torch.equal(again(images), model(images))


def test_equal_models_are_equal_files(tmp_path: Path) -> None:
    files = [tmp_path / f"{index}.safetensors" for index in range(8)]
    for file in files:
        fresh().write(file)
    assert len({file.read_bytes() for file in files}) == 1


def test_hash_tells_weights_apart() -> None:
    assert fresh(seed=0).weights_sha256() == fresh(seed=0).weights_sha256()
    assert fresh(seed=0).weights_sha256() != fresh(seed=1).weights_sha256()


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("a pickle was loaded",))


def test_a_pickle_is_refused_and_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(InputError, match=r"model.safetensors is no model"):
        Model.read(path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    with pytest.raises(InputError, match="is missing"):
        Model.read(path)
    save_file({"w": torch.zeros(1)}, path)
    with pytest.raises(InputError, match="is no model"):
        Model.read(path)
    save_file({"w": torch.zeros(1)}, path, metadata={"handmath": "{}"})
    with pytest.raises(InputError, match="is no model"):
        Model.read(path)


FACTS = {"name": "notebook", "classes": ["a", "b"], "size": 16, "mean": 0.5, "std": 0.5}
Weights = dict[str, torch.Tensor]


def damaged(path: Path, name: str, change: Callable[[Weights], object], **facts: object) -> Path:
    """A model with something else than belongs there."""
    model = Model.build(name, ["a", "b"], 16, 0.5, 0.5)
    weights = {key: of.clone().contiguous() for key, of in model.network.state_dict().items()}
    change(weights)
    save_file(weights, path, metadata={"handmath": json.dumps(FACTS | {"name": name} | facts)})
    return path


def put(key: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Weights], object]:
    """Change the weights of the last layer, or any named ones."""

    def of(weights: Weights) -> None:
        name = next(name for name in reversed(weights) if name.endswith(key))
        weights[name] = change(weights[name]).contiguous()

    return of


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(
    "change",
    [
        put("weight", lambda of: of * float("nan")),
        put("weight", lambda of: of + float("inf")),
        put("bias", lambda of: of - float("inf")),
        put("weight", lambda of: of.double()),
        put("weight", lambda of: of.half()),
        put("weight", lambda of: of.to(torch.int8)),
        put("weight", lambda of: of[:, :3]),
        put("weight", lambda of: of[None]),
        put("weight", lambda of: of[:0]),
        put("bias", lambda of: of.sum()),
        lambda weights: weights.popitem(),
        lambda weights: weights.update(more=torch.zeros(1)),
        lambda weights: weights.clear(),
    ],
)
def test_damaged_weights(name: str, change: Callable[[Weights], object], tmp_path: Path) -> None:
    refused(damaged(tmp_path / "model.safetensors", name, change))


def test_a_variance_below_zero(tmp_path: Path) -> None:
    change = put("running_var", lambda of: of - 2)
    refused(damaged(tmp_path / "model.safetensors", "compact", change))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(
    "facts",
    [
        {"name": "other"}, {"name": []}, {"name": None}, {"name": "../notebook"},
        {"classes": "ab"}, {"classes": [1, 2]}, {"classes": ["a", "a"]}, {"classes": []},
        {"classes": ["a", "\x1b[2J"]}, {"classes": ["a", ""]}, {"classes": ["a"] * 100_000},
        {"classes": None}, {"size": "16"}, {"size": 16.5}, {"size": 10**6}, {"size": 10**400},
        {"size": 0}, {"size": -16}, {"size": 12}, {"std": 0}, {"std": -1}, {"std": float("nan")},
        {"mean": float("inf")}, {"mean": "0.5"}, {"mean": None}, {"mean": True}, {"seed": 1},
        {"network": 1},
    ],
)  # fmt: skip
def test_damaged_facts(name: str, facts: dict[str, object], tmp_path: Path) -> None:
    given = {"name": name} | facts
    path = damaged(tmp_path / "model.safetensors", name, lambda _: None)
    with safe_open(path, framework="pt") as file:
        weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    save_file(weights, path, metadata={"handmath": json.dumps(FACTS | given)})
    refused(path)


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "null", "[" * 100_000])
def test_facts_of_another_kind(text: str, tmp_path: Path) -> None:
    save_file({"w": torch.zeros(1)}, tmp_path / "model.safetensors", metadata={"handmath": text})
    refused(tmp_path / "model.safetensors")


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "folder", "pipe", "device"])
def test_no_such_file_at_all(kind: str, tmp_path: Path) -> None:
    refused(no_file(damaged(tmp_path / "model.safetensors", "notebook", lambda _: None), kind))


def refused(path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(InputError, match=r"model\.safetensors is no model .*dvc repro train") as of:
        Model.read(path)
    message = str(of.value)
    assert r"\n" not in message, "a line of its own"
    assert len(message) < 500
    assert time.monotonic() - start < 10


def test_a_model_of_other_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    images, labels = np.zeros((2, 1, 16, 16), dtype=np.uint8), np.array([0, 1])
    split, mask = Split(images, labels), np.array([False, True])
    dataset.write(dataset.path("notebook"), split, mask, split, mask, ["a", "b"])
    Model.build("notebook", ["a", "b"], 16, 0.5, 0.5).write()
    assert len(Model.read().test_images().labels) == 2
    for classes, size in (
        (["a", "c"], 16),
        (["a", "b", "c"], 16),
        (["b", "a"], 16),
        (["a", "b"], 24),
    ):
        Model.build("notebook", classes, size, 0.5, 0.5).write()
        for main in (evaluate.main, export.export):
            with pytest.raises(InputError, match=r"model\.safetensors .*other .*dvc repro train"):
                main()
    assert not Path("metrics").exists()


def test_logits_that_are_no_numbers(tmp_path: Path) -> None:
    path = damaged(tmp_path / "m.safetensors", "notebook", put("weight", lambda of: of + 3e38))
    images = Split(np.zeros((3, 1, 16, 16), dtype=np.uint8), np.zeros(3, dtype=np.int64))
    with pytest.raises(InputError, match="not finite"):
        training.predict(Model.read(path), images)
