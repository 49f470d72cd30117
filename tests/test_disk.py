"""A disk that is full, and folders in which nothing can be made: one line, the old file stays."""

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT, draw_line
from handmath.base import params
from handmath.base.errors import InputError
from handmath.cli import readings, scores
from handmath.commands import export
from handmath.data import dataset
from handmath.data.dataset import Split
from handmath.data.stored import Stored
from handmath.learning.checkpoint import Model
from handmath.reading.network import READER, Network
from handmath.reading.reader import Reader
from handmath.stages import card, evaluate, heatmap, train


def annotate() -> None:
    reading = Reader.load(ROOT / READER).read("line.png")
    readings.draw(Path("line.png"), [reading], Path("out/line.png"))


def export_model() -> None:
    export.export(Path("out/model.onnx"))


def store() -> None:
    Stored().append(np.zeros((40, 40), dtype=np.uint8))


# What writes, and into which folders from which it reads nothing.
WRITERS: dict[str, tuple[Callable[[], object], list[str]]] = {
    "card": (card.main, []),
    "heatmap": (heatmap.main, []),
    "evaluate": (evaluate.main, ["metrics", "plots"]),
    "train": (train.main, ["metrics", "models", "plots"]),
    "network": (lambda: Network.read(ROOT / READER).write(READER), ["models"]),
    "pictures": (store, []),
    "score --csv": (lambda: scores.write_table(Path("out/a.csv"), [], []), ["out"]),
    "read --annotate": (annotate, ["out"]),
    "export": (export_model, ["out"]),
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("metrics", "plots", "models"):
        shutil.copytree(ROOT / folder, folder)
    Path("out").mkdir()
    shutil.copy(ROOT / "params.yaml", "params.yaml")
    draw_line(Path("line.png"))
    p = params.load()
    images = np.zeros((40, 1, 32, 32), dtype=np.uint8)
    split, mask = Split(images, np.arange(40) % 2), np.arange(40) < 4
    dataset.write(dataset.path(p.model), split, mask, split, mask, ["one", "two"])
    Path("data/content_id.txt").write_text("0" * 64)
    Model.build(p.model, ["one", "two"], 32, 0.5, 0.5).write()


@contextmanager
def full_disk() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def state() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize("what", WRITERS)
def test_a_full_disk(what: str) -> None:
    before = state()
    with full_disk(), pytest.raises(InputError, match="cannot be written"):
        WRITERS[what][0]()
    assert state() == before


@pytest.mark.parametrize(
    ("what", "folder"), [(what, folder) for what, (_, of) in WRITERS.items() for folder in of]
)
def test_a_folder_in_which_nothing_can_be_made(what: str, folder: str) -> None:
    shutil.rmtree(folder)
    Path(folder).symlink_to("/proc")  # where not even root may write
    with pytest.raises(InputError, match=f"{folder}/.* cannot be written"):
        WRITERS[what][0]()
