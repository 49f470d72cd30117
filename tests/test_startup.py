"""A stage imports what it uses and nothing else: of a cold run imports are a large part."""

import os
import subprocess
import sys

import pytest

from conftest import ROOT

# What takes a tenth of a second and more: half of one Matplotlib, pandas a third, PyTorch one and a
# half, scikit-learn and SciPy one each, torchvision two, seaborn one.
HEAVY = (
    "cc3d", "cv2", "distributed", "dvclive", "joblib", "matplotlib", "onnx", "pandas", "scipy",
    "seaborn", "sklearn", "torch", "torchvision",
)  # fmt: skip
LOADS: dict[str, set[str]] = {
    "synthesize": set(),
    "unzip": set(),
    "audit": {"cc3d", "joblib", "matplotlib"},
    "preprocess": {"cc3d", "joblib"},
    "samples": {"matplotlib"},
    "network": {"matplotlib", "torch"},
    "train": {"dvclive", "torch"},
    "evaluate": {"matplotlib", "torch"},
    "sweep": {"joblib"},
    "heatmap": {"matplotlib", "pandas", "seaborn"},
    "train_reader": {"cc3d", "cv2", "torch"},
    "lines": {"cc3d", "cv2", "matplotlib"},
    "card": set(),
}
# By seaborn, where it is installed; and by DVCLive.
BROUGHT = {"heatmap": {"scipy"}, "train": {"pandas"}}


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
