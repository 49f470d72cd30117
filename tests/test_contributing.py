"""CONTRIBUTING.md is true: who follows its lists sees a stage run and a figure shown."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Project

TEXT = (ROOT / "CONTRIBUTING.md").read_text()

FIGURE = '''"""How large the training set of each class is, as a bar."""

import pandas as pd

from handmath.figures import png


def draw(images: pd.Series, path: str) -> None:
    """Draw a bar for each class."""
    with png.figure(path, width=6, height=4) as figure:
        figure.subplots().bar(images.index, images)
'''
STAGE = '''"""Stage `balance`: `plots/classes.csv` → `plots/balance.png` and `plots/balance.csv`."""

import pandas as pd

from handmath.base.errors import run
from handmath.base.files import atomic_write
from handmath.figures import balance


def main() -> None:
    """Sum the images of each class up."""
    images = pd.read_csv("plots/classes.csv").groupby("class")["images"].sum()
    with atomic_write("plots/balance.csv") as partial:
        images.to_csv(partial)
    balance.draw(images, "plots/balance.png")


if __name__ == "__main__":
    run(main)
'''
ENTRY = """
  balance:
    desc: Show how many images each class has
    cmd: PYTHONPATH=src python -m handmath.stages.balance
    deps: [plots/classes.csv, requirements.txt, src/handmath/base,
           src/handmath/figures/balance.py, src/handmath/figures/png.py,
           src/handmath/stages/balance.py]
    outs:
      - plots/balance.png: {persist: true}
      - plots/balance.csv: {cache: false, persist: true}

artifacts:
"""


def steps(section: str) -> list[str]:
    """The files that each step of a section begins with."""
    (text,) = re.findall(rf"^## {section}$(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    return re.findall(r"^\d+\. `([^`]+)`", text, re.MULTILINE)


@pytest.mark.parametrize("section", ["A stage", "A figure", "A metric", "A network", "A class"])
def test_the_files_are_there(section: str) -> None:
    files = steps(section)
    assert len(files) >= 4
    for file in files:
        path = ROOT / file
        assert (path.parent if re.search("NAME|STAGE", file) else path).exists(), file


@pytest.mark.real
def test_a_stage_and_a_figure(finished: Callable[[str], Project]) -> None:
    """Touch the files of the two lists, and no other."""
    project = finished("contributing")
    new: dict[str, Callable[[str], str]] = {
        "src/handmath/stages/balance.py": lambda _: STAGE,
        "src/handmath/figures/balance.py": lambda _: FIGURE,
        "tests/test_balance.py": lambda _: '"""Not this test\'s concern."""\n',
        "dvc.yaml": lambda text: text.replace("\nartifacts:\n", ENTRY).replace(
            "\nplots:\n", "\nplots:\n  - plots/balance.png: {title: Balance}\n"
        ),
        "src/handmath/commands/repro.py": lambda text: text.replace(
            '"audit",', '"audit", "balance",'
        ),
        "tests/test_startup.py": lambda text: text.replace(
            '    "card": set(),\n', '    "card": set(),\n    "balance": {"matplotlib", "pandas"},\n'
        ),
        "docs/pipeline.md": lambda text: text + "\n`balance`: `plots/balance.png`\n",
    }
    listed = {file.replace("NAME", "balance") for file in steps("A stage") + steps("A figure")} - {
        "src/handmath/stages/STAGE.py"
    }
    assert new.keys() == listed
    for file, change in new.items():
        path = Path(project.folder / file)
        path.write_text(change(path.read_text() if path.exists() else ""))

    python = [
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_dvc_yaml.py",
        "tests/test_repro.py", "tests/test_startup.py::test_every_stage_is_in_the_table",
        "tests/test_startup.py::test_what_a_stage_loads[balance]",
    ]  # fmt: skip
    # How long dvc.yaml may be is for the project's own to keep.
    project.run("python", *python, "-k", "not short")
    project.run("lint-imports", "--no-cache")
    project.run("ruff", "check", "src")
    output = project.dvc("repro")
    assert re.findall(r"Running stage '(\w+)'", output) == ["balance"]
    assert "two," in (project.folder / "plots/balance.csv").read_text()
    project.dvc("plots", "show")
    page = (project.folder / "dvc_plots/index.html").read_text()
    assert "balance.png" in page
    assert project.dvc("repro").count("Running stage") == 0
