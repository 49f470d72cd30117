"""Ctrl-C while `dvc repro` runs a stage: a line of ours, nothing deleted, nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").exists(), reason="finds processes through /proc"),
]


def processes(folder: Path) -> dict[int, str]:
    """The command lines of the processes that run in a folder."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == folder:
                found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:  # a process that ended meanwhile
            continue
    return found


@pytest.fixture(scope="module")
def project(finished: Callable[[str], Project]) -> Project:
    """One whose trainings take long enough to be interrupted."""
    project = finished("interrupt")
    project.change_params(epochs=300, sweep={"lr": [0.001, 0.01], "epochs": [300]})
    project.commit("Train longer")
    return project


def begun(folder: Path) -> bool:
    """Whether a stage runs that has got to importing libraries."""
    for pid, line in processes(folder).items():
        if "-m handmath.stages." in line and not line.startswith("/bin/sh"):
            maps = Path(f"/proc/{pid}/maps").read_text()
            return "pydantic_core" in maps or "multiarray" in maps
    return False


def learning(folder: Path, since: float) -> bool:
    """Whether the stage `train` has told of a loss since then."""
    return (folder / "metrics/live.json").stat().st_mtime > since


@pytest.mark.parametrize(
    ("stage", "workers"),
    [("train", 0), ("train", 1), ("preprocess", 1), ("audit", 1), ("sweep", 1), ("unzip", 0)],
)
def test_ctrl_c(project: Project, stage: str, workers: int) -> None:
    """While the stage imports, and when it works or its workers have begun."""
    started = time.time()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("dvc"), "repro", "--force", "--single-item", stage],
        cwd=project.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not begun(project.folder):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    if workers:
        alone = len(processes(project.folder))
        while not (
            learning(project.folder, started)
            if stage == "train"
            else len(processes(project.folder)) > alone
        ):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.005)
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in output
    ours = output.partition(f"Running stage '{stage}':\n")[2].partition("ERROR:")[0]
    assert [line for line in ours.splitlines()[1:] if line] == ["interrupted"], output
    assert " D " not in project.run("git", "status", "--porcelain").stdout
    assert list((project.folder / "data/images/train").iterdir())
    while processes(project.folder):
        assert time.monotonic() < deadline, processes(project.folder)
        time.sleep(0.05)


def test_who_imports_a_stage_keeps_the_handler_of_signals() -> None:
    code = (
        "import signal, handmath.stages.card as _; print(signal.getsignal(signal.SIGINT).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == "default_int_handler\n"
