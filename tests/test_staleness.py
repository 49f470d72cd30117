"""An edit of a module makes those stages stale that it can matter to, and no other."""

import json
from collections.abc import Callable
from fnmatch import fnmatch

import pytest
import yaml

from conftest import ROOT, Project

SOURCE = ROOT / "src/handmath"
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
FIGURES = {"audit", "samples", "network", "evaluate", "heatmap", "lines"}
TRAINING = {"train", "evaluate", "sweep", "train_reader"}
# Of each module, which stages are stale at once; what comes after them, when they have run. The
# first line that fits counts.
STALE: dict[str, set[str]] = {
    "base/*": set(STAGES),
    "data/__init__.py": set(),
    "data/alphabet.py": {"train_reader", "lines"},
    "data/archive.py": {"unzip"},
    "data/dataset.py": TRAINING | {"preprocess", "samples", "network"},
    "data/mask.py": {"audit", "preprocess", "train_reader", "lines"},
    "data/framing.py": {"audit", "preprocess", "train_reader", "lines"},
    "data/image_file.py": {"audit", "preprocess", "train_reader", "lines"},
    "data/ink.py": {"train_reader", "lines"},
    "data/interval.py": {"evaluate", "lines"},
    "data/processes.py": {"audit", "preprocess", "sweep"},
    "data/quality.py": {"audit"},
    "data/results.py": {"card", "heatmap"},
    "data/split.py": {"unzip", "preprocess", "train_reader", "lines"},
    "data/stored.py": {"train_reader", "lines"},
    "data/tensors.py": {"preprocess"},
    "data/tree.py": {"lines"},
    "data/typography.py": {"train_reader", "lines"},
    "drawing/equations.py": {"train_reader", "lines"},
    "drawing/glyphs.py": {"synthesize", "train_reader", "lines"},
    "drawing/greek.py": {"train_reader", "lines"},
    "drawing/hand.py": {"train_reader", "lines"},
    "drawing/latin.py": {"train_reader", "lines"},
    "drawing/layout.py": {"train_reader", "lines"},
    "drawing/letters.py": {"train_reader", "lines"},
    "drawing/pen.py": {"synthesize", "train_reader", "lines"},
    "drawing/scribbles.py": {"train_reader", "lines"},
    "drawing/shapes.py": {"train_reader", "lines"},
    "drawing/signs.py": {"train_reader", "lines"},
    "drawing/words.py": {"train_reader", "lines"},
    "drawing/*": {"lines"},
    "figures/audit.py": {"audit"},
    "figures/heatmap.py": {"heatmap"},
    "figures/lines.py": {"lines"},
    "figures/network.py": {"network"},
    "figures/png.py": FIGURES,
    "figures/thumbnails.py": {"samples", "evaluate"},
    "figures/*": set(),
    "learning/__init__.py": set(),
    "learning/adam.py": TRAINING,
    "learning/augment.py": TRAINING,
    "learning/checkpoint.py": TRAINING,
    "learning/crops.py": {"train_reader"},
    "learning/grid.py": {"sweep"},
    "learning/metrics.py": {"evaluate", "lines"},
    "learning/networks.py": TRAINING | {"network"},
    "learning/quantize.py": {"train_reader"},
    "learning/training.py": TRAINING,
    "learning/worker.py": {"sweep"},
    "reading/classify.py": {"train_reader", "lines"},
    "reading/exact.py": {"train_reader", "lines"},
    "reading/network.py": {"train_reader", "lines"},
    "reading/segment.py": {"train_reader", "lines"},
    "reading/*": {"lines"},
    "stages/__init__.py": set(),
    **{f"stages/{name}.py": {name} for name in STAGES},
    "commands/*": set(),
    "*.py": set(),
}
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))


def expected(module: str) -> set[str]:
    return next(stages for pattern, stages in STALE.items() if fnmatch(module, pattern))


@pytest.mark.parametrize("module", MODULES)
def test_which_stages_depend_on_a_module(module: str) -> None:
    path = f"src/handmath/{module}"
    found = {
        name
        for name, stage in STAGES.items()
        if any(path == dep or path.startswith(f"{dep}/") for dep in stage["deps"])
    }
    assert found == expected(module)


@pytest.mark.parametrize("module", ["decode", "grammar", "latex"])
def test_how_a_line_is_decoded_reruns_its_score_and_the_card(module: str) -> None:
    assert after(expected(f"reading/{module}.py")) == {"lines", "card"}


def after(stages: set[str]) -> set[str]:
    """Some stages and all that read what they write, directly or not."""
    written = {
        next(iter(out)) for name in stages for kind in ("outs", "metrics")
        for out in STAGES[name].get(kind, [])
    }  # fmt: skip
    readers = {name for name, stage in STAGES.items() if written & set(stage["deps"])}
    return stages if readers <= stages else after(stages | readers)


# `dvc status` for each module in turn, without starting DVC as often.
EDIT = """
import json, sys
from pathlib import Path
from dvc.repo import Repo
stale = {}
for module in sys.argv[1:]:
    path = Path("src/handmath", module)
    text = path.read_bytes()
    path.write_bytes(text + b"# edited\\n")
    with Repo() as repo:
        stale[module] = sorted(repo.status())
    path.write_bytes(text)
print(json.dumps(stale))
"""


@pytest.mark.slow
def test_dvc_sees_an_edit_of_each_module(finished: Callable[[str], Project]) -> None:
    project = finished("staleness")
    assert json.loads(project.dvc("status", "--json")) == {}
    found = json.loads(project.run("python", "-c", EDIT, *MODULES).stdout)
    assert found == {module: sorted(expected(module)) for module in MODULES}
    (project.folder / "src/handmath/base/__pycache__").mkdir(exist_ok=True)
    (project.folder / "src/handmath/base/__pycache__/errors.cpython-312.pyc").write_bytes(b"other")
    assert json.loads(project.dvc("status", "--json")) == {}
