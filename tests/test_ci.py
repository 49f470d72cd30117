"""What `.ci/run` and `make test-all` run: every check, and every test once."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from conftest import ROOT

PROGRAMS = ("apt-get", "chromium", "git", "make", "python3", "qemu-x86_64", "sudo")


def test_every_test_is_run_once() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "test-all"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert re.findall(r"pytest .* -m (.+)", done.stdout) == ['"not slow"', "slow"]


def test_what_is_missing_fails_there_instead_of_being_skipped(tmp_path: Path) -> None:
    """Tests skip without Chromium, qemu or sshd, but not where CI is set.

    Here each program stands in the place of the real one, on a machine that has all it needs.
    """
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "requirements.txt").touch()
    os.utime(tmp_path / "requirements.txt", (0, 0))
    (tmp_path / ".cache/arm64/site").mkdir(parents=True)  # newer: not made again
    (bin_ := tmp_path / "bin").mkdir()
    for name in PROGRAMS:
        (bin_ / name).write_text('#!/bin/sh\necho "${0##*/} $* CI=$CI"\n')
        (bin_ / name).chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    done = subprocess.run(
        [tmp_path / ".ci/run"], env=environment | {"PATH": f"{bin_}:{os.environ['PATH']}"},
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    ran = done.stdout.splitlines()
    assert ran[-2:] == ["make dev CI=true", "make test test-all CI=true"]
