"""The settings of the same bits: stages and commands make them, importing the library does not."""

import os
import subprocess
import sys

import pytest

from conftest import ROOT
from handmath.base.determinism import SETTINGS


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    return subprocess.run(
        [sys.executable, "-c", code], env=clean | environment | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


PRINT = f"; import os; print({{key: os.environ.get(key) for key in {list(SETTINGS)}}})"


@pytest.mark.parametrize("module", ["handmath", "handmath.reading.reader", "handmath.cli"])
def test_importing_the_library_changes_no_setting(module: str) -> None:
    done = python(f"import {module}{PRINT}", OMP_NUM_THREADS="3")
    assert done.stdout == f"{dict.fromkeys(SETTINGS) | {'OMP_NUM_THREADS': '3'}}\n", done.stderr


@pytest.mark.parametrize("module", ["handmath.stages.train", "handmath.commands.export"])
def test_a_stage_and_a_command_set_pytorch_up(module: str) -> None:
    code = f"import {module}, torch; print(torch.get_num_threads(), {module}.__name__)"
    done = python(code + PRINT, OMP_NUM_THREADS="3")
    assert done.stdout.startswith("1 "), done.stderr
    assert str(SETTINGS) in done.stdout


def test_pytorch_loaded_too_early_is_refused() -> None:
    done = python("import torch, handmath.stages")
    assert done.returncode != 0
    assert "InputError: PyTorch was imported before handmath" in done.stderr.splitlines()[-1]


def test_pytorch_loaded_by_a_process_that_was_set_up_is_not() -> None:
    assert python("import torch, handmath.stages", **SETTINGS).returncode == 0
