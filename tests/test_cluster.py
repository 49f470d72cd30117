"""The sweep on a real Dask cluster: the same bytes, also when a worker is lost in the middle."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from distributed import Client

from conftest import LIMIT, Project

pytestmark = pytest.mark.slow

RATES = [0.001, 0.002, 0.003, 0.004, 0.005, 0.006]


@pytest.fixture(scope="module")
def project(finished: Callable[[str], Project]) -> Project:
    project = finished("cluster")
    project.change_params(sweep={"lr": RATES, "epochs": [1, 15]})
    return project


@dataclass(frozen=True)
class Cluster:
    address: str
    processes: list[subprocess.Popen[bytes]]

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return self.processes[1:]


@pytest.fixture
def cluster(project: Project, tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers of one thread each, in a folder that is not the project's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    environment = {**os.environ, "PYTHONPATH": str(project.folder / "src")}
    dask = str(Path(sys.executable).with_name("dask"))
    commands = [[dask, "scheduler", "--host", address, "--no-dashboard"]]
    commands += 2 * [[dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                      "--preload", "handmath.base.determinism"]]  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        started = [
            subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
            for command in commands
        ]
    try:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield Cluster(address, started)
    finally:
        for process in started:
            process.kill()
            process.wait()


def sweep(
    project: Project, cluster: Cluster | None = None, forget: bool = True
) -> subprocess.Popen[str]:
    """Start the sweep, from nothing or from the rows that are finished."""
    if forget:
        shutil.rmtree(project.folder / ".cache", ignore_errors=True)
    (project.folder / "plots/sweep.csv").unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": "src"}
    if cluster:
        environment["DASK_SCHEDULER_ADDRESS"] = cluster.address
    return subprocess.Popen(
        [sys.executable, "-m", "handmath.stages.sweep"],
        cwd=project.folder, env=environment, text=True, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_a_worker_is_killed_in_the_middle(project: Project, cluster: Cluster) -> None:
    csv = project.folder / "plots/sweep.csv"
    _, errors = (local := sweep(project)).communicate(timeout=LIMIT)
    assert local.returncode == 0, errors
    expected = csv.read_bytes()
    assert expected.count(b"\n") == 1 + 2 * len(RATES)

    with Client(cluster.address, timeout=60, set_as_default=False) as client:
        process = sweep(project, cluster)
        finished = project.folder / ".cache/sweep"
        deadline = time.monotonic() + 120
        while not list(finished.glob("*.json")) or not all(client.processing().values()):
            assert process.poll() is None, process.communicate(timeout=LIMIT)
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
        assert len(list(finished.glob("*.json"))) < len(RATES) - 1
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        assert len(client.scheduler_info()["workers"]) == 1
    assert csv.read_bytes() == expected


def test_the_scheduler_is_killed_in_the_middle(project: Project, cluster: Cluster) -> None:
    finished = project.folder / ".cache/sweep"
    process = sweep(project, cluster)
    deadline = time.monotonic() + 120
    while not list(finished.glob("*.json")):
        assert process.poll() is None, process.communicate(timeout=LIMIT)
        assert time.monotonic() < deadline
        time.sleep(0.02)
    cluster.processes[0].kill()
    killed = time.monotonic()
    _, errors = process.communicate(timeout=120)
    assert time.monotonic() - killed < 40
    assert process.returncode == 1
    said = [line for line in errors.splitlines() if line]
    assert len(said) == 1, errors
    assert "the `dask scheduler` is gone" in said[0]
    kept = {file: file.stat().st_mtime_ns for file in finished.glob("*.json")}
    assert 0 < len(kept) < len(RATES)
    assert not (project.folder / "plots/sweep.csv").exists()

    kept_row = next(iter(kept))
    values = json.loads(kept_row.read_text())
    values["cells"][0]["test_accuracy"] = 0.123456
    kept_row.write_text(json.dumps(values))
    _, errors = (again := sweep(project, forget=False)).communicate(timeout=LIMIT)
    assert again.returncode == 0, errors
    assert "0.123456" in (project.folder / "plots/sweep.csv").read_text(), "it is not trained again"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_with_other_code(
    project: Project, cluster: Cluster, tmp_path: Path, workers: int
) -> None:
    """It is asked, and refused, also where it is the only one: nothing is trained here instead."""
    for process_of_worker in cluster.workers[workers:]:
        process_of_worker.terminate()
        process_of_worker.wait(timeout=60)
    other = Project(tmp_path / "other")
    shutil.copytree(project.folder, other.folder)
    module = other.folder / "src/handmath/learning/augment.py"
    module.write_text(module.read_text() + "# changed\n")
    process = sweep(other, cluster)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "error: a Dask worker has another version of this project" in errors
    assert not (other.folder / "plots/sweep.csv").exists()


def test_no_scheduler(project: Project) -> None:
    process = sweep(project, Cluster("tcp://127.0.0.1:9", []))
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert (
        "error: DASK_SCHEDULER_ADDRESS=tcp://127.0.0.1:9: no `dask scheduler` answers there"
        in errors
    )
    assert "Traceback" not in errors
    assert not (project.folder / "plots/sweep.csv").exists()
