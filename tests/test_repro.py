"""`make run` has stages run side by side: all or nothing, as `dvc repro` does."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT, Project
from handmath.base.errors import BROKEN_PIPE_CODE
from handmath.commands import repro
from test_interrupt import processes

STAGES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]


def written(stage: str) -> set[str]:
    outs = [*STAGES[stage].get("outs", []), *STAGES[stage].get("metrics", [])]
    return {path.replace("${model}", "*") for out in outs for path in out}


def read(stage: str) -> set[str]:
    return {dep.replace("${model}", "notebook") for dep in STAGES[stage]["deps"]}


def test_no_arm_reads_or_writes_what_the_other_writes() -> None:
    for arm, other in (repro.ARMS, reversed(repro.ARMS)):
        outs = set().union(*map(written, other))
        for stage in arm:
            assert not (read(stage) | written(stage)) & outs, stage


def test_every_stage_stands_after_those_that_it_needs() -> None:
    """Those of dvc.yaml stand so, and what needs both arms is left to the end."""
    for arm in repro.ARMS:
        made = set().union(*map(written, arm))
        done: set[str] = set()
        for stage in arm:
            assert read(stage) & made <= done, stage
            done |= written(stage)
    both = {stage for arm in repro.ARMS for stage in arm}
    assert set(STAGES) - both == {"synthesize", *repro.FIRST, "lines", "expressions", "card"}


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One in which DVC has not run yet, so that its folder for locks is not there."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_who_fails_ends_the_others_and_has_the_last_word(
    capfd: pytest.CaptureFixture[str],
) -> None:
    start = time.monotonic()
    slow = python(
        "import time; print('begun', flush=True)\ntry: time.sleep(60)\nfinally: print('x')"
    )
    fails = python("import time; time.sleep(2); print('the reason'); raise SystemExit(7)")
    with pytest.raises(SystemExit) as ended:
        repro.together(slow, fails)
    assert ended.value.code == 7
    assert capfd.readouterr().out == "begun\nthe reason\n"
    assert time.monotonic() - start < 30


@pytest.mark.usefixtures("folder")
def test_side_by_side(capfd: pytest.CaptureFixture[str]) -> None:
    """Each waits for what the other has done."""
    code = """
import pathlib, time
pathlib.Path('{}').touch()
while not pathlib.Path('{}').exists(): time.sleep(0.01)
print('met')
"""
    repro.together(python(code.format("a", "b")), python(code.format("b", "a")))
    assert capfd.readouterr().out == "met\nmet\n"


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("folder")
def test_any_bytes_are_printed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    repro.together(python(r"import os; os.write(1, b'\xc3\xb7 \xff\n')"))
    assert capfdbinary.readouterr().out == b"\xc3\xb7 \xff\n"


SLEEP = """
import pathlib, time
print('begun', flush=True)
try:
    time.sleep(40)
finally:
    pathlib.Path('ended').touch()
"""


def begun(folder: Path, *codes: str) -> subprocess.Popen[str]:
    """`together` in a process of its own, with so many commands."""
    code = f"""
import sys
from handmath.base.errors import run
from handmath.commands import repro
run(lambda: repro.together(*([sys.executable, '-c', code] for code in {codes!r})))
"""
    return subprocess.Popen(
        python(code), cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def test_nobody_reads_what_is_printed(folder: Path) -> None:
    process = begun(folder, SLEEP, "import itertools\nfor _ in itertools.count(): print('more')")
    assert process.stdout
    while process.stdout.readline() != "begun\n":
        assert process.poll() is None
    process.stdout.close()
    assert process.wait(timeout=30) == BROKEN_PIPE_CODE
    assert process.stderr
    with process.stderr:
        assert process.stderr.read() == ""
    assert (folder / "ended").exists()


def test_a_second_ctrl_c_does_not_wait_for_the_lock(folder: Path) -> None:
    process = begun(folder, SLEEP)
    assert process.stdout
    process.stdout.readline()
    repro.LOCK.parent.mkdir(parents=True)
    with repro.LOCK.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # as another DVC has it
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        assert not (folder / "ended").exists()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert said == "interrupted\n"
    assert process.returncode == 130
    assert (folder / "ended").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists(), reason="finds processes through /proc")
def test_ctrl_c_and_then_the_rest(finished: Callable[[str], Project]) -> None:
    """In the middle of both arms; what is finished is kept, and the lock is whole."""
    project = finished("repro")
    expected = yaml.safe_load((project.folder / "dvc.lock").read_text())
    (project.folder / "dvc.lock").unlink()
    command = [sys.executable, "-m", "handmath.commands.repro"]
    environment = {
        **os.environ, "PYTHONPATH": "src",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    run: dict[str, Any] = {"cwd": project.folder, "env": environment, "text": True}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, **run
    )
    deadline = time.monotonic() + 240
    while not {"network", "train"} <= {
        line.rpartition("handmath.stages.")[2].strip()
        for line in processes(project.folder).values()
    }:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output.splitlines()[-1] == "interrupted"
    assert "Traceback" not in output
    assert not processes(project.folder)
    kept = yaml.safe_load((project.folder / "dvc.lock").read_text())["stages"]
    assert {"synthesize", "unzip", "preprocess"} <= set(kept)

    done = subprocess.run(command, capture_output=True, timeout=600, check=False, **run)
    assert done.returncode == 0, done.stdout + done.stderr
    assert yaml.safe_load((project.folder / "dvc.lock").read_text()) == expected
