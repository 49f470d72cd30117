"""The same bytes out of every stage, with any number of threads and on other CPUs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conftest import ROOT

pytestmark = pytest.mark.slow

QEMU = shutil.which("qemu-x86_64")
# Both CPUs have AVX2; the emulator has no AVX-512. Every stage runs on Intel's, on AMD's those that
# make and train on tensors: an emulated minute is dear.
CPUS: dict[str, list[str]] = {
    "Haswell": [],
    "EPYC-Rome": ["synthesize", "unzip", "preprocess", "train"],
}


def hashes(folder: Path, threads: int, cpu: str | None = None) -> dict[str, str]:
    """Run the stages on a small archive, whose last batch is not full."""
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values |= {"epochs": 2, "batch_size": 19, "sweep": {"lr": [0.01], "epochs": [1]}}
    values["synthesize"] |= {"train_images": 8, "test_images": 2}
    values["reader"] |= {"lines_per_image": 0.1, "drawn": 2}
    values["reader"]["recipe"] |= {"epochs": 2}
    values["lines"] |= {"count": 3}
    folder.mkdir()
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    emulator, stages = ([str(QEMU), "-cpu", cpu], CPUS[cpu]) if cpu else ([], [])
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment |= {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "MKL")}
    done = subprocess.run(
        [*emulator, sys.executable, ROOT / "tests/every_stage.py", *stages],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return hashes(tmp_path_factory.mktemp("native") / "run", threads=1)


def test_every_kind_of_output_is_compared(native: dict[str, str]) -> None:
    assert {Path(name).suffix for name in native} >= {".zip", ".jpg", ".safetensors", ".json"}
    assert {Path(name).suffix for name in native} >= {".csv", ".png", ".txt"}


def test_two_threads(native: dict[str, str], tmp_path: Path) -> None:
    assert hashes(tmp_path / "run", threads=2) == native


@pytest.mark.skipif(
    not QEMU and "CI" not in os.environ, reason="qemu-x86_64 (Debian's qemu-user) is not installed"
)
@pytest.mark.parametrize("cpu", CPUS)
def test_another_cpu(native: dict[str, str], tmp_path: Path, cpu: str) -> None:
    emulated = hashes(tmp_path / "run", threads=1, cpu=cpu)
    assert "models/model.safetensors" in emulated
    assert emulated == {path: native[path] for path in emulated}
    assert CPUS[cpu] or emulated == native
