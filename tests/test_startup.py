"""A stage imports what it uses and nothing else: of a cold run imports are a large part."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from handmath.base import errors

# What takes a tenth of a second and more: half of one Matplotlib, pandas a third, PyTorch one and a
# half, scikit-learn and SciPy one each, torchvision two, seaborn one.
HEAVY = (
    "cc3d", "cv2", "distributed", "joblib", "matplotlib", "onnx", "pandas", "scipy",
    "seaborn", "sklearn", "torch", "torchvision",
)  # fmt: skip
LOADS: dict[str, set[str]] = {
    "synthesize": set(),
    "unzip": set(),
    "audit": {"cc3d", "joblib", "matplotlib"},
    "preprocess": {"cc3d", "joblib"},
    "samples": {"matplotlib"},
    "network": {"matplotlib", "torch"},
    "train": {"torch"},
    "evaluate": {"matplotlib", "torch"},
    "sweep": {"joblib"},
    "heatmap": {"matplotlib", "pandas", "seaborn"},
    "train_reader": {"cc3d", "cv2", "torch"},
    "train_expressions": {"cc3d", "cv2", "torch"},
    "train_layout": {"cc3d", "cv2", "torch"},
    "lines": {"cc3d", "cv2", "matplotlib"},
    "expressions": {"cc3d", "cv2", "matplotlib"},
    "card": set(),
}
# By seaborn, where it is installed.
BROUGHT = {"heatmap": {"scipy"}}


def test_every_stage_is_in_the_table() -> None:
    stages = {path.stem for path in (ROOT / "src/handmath/stages").glob("[!_]*.py")}
    assert stages == set(LOADS)


@pytest.mark.parametrize("stage", LOADS)
def test_what_a_stage_loads(stage: str) -> None:
    code = f"import handmath.stages.{stage}, sys; print(*[n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found = set(done.stdout.split())
    assert LOADS[stage] <= found <= LOADS[stage] | BROUGHT.get(stage, set())


def test_no_garbage_is_looked_for_while_a_stage_imports(tmp_path: Path) -> None:
    """Of `python -m` alone: who imports a stage keeps the collector."""
    (tmp_path / "sitecustomize.py").write_text(
        "import gc\ngc.callbacks.append(lambda phase, _: phase == 'start' and print('looked'))\n"
    )
    path = f"{tmp_path}:{ROOT / 'src'}"
    done = subprocess.run(
        [sys.executable, "-m", "handmath.stages.samples"], cwd=tmp_path, capture_output=True,
        env={**os.environ, "PYTHONPATH": path}, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "params.yaml is missing" in done.stderr
    assert done.stdout.count("looked") < 50  # it would be 200
    assert gc.isenabled()


def test_garbage_is_looked_for_when_the_work_begins() -> None:
    enabled: list[bool] = []
    gc.disable()
    errors.run(lambda: enabled.append(gc.isenabled()))
    assert enabled == [True]
