"""The figures: the same bytes whatever Matplotlib is set to, and names are drawn as they are."""

import io
import os
import subprocess
import sys
from contextlib import chdir
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from conftest import ROOT, jpeg
from handmath.base import params
from handmath.base.errors import InputError
from handmath.base.files import IMAGES
from handmath.data.quality import Finding
from handmath.drawing.lines import Written
from handmath.figures import audit, expressions, heatmap, lines, network, page, thumbnails
from handmath.learning.networks import BY_NAME
from handmath.reading.result import Reading

NAMES = ("$", "$x^$", r"\frac", "a_b", "seven")  # of classes; two are no mathematics that is whole
HOSTILE = """
text.usetex: True
text.parse_math: True
font.family: monospace
font.size: 20
axes.formatter.use_locale: True
axes.grid: True
axes.titlecolor: red
figure.dpi: 50
figure.facecolor: black
image.cmap: hot
savefig.dpi: 30
savefig.bbox: tight
savefig.transparent: True
"""


def draw_all() -> None:
    """Draw a figure of each kind into `plots/`."""
    shades = np.arange(5 * 32 * 32).reshape(5, 1, 32, 32).astype(np.uint8)
    thumbnails.draw("plots/samples.png", shades, NAMES, np.array([True] + 4 * [False]))
    grid = [(lr, epochs, 10 * lr, 0.1 * epochs) for lr in (0.001, 0.01) for epochs in (1, 2)]
    columns = ["lr", "epochs", "validation_accuracy", "test_accuracy"]
    heatmap.draw(pd.DataFrame(grid, columns=columns), "plots/heatmap.png")
    findings = [Finding("blank", f"train/{name}/1.jpg") for name in NAMES]
    for finding in findings:
        (IMAGES / finding.image).parent.mkdir(parents=True, exist_ok=True)
        (IMAGES / finding.image).write_bytes(jpeg(200))
    audit.draw(findings)
    network.draw("plots/network.png", network.layers(BY_NAME["compact"](16, 32), 32), 32)
    picture = np.full((40, 160, 3), 255, np.uint8)
    written = [Written(picture, (name,), ((0, 0, 9, 9),)) for name in NAMES]
    lines.draw(written, [Reading((), "$x^$", "", 0.9, (160, 40)) for _ in NAMES])


def drawn(folder: Path, **environment: str) -> dict[str, bytes]:
    code = "import test_figures; test_figures.draw_all()"
    path = f"{ROOT / 'src'}:{ROOT / 'tests'}"
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder, env={**os.environ, "PYTHONPATH": path, **environment}, check=True, timeout=120,
    )  # fmt: skip
    return {path.name: path.read_bytes() for path in (folder / "plots").iterdir()}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The figures, drawn here."""
    with chdir(tmp_path_factory.mktemp("plain")):
        draw_all()
        return {path.name: path.read_bytes() for path in Path("plots").iterdir()}


def test_no_setting_of_matplotlib_changes_a_byte(tmp_path: Path, plain: dict[str, bytes]) -> None:
    here, named = (tmp_path / name for name in ("here", "named"))
    for folder in (here, named):
        folder.mkdir()
    for file in (here / "matplotlibrc", tmp_path / "mine"):
        file.write_text(HOSTILE)
    assert len(plain) == 5
    assert drawn(here) == plain
    assert drawn(named, MATPLOTLIBRC=str(tmp_path / "mine"), MPLBACKEND="pdf") == plain


def test_a_figure_leaves_matplotlib_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with matplotlib.rc_context({"font.size": 7, "text.parse_math": True}):
        before = dict(matplotlib.rcParams)
        draw_all()
        assert dict(matplotlib.rcParams) == before


def test_a_figure_names_no_version(plain: dict[str, bytes]) -> None:
    for name, data in plain.items():
        with Image.open(io.BytesIO(data)) as image:
            assert set(image.info) == {"dpi"}, name


@pytest.mark.parametrize("found", [[], ["blank"], ["unreadable"], ["blank", "label_conflicts"]])
def test_the_audit_has_no_blank_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    """What was not found is named in a sentence; whichever rows there are, nothing is blank."""
    monkeypatch.chdir(tmp_path)
    (IMAGES / "train/a").mkdir(parents=True)
    for index in range(audit.EXAMPLES):
        (IMAGES / f"train/a/{index}.jpg").write_bytes(jpeg(200 + index))
    audit.draw([Finding(kind, f"train/a/{i}.jpg") for kind in found for i in range(audit.EXAMPLES)])
    with Image.open("plots/audit.png") as picture:
        rows = np.flatnonzero((np.asarray(picture.convert("L")) < 250).any(axis=1))
    edges = [-1, *rows, picture.height]
    assert np.diff(edges).max() < 60, "pixels without ink, of 100 an inch"


@pytest.mark.parametrize(("name", "size", "count"), [("notebook", 32, 6), ("compact", 64, 13)])
def test_the_table_of_layers_adds_up(name: str, size: int, count: int) -> None:
    model = BY_NAME[name](82, size)
    layers = network.layers(model, size)
    assert len(layers) == count
    assert layers[0].shape == (16, 32, 32)
    assert layers[-1].shape == (82,)
    lines = network.table(layers).splitlines()
    assert len(lines) == count + 4  # the header, two rules and the total
    assert len({len(line) for line in lines}) == 1
    total = sum(parameter.numel() for parameter in model.parameters())
    assert lines[-1].split() == ["Total", f"{total:,}"]
    shown = sum(int(line.split()[-1].replace(",", "")) for line in lines[2:-2])
    assert shown == total


@pytest.mark.parametrize("name", params.NETWORKS)
def test_no_label_of_a_network_is_cut_off_or_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *arguments: Any, **options: Any) -> None:
        drawn.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", keep)
    network.draw("plots/network.png", network.layers(BY_NAME[name](16, 32), 32), 32)
    texts = [t for axes in drawn[0].axes for t in axes.texts if t.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    boxes += [patch.get_window_extent() for patch in drawn[0].axes[0].patches[::3]]  # the fronts
    wide, high = drawn[0].get_size_inches() * drawn[0].dpi
    assert all(b.x0 >= 0 and b.x1 <= wide and b.y0 >= 0 and b.y1 <= high for b in boxes)
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b)]


def test_a_long_reading_leaves_the_pictures_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can't be typeset, so it is written as it is: smaller, and beside its picture."""
    monkeypatch.chdir(tmp_path)
    Path("plots").mkdir()
    ink = np.zeros((60, 200, 3), dtype=np.uint8)
    long = r"\sqrt [ 3 ] { } = " + r"\frac { 8 ^ { 1 } } { x } + " * 6
    expressions.draw([expressions.Read(ink, "1", long), expressions.Read(ink, "1", "1")] * 3)
    drawn = np.asarray(Image.open("plots/expressions.png").convert("RGB")).astype(int)
    black = (drawn.max(axis=2) < 30).sum()
    assert black > 6 * 10_000  # pixels
    red = (drawn[:, :, 0] > 120) & (drawn[:, :, 1] < 90)
    assert not red[:, drawn.shape[1] // 2 :].any()  # where the other column's pictures are


def test_what_dvc_calls_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"dvc\.yaml has no list of plots .*No such file"):
        page.figures()
    for text in ("plots: [", "stages: {}", "plots: 7"):
        Path("dvc.yaml").write_text(text)
        with pytest.raises(InputError, match=r"dvc\.yaml has no list of plots"):
            page.figures()
    Path("dvc.yaml").write_text("plots: [a.png, {b.png: }, {c.csv: {title: Loss}}]")
    assert page.figures() == [("a.png", "a.png"), ("b.png", "b.png"), ("c.csv", "Loss")]
