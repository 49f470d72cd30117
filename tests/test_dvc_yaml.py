"""dvc.yaml names all that a stage depends on, so that nothing stale is ever taken for done."""

import ast
import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from conftest import ROOT
from handmath.base.params import Params

SOURCE = ROOT / "src"
DVC_YAML = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES: dict[str, dict[str, Any]] = DVC_YAML["stages"]
PARAMS: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())
DEAR = {
    "preprocess",
    "train",
    "sweep",
    "train_reader",
    "train_expressions",
    "train_layout",
}  # minutes with a real archive


def imported(module: Path) -> set[Path]:
    """The project's modules that a module imports by name, not those that they import."""
    names = set()
    tree = ast.parse(module.read_text())
    # What a package imports inside a function is for those who call it, which no stage does.
    for node in tree.body if module.name == "__init__.py" else ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    # With a module come the packages that it is in.
    names |= {
        ".".join(name.split(".")[:n]) for name in names for n in range(1, name.count(".") + 1)
    }
    stems = {SOURCE / name.replace(".", "/") for name in names if name.startswith("handmath")}
    paths = {path for stem in stems for path in (stem.with_suffix(".py"), stem / "__init__.py")}
    return {path for path in paths if path.exists()}


def all_imported(module: Path) -> set[str]:
    """A module and all of the project that it imports, directly or not, but for `__init__.py`."""
    found: set[Path] = set()
    waiting = {module, module.with_name("__init__.py")}
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= imported(path) - found
    return {str(path.relative_to(ROOT)) for path in found if path.name != "__init__.py"}


def modules_of(name: str) -> set[str]:
    module = re.fullmatch(r"PYTHONPATH=src python -m handmath\.stages\.(\w+)", STAGES[name]["cmd"])
    assert module, "a stage is one module"
    return all_imported(SOURCE / f"handmath/stages/{module[1]}.py")


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(SOURCE.glob("handmath/**/__init__.py"))
        if "commands" not in path.parts  # no stage may import them
    ],
    ids=str,
)
def test_a_package_itself_does_nothing(path: Path) -> None:
    """Nothing that a stage would have to depend on: no stage names an `__init__.py`."""
    passive = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.If, ast.Assign)
    docstring, *rest = ast.parse(path.read_text()).body
    assert isinstance(docstring, ast.Expr)
    for node in rest:
        assert isinstance(node, passive), ast.unparse(node)
        if isinstance(node, ast.Assign):
            assert ast.unparse(node.targets[0]) in {"__all__", "__version__"}
        if isinstance(node, ast.If):
            assert ast.unparse(node.test) == "TYPE_CHECKING"


@pytest.mark.parametrize("name", STAGES)
def test_deps_name_every_module_and_no_other(name: str) -> None:
    """A folder is named for a stage that is cheap, or that imports all of the folder."""
    needed = modules_of(name)
    assert len(needed) > 3
    named = {dep for dep in STAGES[name]["deps"] if dep.startswith("src/")}
    for folder in {dep for dep in named if not dep.endswith(".py")}:
        inside = {dep for dep in needed if dep.startswith(f"{folder}/")}
        assert inside, f"{name} imports nothing of {folder}"
        if name in DEAR:
            every = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*.py")}
            assert {path for path in every if not path.endswith("__init__.py")} == inside
        assert not inside & named, "named twice"
        named = named - {folder} | inside
    assert named == needed


@pytest.mark.parametrize("name", STAGES)
def test_the_lock_of_the_environment_is_a_dep(name: str) -> None:
    """Another version of Pillow may decode to other pixels."""
    assert "requirements.txt" in STAGES[name]["deps"]


def test_dvc_yaml_is_short() -> None:
    assert len((ROOT / "dvc.yaml").read_text().splitlines()) <= 360


class Reads(ast.NodeVisitor):
    """The keys of params.yaml that a module reads, dotted: all that is asked of a `Params`.

    Which variables hold one is told by their annotation, or by what they are assigned; a section
    that is handed on, or asked for something that is no key, is read as a whole.
    """

    def __init__(self, source: str) -> None:
        self.keys: set[str] = set()
        self.scopes: list[dict[str, str]] = [{}]
        self.visit(ast.parse(textwrap.dedent(source)))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        typed = {a.arg: "" for a in arguments if a.annotation and is_params(a.annotation)}
        self.scopes.append(typed)
        self.generic_visit(node)
        self.scopes.pop()

    def visit_Assign(self, node: ast.Assign) -> None:
        path = self.path(node.value)
        if path is not None and isinstance(target := node.targets[0], ast.Name):
            self.scopes[-1][target.id] = path
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        path = self.path(node)
        if path is None:
            self.generic_visit(node)
        elif path:
            self.read(path)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and (path := self.path(node)):
            self.read(path)

    def path(self, node: ast.expr) -> str | None:
        """Of an expression that is part of the params, which: "" is all of them; else None."""
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "params.load":
            return ""
        if isinstance(node, ast.Name):
            return next((s[node.id] for s in reversed(self.scopes) if node.id in s), None)
        if isinstance(node, ast.Attribute) and (path := self.path(node.value)) is not None:
            return f"{path}.{node.attr}".lstrip(".")
        return None

    def read(self, path: str) -> None:
        """Note the key of a path, as deep as it is one, or those behind what `Params` works out."""
        section: type[BaseModel] = Params
        keys: list[str] = []
        for name in path.split("."):
            if name not in section.model_fields:
                break
            keys.append(name)
            kind = section.model_fields[name].annotation
            if not (inspect.isclass(kind) and issubclass(kind, BaseModel)):
                break
            section = kind
        if keys:
            self.keys.add(".".join(keys))
        else:
            self.keys |= behind(path.split(".")[0])


def is_params(annotation: ast.expr) -> bool:
    return ast.unparse(annotation).strip("'\"") in {"Params", "params.Params"}


def behind(name: str) -> set[str]:
    """The keys of what `Params` works out of others, such as `recipe`."""
    member = vars(Params).get(name)
    function = member.fget if isinstance(member, property) else member
    if not inspect.isfunction(function):
        return set()
    return Reads(inspect.getsource(function).replace("(self", "(self: Params", 1)).keys


def single(keys: set[str]) -> set[str]:
    """The keys, sections taken apart."""
    found = set()
    for key in keys:
        value = PARAMS
        for name in key.split("."):
            value = value[name]
        leaf = not isinstance(value, dict) or not value
        found |= {key} if leaf else single({f"{key}.{name}" for name in value})
    return found


@pytest.mark.parametrize("name", STAGES)
def test_params_are_the_ones_that_the_modules_read(name: str) -> None:
    modules = [ROOT / path for path in modules_of(name)]
    read = set().union(*(Reads(path.read_text()).keys for path in modules))
    assert single(set(STAGES[name].get("params", []))) == single(read)


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("settings = params.load()\nprint(settings.reader.recipe.lr)", {"reader.recipe.lr"}),
        ("def f(given: Params): return given.lines.count", {"lines.count"}),
        ("def f(p: Params):\n    lines = p.lines\n    return lines.seed", {"lines.seed"}),
        ("def f(p: Params): g(p.lines)", {"lines"}),
        ("def f(p: Params): return p.lines.model_dump()", {"lines"}),
        ("def f(p): return p.lines", set()),
        ("print(params.load().data.archive.upper())", {"data.archive"}),
        ("def f(p: Params): return p.notebook(1, 2)", {"batch_size", "class_weight", "normalize"}),
    ],
)
def test_what_counts_as_read(source: str, keys: set[str]) -> None:
    assert Reads(source).keys == keys


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_says_what_it_does(name: str) -> None:
    assert len(STAGES[name]["desc"]) > 20


def test_small_outputs_belong_to_git_and_large_ones_to_dvc() -> None:
    for stage in STAGES.values():
        for out in [*stage["outs"], *stage.get("metrics", [])]:
            path, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
            assert options["persist"], f"{path}: a stage that fails would have deleted it"
            by_git = path.endswith((".csv", ".json", ".md", ".txt"))
            # The readers are small, and a fresh clone is to read with them at once; nor is it to
            # read hundreds of lines again for a picture of sixteen.
            readers = (
                r"models/(reader|expressions|layout)\.safetensors|plots/(lines|expressions)\.png"
            )
            by_git |= re.fullmatch(readers, path) is not None
            assert options.get("cache", True) is not (by_git or path == "data/images"), path


def test_the_seven_figures_are_on_the_plots_page_in_order() -> None:
    titles = [
        about.get("title", name) for plot in DVC_YAML["plots"] for name, about in plot.items()
    ]
    figures = [title.partition(".")[0] for title in titles if title.startswith("Figure")]
    assert figures == [
        "Figure 1", "Figure 2", "Figures 3 and 4", "Figure 5", "Figure 6", "Figure 7",
    ]  # fmt: skip
