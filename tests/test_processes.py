"""Processes that work for a stage: as many as there are cores, gone when it is."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT
from handmath.base.errors import InputError
from handmath.data import processes


def pid(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def kill_yourself(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(_: int) -> None:
    raise InputError("x is wrong")


def alive(pid: int) -> bool:
    """Whether it runs; one that has ended may wait for its parent to look."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("count", [1, 3])
def test_how_many(count: int) -> None:
    with processes.pool(count) as pool:
        found = set(pool.map(pid, range(20)))
        assert len(multiprocessing.active_children()) == count
    assert not any(map(alive, found))


def test_a_killed_process_ends_the_stage_in_one_line() -> None:
    with pytest.raises(InputError, match="was killed"), processes.pool(2) as pool:
        list(pool.map(kill_yourself, range(2)))


def test_what_a_process_refuses_is_refused() -> None:
    with pytest.raises(InputError, match=r"^x is wrong$"), processes.pool(2) as pool:
        list(pool.map(refuse, range(2)))


def interrupted() -> None:
    with processes.pool(2) as pool:
        pool.submit(time.sleep, 60)
        raise KeyboardInterrupt


def test_who_is_interrupted_waits_for_nobody() -> None:
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - start < 30


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds processes through /proc")
def test_a_killed_stage_leaves_no_process_behind() -> None:
    code = """
import multiprocessing, time
from handmath.data import processes
with processes.pool(3) as pool:
    busy = pool.submit(time.sleep, 60)
    print(*[process.pid for process in multiprocessing.active_children()], flush=True)
    busy.result()
"""
    stage = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert stage.stdout
    workers = [int(pid) for pid in stage.stdout.readline().split()]
    assert len(workers) == 3
    stage.kill()
    stage.communicate(timeout=60)
    deadline = time.monotonic() + 30
    while any(map(alive, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
