"""params.yaml: what is refused, and how it is said."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from handmath.base import params
from handmath.base.errors import InputError


def write(tmp_path: Path, change: dict[str, Any]) -> Path:
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    for key, value in change.items():
        *sections, name = key.split(".")
        target = values
        for section in sections:
            target = target[section]
        target[name] = value
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


def test_the_projects_own() -> None:
    p = params.load(ROOT / "params.yaml")
    assert (p.lr, p.epochs, p.batch_size, p.model) == (0.01, 7, 32, "notebook")
    assert p.sweep.lr == [0.001, 0.0025, 0.005, 0.0075, 0.01]
    assert p.sweep.epochs == [1, 3, 5, 7]


@pytest.mark.parametrize("model", params.NETWORKS)
def test_what_is_set_is_what_is_used_whichever_the_network(tmp_path: Path, model: str) -> None:
    change = {"lr": 0.0123, "epochs": 3, "batch_size": 17, "class_weight": "balanced"}
    recipe = params.load(write(tmp_path, change | {"model": model})).recipe
    assert {key: getattr(recipe, key) for key in change} == change


@pytest.mark.parametrize("key", ["lr", "epochs", "batch_size", "class_weight"])
def test_what_would_do_nothing_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(InputError, match=rf"compact\.{key}"):
        params.load(write(tmp_path, {f"compact.{key}": 1}))


def test_exponent_that_yaml_reads_as_text(tmp_path: Path) -> None:
    path = write(tmp_path, {})
    path.write_text(path.read_text().replace("lr: 0.01\n", "lr: 1e-05\n"))
    assert isinstance(yaml.safe_load(path.read_text())["lr"], str)
    assert params.load(path).lr == 1e-5


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("learning_rate", 0.1),
        ("sweep.lrs", [0.1]),
        ("lr", "fast"),
        ("lr", True),
        ("lr", 0),
        ("lr", float("nan")),
        ("lr", None),
        ("epochs", 1.5),
        ("epochs", "7"),
        ("epochs", 0),
        ("batch_size", True),
        ("model", "resnet"),
        ("class_weight", "some"),
        ("seed", -1),
        ("data.archive", ""),
        ("data.test_share", 1),
        ("validation.share", 0),
        ("normalize.std", 0),
        ("preprocess.size", 4),
        ("preprocess.compact.least", 10_001),
        ("epochs", 10**12),
        ("batch_size", 10**20),
        ("sweep.epochs", [1, 10**12]),
        ("reader.junk", 1e308),
        ("expressions.lessons.junk", 1e308),
        ("reader.recipe.mean", 0.5),
        ("expressions.lessons.recipe.mean", 0.9),
        ("preprocess.size", 30),
        ("preprocess.compact.crop", "middle"),
        ("preprocess.compact.clean", "yes"),
        ("compact.label_smoothing", 1),
        ("compact.flip", True),
        ("compact.one_cycle", "no idea"),
        ("sweep.lr", []),
        ("sweep.epochs", [1, 1]),
        ("sweep.epochs", [0]),
        ("data", "data/a.zip"),
        ("expressions.lessons.count", 0),
        ("expressions.lessons.drawn_share", 1.5),
        ("expressions.lessons.touching", -0.1),
        ("expressions.lessons.junk", 0),
        ("expressions.lessons.recipe.flip", True),
        ("expressions.layout.count", 0),
        ("expressions.test.seed", -1),
    ],
)
def test_refused_in_one_line_that_names_the_key(tmp_path: Path, key: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        params.load(write(tmp_path, {key: value}))
    assert key.split(".")[-1] in str(caught.value)
    assert str(caught.value).endswith("; `git restore params.yaml` takes a change back")
    assert str(caught.value).startswith(str(tmp_path / "params.yaml"))
    assert "\n" not in str(caught.value)


def test_compact_needs_more_than_a_pixel(tmp_path: Path) -> None:
    """Of images of 8 pixels: batch norm has nothing to compare where a batch is one image."""
    with pytest.raises(InputError, match=r"preprocess\.size should be 16 or more"):
        params.load(write(tmp_path, {"preprocess.size": 8, "model": "compact"}))
    assert params.load(write(tmp_path, {"preprocess.size": 8})).preprocess.size == 8


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        params.load(tmp_path / "params.yaml")


BOMB = "a0: &a0 [1, 1]\n" + "".join(
    f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)
)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        b"lr: [", b"", b"- 1\n", b"\xff\xfe", b"lr: \x80", b"lr: \x00", BOMB.encode(),
        BOMB.encode() + b"lr: *a39", b"#" * 20_000_000, b"lr: " + b"9" * 5000, b"[" * 5000,
        b"lr: 2020-99-99", b"lr: !!python/object/apply:os.system [ls]", b"a: 1\n" * 9000,
        b"".join(b"key%d: 1\n" % n for n in range(5000)), b'"\\e[31m\\n": 1',
        b"k" * 90_000 + b": 1", b"? [1, 2]\n: 3", b'lr: !!int ""', b"lr: !!bool x",
        b"lr: !!timestamp x", b"lr: 0x" + b"f" * 5000,
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_no_params_at_all(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(text)
    with pytest.raises(InputError) as caught:
        params.load(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        params.load(tmp_path)
