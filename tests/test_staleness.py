"""An edit of a module makes those stages stale that it can matter to, and no other."""

import json
from collections.abc import Callable
from fnmatch import fnmatch

import pytest
import yaml

from conftest import ROOT, Project

SOURCE = ROOT / "src/handmath"
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
FIGURES = {"audit", "samples", "network", "evaluate", "heatmap", "lines", "expressions"}
SCORES = {"lines", "expressions"}
SYMBOLS = {"train_reader", "train_expressions"}  # learn to tell symbols apart
COMPOSE = {"train_expressions", "train_layout"} | SCORES  # compose expressions
LEARN = {"train_reader"} | COMPOSE  # and that composes lines
TRAINING = {"train", "evaluate", "sweep", "train_reader", "train_expressions", "train_layout"}
LAYOUT = {"train_layout"} | SCORES
PIECES = {"train_expressions"} | SCORES
# Of each module, which stages are stale at once; what comes after them, when they have run. The
# first line that fits counts.
STALE: dict[str, set[str]] = {
    "base/*": set(STAGES),
    "data/__init__.py": set(),
    "data/alphabet.py": LEARN,
    "data/archive.py": {"unzip"},
    "data/dataset.py": TRAINING | LEARN | {"preprocess", "samples", "network"},
    "data/mask.py": {"audit", "preprocess"} | LEARN,
    "data/framing.py": {"audit", "preprocess"} | LEARN,
    "data/image_file.py": {"audit", "preprocess"} | SCORES,
    "data/ink.py": {"preprocess"} | LEARN,
    "data/interval.py": {"evaluate"} | SCORES,
    "data/processes.py": {"audit", "preprocess", "sweep"} | SCORES,
    "data/quality.py": {"audit"},
    "data/results.py": {"card", "heatmap"},
    "data/split.py": {"unzip", "preprocess"},
    "data/stored.py": {"preprocess"} | LEARN,
    "data/symbols.py": {"preprocess"} | LEARN,
    "data/tensors.py": {"preprocess"},
    "data/tree.py": COMPOSE,
    "data/typography.py": LEARN,
    "drawing/block.py": COMPOSE,
    "drawing/brackets.py": COMPOSE,
    "drawing/choice.py": COMPOSE,
    "drawing/equations.py": LEARN,
    "drawing/expressions.py": COMPOSE,
    "drawing/factors.py": COMPOSE,
    "drawing/glyphs.py": {"synthesize"} | LEARN,
    "drawing/greek.py": LEARN,
    "drawing/hand.py": LEARN,
    "drawing/inventory.py": COMPOSE,
    "drawing/latin.py": LEARN,
    "drawing/layout.py": {"train_reader"} | SCORES,
    "drawing/letters.py": LEARN,
    "drawing/manner.py": COMPOSE,
    "drawing/mark.py": COMPOSE,
    "drawing/pen.py": {"synthesize"} | LEARN,
    "drawing/roughen.py": SYMBOLS | SCORES,
    "drawing/scribbles.py": {"train_reader"} | SCORES,
    "drawing/scribe.py": COMPOSE,
    "drawing/shapes.py": LEARN,
    "drawing/signs.py": LEARN,
    "drawing/typesetting.py": COMPOSE,
    "drawing/words.py": LEARN,
    "drawing/*": SCORES,
    "figures/audit.py": {"audit"},
    "figures/expressions.py": {"expressions"},
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
    "learning/crops.py": SYMBOLS,
    "learning/grid.py": {"sweep"},
    "learning/layout.py": {"train_layout"},
    "learning/metrics.py": {"evaluate", "lines"},
    "learning/networks.py": TRAINING | {"network"},
    "learning/linear.py": TRAINING | {"network"},
    "learning/perceptron.py": {"train_layout"},
    "learning/quantize.py": SYMBOLS,
    "learning/training.py": TRAINING,
    "learning/worker.py": {"sweep"},
    "reading/classify.py": SYMBOLS | SCORES,
    "reading/exact.py": LEARN,
    "reading/expression/bigram.py": LAYOUT,
    "reading/expression/contain.py": LAYOUT,
    "reading/expression/crops.py": PIECES,
    "reading/expression/cuts.py": PIECES,
    "reading/expression/groups.py": PIECES,
    "reading/expression/layout.py": LAYOUT,
    "reading/expression/parse.py": LAYOUT,
    "reading/expression/perceptron.py": LAYOUT,
    "reading/expression/pieces.py": PIECES,
    "reading/expression/rows.py": LAYOUT,
    "reading/expression/sketch.py": LAYOUT,
    "reading/expression/state.py": LAYOUT,
    "reading/network.py": LEARN,
    "reading/segment.py": SYMBOLS | SCORES,
    "reading/*": SCORES,
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


@pytest.mark.parametrize("module", ["choose", "decode", "expression/cover", "grammar", "latex"])
def test_how_symbols_are_put_together_reruns_the_scores_and_the_card(module: str) -> None:
    assert after(expected(f"reading/{module}.py")) == {"lines", "expressions", "card"}


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
