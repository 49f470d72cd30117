"""dvc.yaml names all that a stage depends on, so that nothing stale is ever taken for done."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from handmath.base.params import Params

SOURCE = ROOT / "src"
DVC_YAML = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES: dict[str, dict[str, Any]] = DVC_YAML["stages"]


def imported(module: Path) -> set[Path]:
    """The project's modules that a module imports by name, not those that they import."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    paths = {SOURCE / (name.replace(".", "/") + ".py") for name in names}
    return {path for path in paths if path.exists()}


def all_imported(module: Path) -> set[str]:
    """A module, its package, and all of the project that they import, directly or not."""
    found: set[Path] = set()
    waiting = {module, SOURCE / "handmath/__init__.py"}
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= imported(path) - found
    return {str(path.relative_to(ROOT)) for path in found}


@pytest.mark.parametrize("name", STAGES)
def test_deps_name_every_module_and_no_other(name: str) -> None:
    module = re.fullmatch(r"PYTHONPATH=src python -m handmath\.stages\.(\w+)", STAGES[name]["cmd"])
    assert module, "a stage is one module"
    needed = all_imported(SOURCE / f"handmath/stages/{module[1]}.py")
    assert len(needed) > 3
    assert {dep for dep in STAGES[name]["deps"] if dep.startswith("src/")} == needed


def behind(names: set[str]) -> set[str]:
    """With what a name stands for that `Params` works out of others, such as `recipe`."""
    found = set(names)
    for name in names:
        member = vars(Params).get(name)
        function = member.fget if isinstance(member, property) else member
        if inspect.isfunction(function):
            found |= behind(set(re.findall(r"self\.(\w+)", inspect.getsource(function))))
    return found


@pytest.mark.parametrize("name", STAGES)
def test_params_are_the_ones_that_the_module_reads(name: str) -> None:
    """A param is read as `p.<name>`, `params.load().<name>`, or in a module given all of them."""
    modules = [ROOT / dep for dep in STAGES[name]["deps"] if dep.startswith("src/")]
    text = "\n".join(path.read_text() for path in modules if path.name != "params.py")
    read = behind(set(re.findall(r"(?:\bp|params\.load\(\))\.(\w+)", text)))
    read &= set(yaml.safe_load((ROOT / "params.yaml").read_text()))
    assert read == {key.split(".")[0] for key in STAGES[name].get("params", [])}


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_says_what_it_does(name: str) -> None:
    assert len(STAGES[name]["desc"]) > 20


def test_small_outputs_belong_to_git_and_large_ones_to_dvc() -> None:
    for stage in STAGES.values():
        for out in [*stage["outs"], *stage.get("metrics", [])]:
            path, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
            by_git = path.endswith((".csv", ".json", ".md", ".txt"))
            assert options.get("cache", True) is not (by_git or path == "data/images"), path


def test_the_seven_figures_are_on_the_plots_page() -> None:
    listed = [p if isinstance(p, str) else next(iter(p)) for p in DVC_YAML["plots"]]
    for figure in ("plots/samples.png", "Figure 2.", "plots/network.png", "Figure 5.",
                   "plots/predictions.png", "Figure 7.", "plots/heatmap.png"):  # fmt: skip
        assert any(name.startswith(figure) for name in listed), figure
