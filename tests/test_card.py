"""The model card says what the metrics say, and warns where there is reason to."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from handmath.stages import card

Facts = Mapping[str, object]
DATA = {
    "classes": 2, "train_images": 1200, "test_images": 40,
    "leaked_test_images": 7, "leaked_by_pixels": 3,
}  # fmt: skip
TRAIN = {
    "train_accuracy": 0.99, "validation_accuracy": 0.9, "parameters": 1000,
}  # fmt: skip
TEST = {
    "accuracy": 0.8, "accuracy_low": 0.7, "accuracy_high": 0.9, "accuracy_unleaked": 0.75,
    "accuracy_unleaked_low": 0.6, "accuracy_unleaked_high": 0.85, "macro_f1": 0.79, "loss": 0.5,
    "calibration_error": 0.123,
}  # fmt: skip


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("data", "metrics", "models", "plots"):
        Path(folder).mkdir()
    Path("data/content_id.txt").write_text(f"{'c0ffee':0>64}\n")
    Path("models/weights_sha256.txt").write_text(f"{'ab':0>64}\n")
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    Path("plots/per_class.csv").write_text(
        "class,precision,recall,f1,images\none,1.0,0.5,0.9,20\ntwo,0.5,1.0,0.61,20\n"
    )
    Path("plots/lookalikes.csv").write_text("class,other,youden_j,confused\n")
    Path("metrics/lines.json").write_text(
        json.dumps(
            {
                **{"exact": 0.81, "exact_low": 0.76, "exact_high": 0.85, "cer": 0.03},
                **{"at_most_1": 0.95, "at_most_1_low": 0.92, "at_most_1_high": 0.97},
            }
        )
    )
    Path("metrics/expressions.json").write_text(
        json.dumps(
            {
                **{"exact": 0.36, "exact_low": 0.3, "exact_high": 0.42},
                **{"at_most_1": 0.54, "at_most_1_low": 0.47, "at_most_1_high": 0.61},
            }
        )
    )
    write(DATA, TRAIN, TEST)


def write(data: Facts, train: Facts, test: Facts) -> None:
    for name, values in (("data", data), ("train", train), ("test", test)):
        Path(f"metrics/{name}.json").write_text(json.dumps(values))


def written() -> str:
    card.main()
    return Path("models/README.md").read_text()


def test_the_card_says_what_was_measured() -> None:
    text = written()
    for fact in ("c0ffee`", "00ab`", "1,000 parameters", "1,200 training images", "`one`, `two`",
                 "| Test accuracy | 0.800 (0.700 to 0.900) |", "| Test macro F1 | 0.790 |",
                 "- `lr`: 0.01", "- `epochs`: 7", "`two` (0.61), `one` (0.90)", "off by 0.12",
                 "10 of the test images are also in train", "it reads 0.810 exactly",
                 "character error rate is 0.030", "- `lines`: 12000",
                 "| Lines read exactly | 0.810 (0.760 to 0.850) |",
                 "| Expressions read exactly | 0.360 (0.300 to 0.420) |",
                 "they read 0.360 exactly, 0.540 with one wrong token",
                 "- `count`: 8000"):  # fmt: skip
        assert fact in text
    assert Path("plots/metrics.csv").read_text().startswith("metric,value\nTest accuracy,0.800 (")
    assert written() == text


def test_the_recipe_is_that_of_the_network() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    Path("params.yaml").write_text(yaml.safe_dump(params | {"model": "compact"}))
    text = written()
    assert "The compact network" in text
    for name in ("lr", "epochs", "batch_size"):
        assert f"- `{name}`: {params[name]}\n" in text
    assert "- `rotate`: " in text


def test_warnings_only_where_there_is_reason() -> None:
    drawn = "drawn by a program"
    assert drawn in written()
    assert "10 of the test images are also in train, pixel for pixel: trust" in written()
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["data"]["archive"] = "data/mine.zip"
    Path("params.yaml").write_text(yaml.safe_dump(params))
    write(DATA | {"leaked_test_images": 0, "leaked_by_pixels": 0}, TRAIN, TEST)
    text = written()
    assert drawn not in text
    assert "pixel for pixel: trust" not in text


def test_what_cannot_be_told_apart_or_tested_is_named() -> None:
    assert "Hardly told apart" not in written()
    assert "without a test image" not in written()
    Path("plots/lookalikes.csv").write_text("class,other,youden_j,confused\n0,o,0.1,9\n")
    with Path("plots/per_class.csv").open("a") as file:
        file.write("three,0,0,0,0\n")
    text = written()
    assert "- Hardly told apart: `0` and `o`.\n" in text
    assert "- Classes without a test image: `three`.\n" in text
    assert "`three` (0.00)" not in text, "nothing is known of it"


def test_no_unleaked_image_at_all() -> None:
    write(DATA, TRAIN, {key: value for key, value in TEST.items() if "unleaked" not in key})
    assert "| … without leaked images | no such image |" in written()
