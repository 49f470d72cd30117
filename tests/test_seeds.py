"""`make seeds` on tensors at the edge: two classes, and no test image that train lacks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from handmath.base import params
from handmath.commands import seeds
from handmath.data import dataset
from handmath.data.dataset import Split


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Two seeds, on bright and dark images in which a few labels are wrong; all of test leaked."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    images = rng.integers(0, 100, (200, 1, 32, 32), dtype=np.uint8)
    images[labels == 1] += 100
    train = Split(images, np.where(np.arange(200) < 6, 1 - labels, labels))
    held_out, all_leaked = np.arange(200) >= 180, np.full(200, True)
    dataset.write(
        dataset.path("notebook"), train, held_out, Split(images, labels), all_leaked, ["a", "b"]
    )
    p = params.load(ROOT / "params.yaml").model_copy(update={"lr": 0.001, "epochs": 2})
    return pd.DataFrame([seeds.train(p.model_copy(update={"seed": seed})) for seed in range(2)])


def test_two_classes_and_every_test_image_leaked(trained: pd.DataFrame) -> None:
    assert trained["train"].between(0.9, 0.99).all(), "not stuck, and not without a fault"
    cells = seeds.summary(trained)
    assert cells["stuck"] == "0"
    assert cells["unleaked"] == "no such image"
    assert cells["validation"] == "1.0000 ± 0.0000, worst 1.0000"
