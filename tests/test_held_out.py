"""The reader's two stages: what is learned, what settings are chosen on, what is published."""

import json
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import yaml

from conftest import ROOT, pool_in_one_process
from handmath.base.files import IMAGES
from handmath.data import processes, symbols
from handmath.data.ink import Pictures
from handmath.drawing import lines as drawn_lines
from handmath.drawing import pen
from handmath.learning import training
from handmath.learning.crops import Crops
from handmath.learning.quantize import fit_temperature
from handmath.reading.network import READER, Network
from handmath.stages import lines, preprocess, train_reader

SHARES = ("exact", "at_most_1", "segmentation_exact", "symbol_accuracy")
MEASURES = {
    *(f"{name}{end}" for name in SHARES for end in ("", "_low", "_high")), "cer",
    "calibration_error",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images of four classes, and params of which the stages are done in seconds."""
    folder = tmp_path_factory.mktemp("held_out")
    rng = np.random.default_rng(0)
    for split, count in (("train", 20), ("eval", 3)):
        for name in ("one", "seven", "plus", "equal"):
            (place := folder / IMAGES / split / name).mkdir(parents=True)
            for index in range(count):
                pen.draw(name, rng).save(place / f"{index}.jpg")
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["validation"]["share"] = 0.25
    values["reader"] |= {"lines": 30}
    values["reader"]["recipe"] |= {"epochs": 2, "batch_size": 8}
    values["lines"]["count"] = 3
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        preprocess.main()
    return folder


def of(split: Pictures) -> set[bytes]:
    return {picture.tobytes() for pictures in split.values() for picture in pictures}


def test_the_reader_learns_nothing_from_what_is_held_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    kept, held_out = symbols.read("train"), symbols.read("validation")
    composed: list[tuple[set[bytes], Crops]] = []
    fitted: list[tuple[Crops, Crops]] = []
    compose, fit = train_reader.compose, training.fit

    def watched_compose(archive: Pictures, *rest: Any) -> Crops:
        composed.append((of(archive), compose(archive, *rest)))
        return composed[-1][1]

    def watched_fit(model: Any, train: Crops, validation: Crops, *rest: Any) -> Any:
        fitted.append((train, validation))
        return fit(model, train, validation, *rest)

    with (
        mock.patch.object(train_reader, "compose", watched_compose),
        mock.patch.object(training, "fit", watched_fit),
    ):
        train_reader.main()
    (from_kept, train), (from_held_out, validation) = composed
    assert (from_kept, from_held_out) == (of(kept), of(held_out))
    assert not from_kept & from_held_out
    [(learned, watched)] = fitted
    assert learned is train
    assert watched is validation

    metrics = json.loads(Path("metrics/reader.json").read_text())
    assert 0 < metrics["validation_accuracy"] <= 1
    curve = pd.read_csv("plots/reader_loss.csv")
    assert set(curve["split"]) == {"train", "validation"}
    # The model that is written says how sure it is as the held-out crops have it.
    logits = Network.read(READER).logits(validation.images[:][:, 0])
    assert fit_temperature(logits, validation.labels) == pytest.approx(1, abs=0.02)
    assert metrics["temperature"] != pytest.approx(1, abs=0.05), "or this would show nothing"


@pytest.fixture
def with_reader(folder: Path, reader_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    READER.parent.mkdir(exist_ok=True)
    READER.write_bytes(reader_model.read_bytes())


@pytest.mark.usefixtures("one_process", "with_reader")
def test_settings_are_chosen_on_held_out_lines_and_test_lines_are_published() -> None:
    composed: list[set[bytes]] = []
    scored: list[dict[str, float]] = []
    write, score = drawn_lines.write, lines.score

    def watched_write(pictures: Pictures, rng: Any) -> Any:
        composed.append(of(pictures))
        return write(pictures, rng)

    def watched_score(*found: Any) -> dict[str, float]:
        scored.append(score(*found))
        return {**scored[-1]}

    with (
        mock.patch.object(lines, "write", watched_write),
        mock.patch.object(lines, "score", watched_score),
    ):
        lines.main()
    held_out, test = of(symbols.read("validation")), of(symbols.read("test"))
    assert not held_out & test
    assert composed == [test] * 3 + [held_out] * 3
    of_test, of_held_out = scored
    written = json.loads(Path("metrics/lines.json").read_text())
    assert of_test.keys() == MEASURES
    assert of_test != of_held_out, "or this would show nothing"
    assert written == of_test | {f"validation_{name}": of_held_out[name] for name in of_held_out}
    table = pd.read_csv("plots/reliability.csv")
    assert table.groupby("split")["lines"].sum().to_dict() == {"test": 3, "validation": 3}
    assert (table["right_low"] <= table["right"]).all()
    assert (table["right"] <= table["right_high"]).all()
    error = (table["right"] - table["confidence"]).abs() * table["lines"] / 3
    found = error.groupby(table["split"]).sum()
    assert found["test"] == pytest.approx(written["calibration_error"], abs=1e-5)
    assert found["validation"] == pytest.approx(written["validation_calibration_error"], abs=1e-5)


@pytest.mark.usefixtures("with_reader")
def test_lines_are_scored_the_same_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test lines and held-out lines are read by a process each, or by one."""
    made = ("metrics/lines.json", "plots/reliability.csv", "plots/lines.png")
    found = []
    for pool in (processes.pool, pool_in_one_process):
        monkeypatch.setattr(processes, "pool", pool)
        lines.main()
        found.append([Path(file).read_bytes() for file in made])
    assert found[0] == found[1]
