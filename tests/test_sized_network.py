"""A network that is told how large what it sees is: exact in integers, learned, written, read."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from handmath.base.errors import InputError
from handmath.base.params import Recipe
from handmath.data.stored import Stored
from handmath.learning import training
from handmath.learning.checkpoint import Model
from handmath.learning.crops import CropImages, SizedCrops
from handmath.learning.quantize import to_integers
from handmath.reading import network
from handmath.reading.network import Network
from test_network import crops

CLASSES = ["one", "plus", ""]
RECIPE = Recipe(lr=0.01, epochs=6, batch_size=32, mean=1.0, std=0.5, one_cycle=True)


def some_sizes(count: int) -> np.ndarray:
    return np.random.default_rng(1).integers(-127, 128, size=(count, 2), dtype=np.int8)


@pytest.fixture(scope="module")
def model() -> Model:
    """A sized network whose batch norms have seen images."""
    made = Model.build("sized", CLASSES, 32, 1.0, 0.5)
    made.network.train()
    sizes = torch.from_numpy(some_sizes(64)).float() / (-127 * 0.5)
    with torch.no_grad():
        for _ in range(60):
            made(torch.from_numpy(crops(64)[:, None]), sizes)
    made.network.eval()
    return made


@pytest.fixture(scope="module")
def integers(model: Model) -> Network:
    return to_integers(model, crops(64), some_sizes(64))


def test_it_computes_what_the_trained_network_does(model: Model, integers: Network) -> None:
    seen, sizes = crops(200), some_sizes(200)
    with torch.inference_mode():
        told = torch.from_numpy(sizes).float() / (-127 * model.std)
        trained = model(torch.from_numpy(seen[:, None]), told).numpy()
    found = integers.logits(seen, sizes)
    assert np.abs(found - trained).mean() < 0.05 * trained.std()
    assert (found.argmax(axis=1) == trained.argmax(axis=1)).mean() > 0.95
    assert np.abs(integers.logits(seen, sizes[::-1]) - found).max() > 0  # they count


def test_the_first_sums_are_those_of_integer_arithmetic(integers: Network) -> None:
    first = integers.convolutions[0]
    assert first.sizes is not None
    assert first.sizes.dtype == np.int8
    values = network.quantize(crops(2))
    for sizes in (some_sizes(2), np.full((2, 2), -127, dtype=np.int8)):
        padded = np.pad(values, ((0, 0), (2, 2), (2, 2), (0, 0))).astype(int)
        for n in range(2):
            window = padded[n, 2:7, 4:9]
            by_hand = [
                int((window * weight.astype(int)).sum()) + int(added.astype(int) @ sizes[n])
                for weight, added in zip(first.weight, first.sizes, strict=True)
            ]
            assert first.sums(values, sizes)[n, 1, 2].tolist() == by_hand


def test_write_and_read(integers: Network, tmp_path: Path) -> None:
    file = tmp_path / "expressions.safetensors"
    integers.write(file)
    before = file.read_bytes()
    again = Network.read(file)
    seen, sizes = crops(20), some_sizes(20)
    assert (again.logits(seen, sizes) == integers.logits(seen, sizes)).all()
    again.write(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda of: of.astype(np.float32), lambda of: of[:3], lambda of: of[:, :1], lambda of: of[0],
    ],
)  # fmt: skip
def test_damaged_sizes_are_refused(integers: Network, tmp_path: Path, change: object) -> None:
    file = tmp_path / "expressions.safetensors"
    integers.write(file)
    tensors = load_file(file)
    facts = {"handmath": '{"classes": ["one", "plus", ""], "size": 32, "strides": [2, 2, 2, 1]}'}
    save_file(tensors, file, metadata=facts)
    assert Network.read(file)
    assert callable(change)
    tensors["sizes"] = np.ascontiguousarray(change(tensors["sizes"]))
    save_file(tensors, file, metadata=facts)
    with pytest.raises(InputError, match=r"expressions\.safetensors is no reader's model"):
        Network.read(file)


def test_it_learns_what_only_sizes_tell() -> None:
    """The same strokes, large and small, are of two classes."""
    stored, labels = Stored(), np.arange(96) % 2
    for picture in crops(96):
        stored.append(picture)
    sizes = np.where(labels[:, None] == 0, -60, 60).astype(np.int8).repeat(2, axis=1)
    lessons = SizedCrops(CropImages(stored), labels, sizes)
    model = Model.build("sized", ["small", "large"], 32, 1.0, 0.5, 0)
    training.fit(model, lessons, lessons, RECIPE, 0)
    assert training.score(model, lessons).accuracy == 1
