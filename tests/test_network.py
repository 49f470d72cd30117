"""The reader's network in integers: exact whatever the order of sums, close to what was trained."""

import copy
import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from conftest import no_file
from handmath.base.errors import InputError
from handmath.learning.checkpoint import Model
from handmath.learning.quantize import fit_temperature, folded, to_integers
from handmath.reading import exact, network
from handmath.reading.network import MOST_TERMS, TOP, Network

CLASSES = ["one", "plus", ""]


def crops(count: int) -> np.ndarray:
    """Strokes on white paper, uint8 [count, 32, 32]."""
    rng = np.random.default_rng(0)
    pictures = np.full((count, 32, 32), 255, dtype=np.uint8)
    for picture in pictures:
        x, y, w, h = rng.integers(2, 14, 4)
        picture[y : y + h, x : x + w] = rng.integers(0, 180)
    return pictures


@pytest.fixture(scope="module")
def model() -> Model:
    """A compact network whose batch norms have seen images."""
    made = Model.build("compact", CLASSES, 32, 1.0, 0.5)
    made.network.train()
    with torch.no_grad():
        for _ in range(60):
            made(torch.from_numpy(crops(64)[:, None]))
    made.network.eval()
    return made


@pytest.fixture(scope="module")
def integers(model: Model) -> Network:
    return to_integers(model, crops(64))


def test_a_network_on_a_gpu_is_brought_here(
    model: Model, integers: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyTorch's device `meta` has no memory that NumPy could read, as a GPU has none."""
    there = dataclasses.replace(model, network=copy.deepcopy(model.network).to("meta"))
    monkeypatch.setattr(torch.nn.Module, "cpu", lambda _: copy.deepcopy(model.network))
    assert np.array_equal(to_integers(there, crops(64)).weight, integers.weight)
    assert next(there.network.parameters()).device.type == "meta"


def test_weights_are_integers_of_8_bits_and_use_them_all(integers: Network) -> None:
    for weight in (*(layer.weight for layer in integers.convolutions), integers.weight):
        assert weight.dtype == np.int8
        assert (np.abs(weight.astype(int)).reshape(len(weight), -1).max(axis=1) == TOP).all()


def test_it_computes_what_the_trained_network_does(model: Model, integers: Network) -> None:
    seen = crops(200)
    with torch.inference_mode():
        trained = model(torch.from_numpy(seen[:, None])).numpy()
    found = integers.logits(seen)
    assert found.shape == (200, 3)
    assert np.abs(found - trained).mean() < 0.05 * trained.std()
    assert (found.argmax(axis=1) == trained.argmax(axis=1)).mean() > 0.95


def test_sums_are_exact_in_any_order_at_their_largest() -> None:
    """The largest sum that a layer may have, added up in float32 forwards, backwards, pairwise."""
    terms = np.full(MOST_TERMS, TOP * TOP, dtype=np.float32)
    terms[::2] -= 1
    exact = int(terms.astype(np.int64).sum())
    assert exact < 2**24
    assert float(np.cumsum(terms)[-1]) == float(np.cumsum(terms[::-1])[-1]) == exact
    assert float(terms.sum()) == exact
    one_more = np.full(MOST_TERMS + 2, TOP * TOP, dtype=np.int64)
    assert one_more.sum() > 2**24  # the bound is no looser than it must be


def test_logits_are_those_of_integer_arithmetic(integers: Network) -> None:
    """Every activation on the way is computed again with Python's own integers, for one pixel."""
    values = network.quantize(crops(1))
    for layer in integers.convolutions:
        kernel, pad = layer.weight.shape[1], layer.weight.shape[1] // 2
        padded = np.pad(values, ((0, 0), (pad, pad), (pad, pad), (0, 0))).astype(int)
        window = padded[0, layer.stride : layer.stride + kernel, :kernel]
        by_hand = [int((window * weight.astype(int)).sum()) for weight in layer.weight]
        assert layer.sums(values)[0, 1, 0].tolist() == by_hand
        after = [
            min(max(round(total * scale + offset), 0), TOP)
            for total, scale, offset in zip(by_hand, layer.scale, layer.offset, strict=True)
        ]
        values = layer(values)
        assert values[0, 1, 0].tolist() == after


def test_batch_norm_is_folded_in(model: Model) -> None:
    features = model.network.features
    assert isinstance(features, torch.nn.Sequential)
    stage = features[0]
    assert isinstance(stage, torch.nn.Sequential)
    weight, bias, stride = folded(stage)
    images = torch.randn(2, 1, 32, 32, dtype=torch.float64)
    expected = stage[:2].double()(images)
    stage.float()
    by_hand = torch.nn.functional.conv2d(
        images, torch.from_numpy(weight.transpose(0, 3, 1, 2).copy()), torch.from_numpy(bias),
        stride, padding=2,
    )  # fmt: skip
    assert torch.allclose(by_hand, expected, atol=1e-6)


def test_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match="only a compact network"):
        to_integers(Model.build("notebook", CLASSES, 32, 1.0, 0.5), crops(2))
    with pytest.raises(ValueError, match="paper of value 0"):
        to_integers(Model.build("compact", CLASSES, 32, 0.5, 0.5), crops(2))


def test_exponential_and_logarithm() -> None:
    x = -np.concatenate([np.linspace(0, 3, 1001), np.linspace(3, 700, 1001)])
    assert np.allclose(exact.exp(x), [math.exp(v) for v in x], rtol=1e-15, atol=0)
    assert exact.exp(np.array([0.0, -1e9])).tolist() == [1.0, pytest.approx(0, abs=1e-300)]
    y = np.concatenate([np.linspace(0.01, 3, 1001), np.logspace(0, 10, 101)])
    assert np.allclose(exact.log(y), [math.log(v) for v in y], rtol=1e-15, atol=1e-16)


def test_log_softmax() -> None:
    found = exact.log_softmax(np.array([[0.0, 0.0], [math.log(3), 0.0], [500.0, -500.0]]))
    expected = np.log([[0.5, 0.5], [0.75, 0.25]])
    assert np.allclose(found[:2], expected, rtol=1e-14)
    assert found[2].tolist() == [0.0, -1000.0]


def test_write_and_read(integers: Network, tmp_path: Path) -> None:
    file = tmp_path / "reader.safetensors"
    integers.write(file)
    first = file.read_bytes()
    again = Network.read(file)
    assert again.classes == ("one", "plus", "")
    assert (again.logits(crops(20)) == integers.logits(crops(20))).all()
    again.write(file)
    assert file.read_bytes() == first


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("linear.weight", lambda of: of.astype(np.float32)),
        ("linear.weight", lambda of: of[:, :2]),
        ("linear.weight", lambda of: np.repeat(of, 2, axis=3)),
        ("convolution1.weight", lambda of: np.full_like(of, -128)),
        ("convolution1.weight", lambda of: of[..., :3]),
        ("convolution0.scale", lambda of: np.full_like(of, np.nan)),
        ("convolution0.offset", lambda of: of[:3]),
        ("convolution2.offset", lambda of: of.astype(np.float32)),
        ("linear.scale", lambda of: of + 1e300),
        ("linear.offset", lambda of: of - np.inf),
        ("linear.weight", lambda of: of[:0]),
        ("linear.weight", lambda of: of.sum().astype(np.int8)),
        ("linear.scale", None),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused(
    integers: Network, tmp_path: Path, name: str, change: object
) -> None:
    file = tmp_path / "reader.safetensors"
    integers.write(file)
    tensors = load_file(file)
    facts = {"classes": CLASSES, "size": 32, "strides": [2, 2, 2, 1]}
    if callable(change):
        tensors[name] = np.ascontiguousarray(change(tensors[name]))
    else:
        del tensors[name]
    save_file(tensors, file, metadata={"handmath": json.dumps(facts)})
    with pytest.raises(InputError, match=r"reader\.safetensors is no reader's model"):
        Network.read(file)


@pytest.mark.parametrize(
    "facts",
    [
        {"classes": ["one", "plus"]}, {"classes": ["one", "one", ""]}, {"classes": [1, 2, 3]},
        {"classes": "abc"}, {"classes": ["one", "\x1b[2J", ""]}, {"classes": None}, {"classes": 3},
        {"size": 10**4}, {"size": 10**400}, {"size": 0}, {"size": -32}, {"size": "32"},
        {"size": True}, {"size": float("inf")}, {"size": 32.0}, {"size": None},
        {"strides": []}, {"strides": [2, 2, 2]}, {"strides": [2, 2, 2, -1]},
        {"strides": [2, 2, 2, 0]}, {"strides": [2, 2, 2, float("inf")]}, {"strides": 2},
        {"strides": [2, 2, 2, 10**400]}, {"strides": ["2", "2", "2", "1"]}, {"strides": None},
    ],
)  # fmt: skip
def test_damaged_facts_are_refused(
    integers: Network, tmp_path: Path, facts: dict[str, object]
) -> None:
    file = tmp_path / "reader.safetensors"
    integers.write(file)
    right = {"classes": CLASSES, "size": 32, "strides": [2, 2, 2, 1]}
    save_file(load_file(file), file, metadata={"handmath": json.dumps(right)})
    assert Network.read(file)
    save_file(load_file(file), file, metadata={"handmath": json.dumps(right | facts)})
    with pytest.raises(InputError, match=r"reader\.safetensors is no reader's model") as caught:
        Network.read(file)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "null", "{}", "[" * 100_000])
def test_facts_of_another_kind(integers: Network, tmp_path: Path, text: str) -> None:
    file = tmp_path / "reader.safetensors"
    integers.write(file)
    save_file(load_file(file), file, metadata={"handmath": text})
    with pytest.raises(InputError, match=r"is no reader's model .*dvc repro train_reader"):
        Network.read(file)


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "folder", "pipe", "device"])
def test_no_such_file_at_all(integers: Network, tmp_path: Path, kind: str) -> None:
    integers.write(file := tmp_path / "reader.safetensors")
    with pytest.raises(InputError, match=r"is no reader's model .*dvc repro train_reader"):
        Network.read(no_file(file, kind))


def test_no_such_file_and_no_network(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        Network.read(tmp_path / "none.safetensors")
    with pytest.raises(InputError, match="is no reader's model"):
        Network.read(tmp_path)
    (tmp_path / "text").write_text("hello")
    with pytest.raises(InputError, match="is no reader's model"):
        Network.read(tmp_path / "text")


def test_the_temperature_makes_probabilities_right() -> None:
    draws = torch.Generator().manual_seed(0)
    logits = torch.randn(5000, 4, generator=draws) * 1.5
    labels = logits.softmax(1).multinomial(1, generator=draws).squeeze(1)
    found, true = logits.double().numpy(), labels.numpy()
    assert fit_temperature(found, true) == pytest.approx(1, abs=0.1)
    assert fit_temperature(found / 2, true) == pytest.approx(0.5, abs=0.05)
