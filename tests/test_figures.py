"""The figures: the same bytes whatever Matplotlib is set to, and names are drawn as they are."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from conftest import ROOT, jpeg
from handmath.base.files import IMAGES
from handmath.data.quality import Finding
from handmath.drawing.lines import Written
from handmath.figures import audit, heatmap, lines, thumbnails
from handmath.reading.reader import Reading

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
    picture = np.full((40, 160), 255, np.uint8)
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


def test_no_setting_of_matplotlib_changes_a_byte(tmp_path: Path) -> None:
    calm, here, named = (tmp_path / name for name in ("calm", "here", "named"))
    for folder in (calm, here, named):
        folder.mkdir()
    for file in (here / "matplotlibrc", tmp_path / "mine"):
        file.write_text(HOSTILE)
    plain = drawn(calm)
    assert len(plain) == 4
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


def test_a_figure_names_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    draw_all()
    for path in Path("plots").iterdir():
        with Image.open(path) as image:
            assert set(image.info) == {"dpi"}, path
