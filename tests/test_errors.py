"""What is printed reaches somebody, or the exit code says that it did not."""

import subprocess
import sys
from pathlib import Path

import pytest

from handmath.base.errors import BROKEN_PIPE_CODE

PRINTS = "from handmath.base.errors import run\nrun(lambda: print('x' * {}))"


@pytest.mark.parametrize("count", [1, 1_000_000], ids=["at the end", "at once"])
def test_a_closed_pipe_ends_it_without_a_word(count: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PRINTS.format(count)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(timeout=30) == BROKEN_PIPE_CODE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
def test_a_full_disk_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-E", "-c", PRINTS.format(1)],  # buffered, whatever is set
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "error: standard output cannot be written (No space left on device)\n"
