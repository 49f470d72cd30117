"""The network, and the file it is kept in."""

import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from handmath.base.errors import InputError
from handmath.base.params import NETWORKS
from handmath.learning.checkpoint import Model
from handmath.learning.networks import BY_NAME, Compact, Notebook

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
