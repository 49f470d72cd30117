"""The real `dvc` in a temporary clone: what a person types, and what comes of it."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from conftest import ROOT, STAGES, Project
from handmath.data import dataset
from handmath.learning import training
from handmath.learning.checkpoint import Model

pytestmark = pytest.mark.real

ARCHIVE = os.environ.get("HANDMATH_ARCHIVE")
OUTPUTS = (
    "data/synthetic.zip",
    "data/notebook.safetensors",
    "data/compact.safetensors",
    "models/model.safetensors",
    "models/reader.safetensors",
    "models/expressions.safetensors",
    "models/layout.safetensors",
    *(
        f"metrics/{name}.json"
        for name in ("data", "train", "test", "sweep", "lines", "expressions")
    ),
    *(f"plots/{name}.csv" for name in ("audit", "classes", "loss", "confusion", "sweep")),
    *(
        f"plots/{name}.png"
        for name in (
            "audit",
            "samples",
            "network",
            "predictions",
            "heatmap",
            "lines",
            "expressions",
        )
    ),
    "plots/network.txt",
    "plots/metrics.csv",
    "models/README.md",
)


def stages_run(output: str) -> list[str]:
    return re.findall(r"Running stage '(\w+)'", output)


def cell(project: Project, lr: float, epochs: int) -> dict[str, float]:
    with (project.folder / "plots/sweep.csv").open() as file:
        for row in csv.DictReader(file):
            values = {key: float(value) for key, value in row.items()}
            if (values["lr"], values["epochs"]) == (lr, epochs):
                return values
    raise AssertionError("no such cell")


def metric(project: Project, name: str) -> dict[str, float]:
    values: dict[str, float] = json.loads((project.folder / f"metrics/{name}.json").read_text())
    return values


@pytest.fixture
def project(finished: Callable[[str], Project]) -> Project:
    return finished("pipeline")


def test_every_output_is_there(project: Project) -> None:
    assert [path for path in OUTPUTS if not (project.folder / path).stat().st_size] == []
    assert project.run("git", "status", "--porcelain").stdout == ""


def test_nothing_to_do_the_second_time(project: Project) -> None:
    assert "Data and pipelines are up to date" in project.dvc("repro")


def test_metrics(project: Project) -> None:
    train, test, sweep = (metric(project, name) for name in ("train", "test", "sweep"))
    assert train.keys() == {
        "train_accuracy", "validation_accuracy", "parameters",
    }  # fmt: skip
    assert train["parameters"] == 263_408
    bounds = [
        f"{name}{end}" for name in ("accuracy", "accuracy_unleaked") for end in ("_low", "_high")
    ]
    assert test.keys() == {
        "accuracy", "accuracy_unleaked", *bounds, "macro_f1", "loss", "calibration_error",
    }  # fmt: skip
    assert test["accuracy_low"] < test["accuracy"] < test["accuracy_high"]
    table = pd.read_csv(project.folder / "plots/sweep.csv")
    assert table["validation_accuracy"].max() == sweep["best_validation_accuracy"]


def test_the_sweeps_cell_is_the_trained_model(project: Project) -> None:
    """Trained alone on all cores and trained in the sweep on one core: the same accuracies."""
    values = cell(project, 0.01, 2)
    assert values["train_accuracy"] == metric(project, "train")["train_accuracy"]
    assert values["validation_accuracy"] == metric(project, "train")["validation_accuracy"]
    assert values["test_accuracy"] == metric(project, "test")["accuracy"]


@pytest.mark.slow
def test_exp_run_reruns_training_and_evaluation_alone(project: Project) -> None:
    output = project.dvc("exp", "run", "-S", "lr=0.001")
    assert stages_run(output) == ["train", "evaluate", "card"]
    changes = json.loads(project.dvc("metrics", "diff", "--json"))
    assert changes["metrics/test.json"]["accuracy"]["diff"] != 0
    table = project.run("dvc", "metrics", "diff").stdout
    assert max(map(len, table.splitlines())) <= 100
    assert "metrics/sweep.json" not in changes
    assert "0.001" in project.dvc("exp", "show", "--csv")


@pytest.mark.slow
def test_the_compact_network_is_one_flag_away(project: Project) -> None:
    output = project.dvc("exp", "run", "-S", "model=compact")
    assert stages_run(output) == ["samples", "network", "train", "evaluate", "card"]
    changes = json.loads(project.dvc("metrics", "diff", "--json"))
    assert changes["metrics/test.json"]["accuracy"]["diff"] > 0.1
    assert metric(project, "train")["parameters"] == 63_200


@pytest.mark.slow
def test_no_test_image_is_touched_before_evaluation(project: Project) -> None:
    """With noise for test images everything that is trained or chosen stays the same."""
    noise = np.random.default_rng(0)
    with (
        zipfile.ZipFile(project.folder / "data/synthetic.zip") as drawn,
        zipfile.ZipFile(project.folder / "data/noise.zip", "w") as other,
    ):
        for name in drawn.namelist():
            data = drawn.read(name)
            if "/eval/" in name:
                file = io.BytesIO()
                shades = noise.integers(0, 256, (135, 150), dtype=np.uint8)
                Image.fromarray(shades).save(file, "JPEG")
                data = file.getvalue()
            other.writestr(name, data)
    chosen = ("best_lr", "best_epochs", "best_validation_accuracy")
    before = metric(project, "train"), {key: metric(project, "sweep")[key] for key in chosen}
    loss = (project.folder / "plots/loss.csv").read_bytes()
    project.dvc("exp", "run", "-S", "data.archive=data/noise.zip", "evaluate", "sweep")
    assert metric(project, "test")["accuracy"] < 0.2
    after = metric(project, "train"), {key: metric(project, "sweep")[key] for key in chosen}
    assert after == before
    assert (project.folder / "plots/loss.csv").read_bytes() == loss


@pytest.mark.slow
def test_learning_rate_with_an_exponent(project: Project) -> None:
    project.dvc("exp", "run", "-S", "lr=1e-5")
    assert metric(project, "test")["accuracy"] < 0.5


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("lr=fast", "lr"),
        pytest.param("epochs=0", "epochs", marks=pytest.mark.slow),
        pytest.param("seed=-1", "seed", marks=pytest.mark.slow),
    ],
)
def test_a_bad_param_is_one_line_that_names_it(project: Project, change: str, key: str) -> None:
    done = project.run("dvc", "exp", "run", "-S", change, check=False)
    assert done.returncode != 0
    output = done.stdout + done.stderr
    assert f"error: params.yaml: {key}: " in output
    assert "Traceback" not in output
    assert project.run("git", "status", "--porcelain").stdout == " M params.yaml\n"
    assert "`git restore params.yaml` takes a change back" in output
    project.run("git", "restore", "params.yaml")
    assert "up to date" in project.dvc("repro")


def test_a_network_that_there_is_none_of(project: Project) -> None:
    """DVC itself says so: stages depend on the images of the network that is named."""
    done = project.run("dvc", "exp", "run", "-S", "model=resnet", check=False)
    assert done.returncode != 0
    assert "data/resnet.safetensors" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stdout + done.stderr


def test_plots_show_names_every_figure(project: Project) -> None:
    project.dvc("plots", "show")
    page = (project.folder / "dvc_plots/index.html").read_text()
    for figure in (
        "plots/audit.png", "plots/samples.png", "Figure 2. Images of each class",
        "plots/network.png", "Figure 5. Training and validation loss", "plots/predictions.png",
        "Confusion matrix of the test images",
        "Figure 7. Test accuracy by learning rate and epochs", "plots/lines.png",
    ):  # fmt: skip
        assert figure in page


@pytest.mark.slow
def test_plots_diff_keeps_revisions_apart(project: Project) -> None:
    project.dvc("exp", "run", "-S", "sweep.lr=[0.001,0.02]")
    output = project.dvc("plots", "diff", "HEAD", "--json")
    for name in ("Figure 5.", "Figure 7.", "Confusion"):
        key = next(k for k in json.loads(output)["data"] if k.startswith(name))
        (figure,) = json.loads(output)["data"][key]
        assert set(figure["revisions"]) == {"HEAD", "workspace"}


@pytest.mark.slow
def test_the_grid_grows_and_shrinks(project: Project) -> None:
    sweep = project.folder / "plots/sweep.csv"
    small = sweep.read_bytes()
    output = project.dvc("exp", "run", "-S", "sweep.lr=[0.001,0.005,0.01]")
    assert stages_run(output) == ["sweep", "heatmap"]
    assert len(pd.read_csv(sweep)) == 6
    project.dvc("exp", "run", "-S", "sweep.lr=[0.01,0.001]")
    assert sweep.read_bytes() == small, "the order of the grid and old cells leave no trace"


def test_a_missing_archive(project: Project) -> None:
    done = project.run("dvc", "exp", "run", "-S", "data.archive=data/none.zip", check=False)
    assert done.returncode != 0
    assert "data/none.zip" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_bad_archive_leaves_the_results_alone(project: Project) -> None:
    (project.folder / "data/page.zip").write_text("<html>")
    done = project.run("dvc", "exp", "run", "-S", "data.archive=data/page.zip", check=False)
    assert done.returncode != 0
    assert "error: data/page.zip is no zip file" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert project.run("git", "status", "--porcelain").stdout == " M params.yaml\n"
    assert len(list((project.folder / "data/images/train/one").iterdir())) == 30


@pytest.mark.slow
def test_a_killed_stage_is_done_again(project: Project) -> None:
    """What a kill leaves: outputs gone or old. `repro` must not take them for done."""
    before = (project.folder / "models/model.safetensors").read_bytes()
    (project.folder / "models/model.safetensors").unlink()
    (project.folder / "models/.partial-model.safetensors").write_bytes(before[:100])
    shutil.rmtree(project.folder / "data/images/train/one")
    project.dvc("repro")
    assert (project.folder / "models/model.safetensors").read_bytes() == before
    assert len(list((project.folder / "data/images/train/one").iterdir())) == 30
    assert project.run("git", "status", "--porcelain").stdout == ""


@pytest.mark.slow
@pytest.mark.skipif(not ARCHIVE, reason="HANDMATH_ARCHIVE does not name the real archive")
def test_the_real_archive(clone: Callable[[str], Project]) -> None:
    project = clone("real")
    project.change_params(model="compact")
    project.dvc("repro", "train")
    drawn = Model.read(project.folder / "models/model.safetensors")
    project.change_params(model="notebook")
    project.commit("Train the compact network on the stand-in")
    shutil.copy(str(ARCHIVE), project.folder / "data/Math_handwriting.zip")
    wanted = ("audit", "samples", "evaluate", "sweep")
    output = project.dvc("exp", "run", "-S", "data.archive=data/Math_handwriting.zip", *wanted)
    assert "1,010 eval, 7,557 train images of 16 classes" in output
    classes = pd.read_csv(project.folder / "plots/classes.csv")
    images = classes.groupby("split")["images"].sum()
    assert images["train"] + images["validation"] == 7557
    assert images["test"] == 1010
    assert metric(project, "test")["accuracy"] >= 0.80
    assert cell(project, 0.001, 7)["test_accuracy"] >= 0.78
    status = project.run("git", "status", "--porcelain", "data").stdout
    assert status == " M data/content_id.txt\n", "the archive itself is not under Git"
    file = project.folder / dataset.path("compact")
    test, leaked = dataset.read("test", file), dataset.read_leaked(file)
    assert training.score(drawn, test.at(~leaked)).accuracy >= 0.9, "the stand-in teaches"
    # Whoever has the same archive gets the same bits.
    page = (ROOT / "docs/reproducibility.md").read_text()
    for name in ("data/content_id.txt", "models/weights_sha256.txt"):
        assert (project.folder / name).read_text().strip() in page


def sweep_processes(project: Project) -> list[int]:
    """The sweep and its workers, found by the folder they run in."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").resolve() == project.folder:
                found.append(int(folder.name))
        except OSError:  # a process that ended meanwhile
            continue
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists(), reason="finds processes through /proc")
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_killed_sweep_does_only_the_rest(project: Project, count: int) -> None:
    """SIGKILL before the first row is finished, after it, and after most of them."""
    rates = [0.001, 0.002, 0.003, 0.004, 0.01]
    project.change_params(sweep={"lr": rates, "epochs": [1, 2]})
    cache = project.folder / ".cache"
    rows = project.folder / ".cache/sweep"
    sweep = project.folder / "plots/sweep.csv"
    module = [sys.executable, "-m", "handmath.stages.sweep"]
    # Three rows at a time, then two.
    environment = {**os.environ, "PYTHONPATH": "src", "LOKY_MAX_CPU_COUNT": "2"}

    def done() -> int:
        return len(list(rows.glob("[!.]*.json")))

    shutil.rmtree(cache, ignore_errors=True)
    sweep.unlink()
    process = subprocess.Popen(
        module, cwd=project.folder, env=environment, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while done() < count or len(sweep_processes(project)) < 3:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    for pid in sweep_processes(project):
        os.kill(pid, signal.SIGKILL)
    process.wait()
    assert not sweep.exists()
    kept = list(rows.glob("[!.]*.json"))  # without the rows that were being written
    assert count <= len(kept) < len(rates)

    marked = 0.123456  # an accuracy that no training comes to: it stays where a row is not redone
    for path in kept:
        row = json.loads(path.read_text())
        row["cells"][0]["test_accuracy"] = marked
        path.write_text(json.dumps(row))
    project.run(*module)
    assert (pd.read_csv(sweep)["test_accuracy"] == marked).sum() == len(kept)
    assert not rows.exists()

    project.run(*module)
    again = pd.read_csv(sweep)
    assert len(again) == 2 * len(rates)
    assert (again["test_accuracy"] != marked).all(), "a sweep that has ended well leaves no row"


@pytest.mark.slow
def test_verify_finds_what_has_changed(project: Project) -> None:
    adam = project.folder / "src/handmath/learning/adam.py"
    adam.write_text(
        adam.read_text().replace("BETA1, BETA2, EPSILON = 0.9", "BETA1, BETA2, EPSILON = 0.8")
    )
    done = project.run(sys.executable, "-m", "handmath.commands.verify", check=False)
    assert done.returncode == 1
    different = re.findall(r"^DIFFERENT +(\w+)$", done.stdout, re.MULTILINE)
    same = re.findall(r"^same +(\w+)$", done.stdout, re.MULTILINE)
    assert sorted([*same, *different]) == STAGES
    assert sorted(different) == [
        "card", "evaluate", "expressions", "heatmap", "lines", "sweep", "train",
        "train_expressions", "train_layout", "train_reader",
    ]  # fmt: skip
    assert f"error: 10 of {len(STAGES)} stages differ from dvc.lock" in done.stderr
    assert "Traceback" not in done.stderr
