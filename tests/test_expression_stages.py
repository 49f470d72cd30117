"""The stages that learn to read expressions and score it, on a handful of expressions."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import yaml

from conftest import ROOT, pool_in_one_process
from handmath.base import params
from handmath.base.errors import InputError
from handmath.base.files import IMAGES
from handmath.data import processes, symbols
from handmath.data.ink import Pictures
from handmath.data.tree import Link
from handmath.drawing import inventory, pen
from handmath.figures.expressions import typeset
from handmath.learning import training
from handmath.learning.crops import SizedCrops
from handmath.reading.classify import REJECT
from handmath.reading.expression.layout import LAYOUT
from handmath.reading.expression.reader import ExpressionReader
from handmath.reading.network import EXPRESSIONS, READER
from handmath.reading.result import Symbol, expression_of
from handmath.stages import expressions, preprocess, train_expressions, train_layout, train_reader

SHARE = 0.25


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images of three classes, and params of which the stages are done in seconds."""
    folder = tmp_path_factory.mktemp("expressions")
    rng = np.random.default_rng(0)
    for split, count in (("train", 8), ("eval", 2)):
        for name in ("one", "plus", "equal"):
            (place := folder / IMAGES / split / name).mkdir(parents=True)
            for index in range(count):
                pen.draw(name, rng).save(place / f"{index}.jpg")
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["validation"]["share"] = SHARE
    lessons = values["expressions"]["lessons"]
    lessons |= {"count": 12, "drawn_share": 0.3}
    lessons["recipe"] |= {"epochs": 2, "batch_size": 8}
    values["expressions"]["layout"]["count"] = 12
    values["expressions"]["test"]["count"] = 3
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        preprocess.main()
    return folder


@pytest.mark.parametrize(
    ("compose", "key"),
    [
        (train_expressions.compose, "expressions.lessons.count"),
        (train_reader.compose, "reader.lines"),
    ],
)
def test_too_few_to_learn_from(
    compose: Callable[..., object], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As few may have no group of pieces that is a whole symbol."""
    monkeypatch.setattr(train_expressions, "candidates", lambda *_: iter(()))
    monkeypatch.setattr(train_reader, "hypotheses", lambda *_: iter(()))
    p = params.load(ROOT / "params.yaml")
    archive = {"one": [np.full((40, 8), 255, np.uint8)]}
    wanted = p.reader if key == "reader.lines" else p.expressions.lessons
    with pytest.raises(InputError, match=rf"{key} is too small"):
        compose(archive, 2, ["one", "two", ""], wanted, np.random.default_rng(0))


@pytest.fixture
def within(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def archives() -> Iterator[list[Pictures]]:
    """The archives that expressions are composed of while a test runs, in order."""
    used: list[Pictures] = []
    pictures = inventory.pictures

    def watched(labels: Any, archive: Pictures, *rest: Any) -> Pictures:
        used.append(archive)
        return pictures(labels, archive, *rest)

    with mock.patch.object(inventory, "pictures", watched):
        yield used


def of(split: Pictures) -> set[bytes]:
    return {picture.tobytes() for pictures in split.values() for picture in pictures}


def test_scripts_are_typeset_as_scripts() -> None:
    """Matplotlib takes no `^` for one that stands behind a space."""
    assert typeset("x _ { 1 } ^ { 2 }") == "$x_{ 1 }^{ 2 }$"
    assert typeset(r"\no { such }") == r"\no { such }"


def test_no_confidence_is_above_one() -> None:
    """Also where symbols stand together as they do most often."""
    symbols = (Symbol.of("x", (0, 0, 9, 9), 0.99), Symbol.of("two", (9, 0, 12, 4), 0.99))
    links = (Link(-1, "root"), Link(0, "sup"))
    for logs in ([0.0, 0.0], [-0.01, -0.01], [-700.0, -1.0]):
        assert 0 <= expression_of(symbols, links, logs, (20, 20)).confidence <= 1


# In the order of the stages: each needs those before it.


@pytest.mark.usefixtures("within")
def test_symbols_are_learned_from_training_images_alone(archives: list[Pictures]) -> None:
    kept, held_out = symbols.read("train"), symbols.read("validation")
    fitted: list[tuple[SizedCrops, SizedCrops]] = []
    fit = training.fit

    def watched_fit(model: Any, train: SizedCrops, validation: SizedCrops, *rest: Any) -> Any:
        fitted.append((train, validation))
        return fit(model, train, validation, *rest)

    with mock.patch.object(training, "fit", watched_fit):
        train_expressions.main()
    assert [of(used) for used in archives] == [of(kept)] * 12 + [of(held_out)] * 3
    assert not of(kept) & of(held_out)
    [(learned, watched)] = fitted
    assert len(learned.labels) > len(watched.labels) > 0

    metrics = json.loads(Path("metrics/train_expressions.json").read_text())
    assert metrics.keys() == {
        "train_accuracy", "validation_accuracy", "integer_validation_accuracy", "temperature",
    }  # fmt: skip
    assert set(pd.read_csv("plots/expressions_loss.csv")["split"]) == {"train", "validation"}


@pytest.mark.usefixtures("within")
def test_the_layout_is_learned_from_training_images_alone(archives: list[Pictures]) -> None:
    kept = symbols.read("train")
    train_layout.main()
    assert [of(used) for used in archives] == [of(kept)] * 12


@pytest.mark.usefixtures("within")
def test_what_was_learned_reads() -> None:
    reader = ExpressionReader.load(EXPRESSIONS.parent)
    assert reader is not None
    assert reader.network.classes[-1] == REJECT
    assert {"one", "sqrt", "alpha"} <= {*reader.network.classes}
    drawn = np.zeros((120, 200), dtype=bool)
    drawn[20:100, 40:48] = drawn[56:64, 90:150] = True
    reading = reader.read(drawn, (200, 120), "two strokes")
    assert 1 <= len(reading.symbols) <= 2
    assert len(reading.links) == len(reading.symbols)


@pytest.mark.usefixtures("one_process", "within")
def test_test_images_are_scored_beside_held_out_ones(
    archives: list[Pictures], reader_model: Path
) -> None:
    held_out, test = symbols.read("validation"), symbols.read("test")
    READER.write_bytes(reader_model.read_bytes())
    expressions.main()
    assert [of(used) for used in archives] == [of(test)] * 3 + [of(held_out)] * 3
    metrics = json.loads(Path("metrics/expressions.json").read_text())
    shares = {
        f"{name}{end}"
        for name in ("exact", "at_most_1", "at_most_2")
        for end in ("", "_low", "_high")
    }
    assert metrics.keys() == shares | {f"validation_{name}" for name in shares}
    assert metrics["exact_low"] <= metrics["exact"] <= metrics["at_most_1"] <= metrics["at_most_2"]
    assert Path("plots/expressions.png").stat().st_size


@pytest.mark.usefixtures("within")
def test_expressions_are_scored_the_same_side_by_side(
    reader_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of test images and of held-out images are read by a process each, or by one."""
    READER.write_bytes(reader_model.read_bytes())
    found = []
    for pool in (processes.pool, pool_in_one_process):
        monkeypatch.setattr(processes, "pool", pool)
        expressions.main()
        made = ("metrics/expressions.json", "plots/expressions.png")
        found.append([Path(file).read_bytes() for file in made])
    assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.usefixtures("within")
def test_the_same_bits_again() -> None:
    found = []
    for _ in range(2):
        for stage in (train_expressions, train_layout):
            stage.main()
        found.append([path.read_bytes() for path in (EXPRESSIONS, LAYOUT)])
    assert found[0] == found[1]
