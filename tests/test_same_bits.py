"""The same bytes out of every stage, with any number of threads and on other CPUs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import pytest
import yaml

from conftest import ROOT, Once

pytestmark = pytest.mark.slow

QEMU = shutil.which("qemu-x86_64")
# Both CPUs have AVX2; the emulator has no AVX-512. Every stage runs on Intel's, on AMD's those that
# make and train on tensors: an emulated minute is dear.
CPUS: dict[str, list[str]] = {
    "Haswell": [],
    "EPYC-Rome": ["synthesize", "unzip", "preprocess", "train"],
}
WITH_WORKERS = ["synthesize", "unzip", "audit", "preprocess", "sweep"]  # and what they need


def run(
    folder: Path,
    *arguments: str,
    cpu: str | None = None,
    umask: int = -1,
    **environment: str,
) -> tuple[dict[str, str], list[int]]:
    """Run stages on a small archive, whose last batch is not full.

    Returns:
        The hash of each output, and how many workers each pool had.
    """
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values |= {"epochs": 2, "batch_size": 19, "sweep": {"lr": [0.01, 0.001], "epochs": [1]}}
    values["synthesize"] |= {"train_images": 8, "test_images": 2}
    values["reader"] |= {"lines": 12}
    values["reader"]["recipe"] |= {"epochs": 2}
    values["lines"] |= {"count": 3}
    values["expressions"]["lessons"] |= {"count": 6}
    values["expressions"]["lessons"]["recipe"] |= {"epochs": 1}
    values["expressions"]["layout"] |= {"count": 12}
    values["expressions"]["test"] |= {"count": 2}
    folder.mkdir(exist_ok=True)
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    emulator, stages = ([str(QEMU), "-cpu", cpu], CPUS[cpu]) if cpu else ([], [])
    done = subprocess.run(
        [*emulator, sys.executable, ROOT / "tests/every_stage.py", *arguments, *stages],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        umask=umask, capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found["hashes"], found["workers"]


@pytest.fixture(scope="module")
def native(once: Once, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    def make() -> Path:
        folder = tmp_path_factory.mktemp("native")
        (folder / "hashes.json").write_text(json.dumps(run(folder)[0]))
        return folder / "hashes.json"

    hashes: dict[str, str] = json.loads(once("native", make).read_text())
    return hashes


def test_every_kind_of_output_is_compared(native: dict[str, str]) -> None:
    assert {Path(name).suffix for name in native} >= {".zip", ".jpg", ".safetensors", ".json"}
    assert {Path(name).suffix for name in native} >= {".csv", ".png", ".txt"}


@pytest.mark.skipif(joblib.cpu_count() < 2, reason="has one core")
@pytest.mark.parametrize("workers", [1, 2])
def test_workers(native: dict[str, str], tmp_path: Path, workers: int) -> None:
    """Whoever starts workers, starts so many: to inspect, to decode and to train in the sweep."""
    found, pools = run(
        tmp_path / "run", "--workers", *WITH_WORKERS, LOKY_MAX_CPU_COUNT=str(workers)
    )
    assert pools.count(workers) >= 3
    assert max(pools) == workers
    assert found == {path: native[path] for path in found}
    assert {"data/notebook.safetensors", "plots/audit.csv", "plots/sweep.csv"} <= found.keys()


def test_two_threads(native: dict[str, str], tmp_path: Path) -> None:
    """Set by who starts the pipeline, which sets one."""
    found, _ = run(tmp_path / "run", OMP_NUM_THREADS="2", MKL_NUM_THREADS="2")
    assert found == native


MATPLOTLIBRC = """
backend: svg
axes.facecolor: red
axes.unicode_minus: false
figure.dpi: 31
font.family: monospace
font.size: 23
image.cmap: hot
lines.linewidth: 9
savefig.bbox: tight
savefig.facecolor: blue
svg.hashsalt: other
text.color: green
"""


def test_a_hostile_environment(native: dict[str, str], tmp_path: Path) -> None:
    """Figures, texts and tables as anywhere, whatever the user has set for programs in general."""
    folder = tmp_path / "run"
    folder.mkdir()
    for place in (folder / "matplotlibrc", tmp_path / "of_the_user"):
        place.write_text(MATPLOTLIBRC)
    found, _ = run(
        folder,
        umask=0o077,
        MPLBACKEND="nonsense",
        MATPLOTLIBRC=str(tmp_path / "of_the_user"),
        LC_ALL="C",
        PYTHONCOERCECLOCALE="0",
        PYTHONUTF8="0",
        PYTHONHASHSEED="1",
        TZ="Pacific/Chatham",
        COLUMNS="20",
    )
    assert found == native


emulated = pytest.mark.skipif(
    not QEMU and "CI" not in os.environ, reason="qemu-x86_64 (Debian's qemu-user) is not installed"
)


@emulated
@pytest.mark.parametrize("cpu", CPUS)
def test_another_cpu(native: dict[str, str], tmp_path: Path, cpu: str) -> None:
    found, _ = run(tmp_path / "run", cpu=cpu)
    assert "models/model.safetensors" in found
    assert found == {path: native[path] for path in found}
    assert CPUS[cpu] or found == native


@emulated
def test_few_classes_and_few_images_on_another_cpu() -> None:
    """Narrow products of matrices, which MKL sums in another order elsewhere."""

    def hashes(*emulator: str) -> dict[str, str]:
        done = subprocess.run(
            [*emulator, sys.executable, ROOT / "tests/few_classes.py"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        return found

    assert hashes(str(QEMU), "-cpu", "Haswell") == hashes()
