"""The ONNX file computes what the model computes, or is not written."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from handmath.base.errors import InputError
from handmath.commands import export
from handmath.data import dataset
from handmath.data.dataset import Split
from handmath.learning.checkpoint import Model

pytestmark = pytest.mark.slow

CLASSES = ["one", "two", "½"]
ONNX = Path("models/model.onnx")


@pytest.fixture(params=["notebook", "compact"])
def model(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model with fresh weights, and 300 test images of noise: more than one batch."""
    monkeypatch.chdir(tmp_path)
    model = Model.build(request.param, CLASSES, 16, 0.5, 0.5)
    model.write(Path("models/model.safetensors"))
    noise = np.random.default_rng(0)
    splits = [
        Split(noise.integers(0, 256, (n, 1, 16, 16), np.uint8), noise.integers(0, 3, n))
        for n in (10, 300)
    ]
    held_out, leaked = np.zeros(10, dtype=bool), np.zeros(300, dtype=bool)
    file = dataset.path(request.param)
    dataset.write(file, splits[0], held_out, splits[1], leaked, CLASSES)
    return model


def test_it_computes_the_same(model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    export.export()
    assert "same class on all 300 test images" in capsys.readouterr().out
    session = onnxruntime.InferenceSession(ONNX, providers=["CPUExecutionProvider"])
    assert session.get_inputs()[0].type == "tensor(uint8)"
    assert session.get_inputs()[0].shape == ["n", 1, 16, 16]
    assert json.loads(session.get_modelmeta().custom_metadata_map["classes"]) == CLASSES
    one = np.full((1, 1, 16, 16), 200, dtype=np.uint8)
    (logits,) = session.run(["logits"], {"images": one})
    assert logits.shape == (1, len(model.classes))


def test_another_function_is_not_written(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Model.build(model.name, CLASSES, 16, 0.5, 0.5, seed=1)
    right = export.write
    monkeypatch.setattr(export, "write", lambda _, path: right(other, path))
    with pytest.raises(InputError, match=r"model\.onnx not written: .* of 300 test images only"):
        export.export()
    assert [path.name for path in ONNX.parent.iterdir()] == ["model.safetensors"]


def test_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        InputError, match=r"model\.safetensors is missing; `dvc repro train` makes it"
    ):
        export.export()
