"""The README's recipes for experiments, typed as they stand, in a clone with few images."""

import json
import re
import time
from collections.abc import Callable

import pytest
from PIL import Image

from conftest import ROOT, Project

pytestmark = pytest.mark.slow

SECTION = (ROOT / "README.md").read_text().split("\n## Experiments\n")[1].split("\n## ")[0]
QUEUE, PICK, COMPARE = (
    block.strip().splitlines() for block in re.findall("```sh\n(.*?)```", SECTION, re.DOTALL)
)
GRID = {(0.001, 3), (0.001, 7), (0.0025, 3), (0.0025, 7)}


def type_in(project: Project, line: str) -> str:
    done = project.run("bash", "-c", line)
    return done.stdout + done.stderr


def params_of(state: dict[str, object]) -> tuple[float, int]:
    values = state["data"]["params"]["params.yaml"]["data"]  # type: ignore[index]
    return values["lr"], values["epochs"]


@pytest.fixture(scope="module")
def project(finished: Callable[[str], Project]) -> Project:
    return finished("recipes")


@pytest.fixture(scope="module")
def names(project: Project) -> list[str]:
    """Type the recipe of the queue; the names of its experiments, the best one first."""
    queue, start, status, show, heatmap = QUEUE
    assert heatmap == "handmath heatmap --from-experiments"
    none_yet = project.run(*heatmap.split(), check=False)
    assert none_yet.returncode == 1
    assert none_yet.stderr.startswith("error: no experiment has changed lr or epochs")
    assert none_yet.stderr.count("\n") == 1
    assert queue in none_yet.stderr

    type_in(project, queue)
    type_in(project, start)
    deadline = time.monotonic() + 600
    while "Running" in (output := type_in(project, status)) or "Queued" in output:
        assert time.monotonic() < deadline, output
        time.sleep(2)
    assert output.count("Success") == len(GRID)

    found = re.findall(r"\[([\w-]+)\]", type_in(project, show))
    assert len(found) == len(GRID)
    return found


def test_the_queue_ran_the_grid_and_nothing_twice(project: Project, names: list[str]) -> None:
    (_, commit, *_) = json.loads(project.dvc("exp", "show", "--json").strip())
    assert {params_of(experiment["revs"][0]) for experiment in commit["experiments"]} == GRID
    log = project.dvc("queue", "logs", names[0])
    # The unpacked images are in no cache, so a copy unpacks them anew.
    assert re.findall(r"Running stage '(\w+)'", log) == ["unzip", "train", "evaluate", "card"]


def test_figure_7_from_the_experiments(project: Project, names: list[str]) -> None:
    assert len(names) == len(GRID)
    output = project.run("handmath", "heatmap", "--from-experiments").stdout
    assert output == "5 cells in plots/experiments.png\n"
    with Image.open(project.folder / "plots/experiments.png") as picture:
        assert picture.size == (800, 500)
    assert project.run("git", "status", "--porcelain").stdout == ""


def test_diff_apply_and_branch(project: Project, names: list[str]) -> None:
    diff, apply, branch = (line.replace("ONE", names[0]).replace("TWO", names[1]) for line in PICK)
    compared = type_in(project, diff)
    assert "metrics/test.json" in compared
    assert "accuracy" in compared
    (_, commit, *_) = json.loads(project.dvc("exp", "show", "--json").strip())
    best = next(e["revs"][0] for e in commit["experiments"] if e["name"] == names[0])
    type_in(project, apply)
    params = (project.folder / "params.yaml").read_text()
    lr, epochs = params_of(best)
    assert f"lr: {lr}\nepochs: {epochs}\n" in params
    assert (
        f"- `lr`: {lr}\n- `epochs`: {epochs}\n" in (project.folder / "models/README.md").read_text()
    )
    type_in(project, branch)
    assert "another-branch" in project.run("git", "branch").stdout
    project.run("git", "checkout", "--quiet", "--force", ".")
    project.dvc("checkout")


def test_two_heatmaps_side_by_side(project: Project) -> None:
    run, diff = COMPARE
    assert "Running stage 'sweep'" in type_in(project, run)
    assert "index.html" in type_in(project, diff)
    data = json.loads(project.dvc(*diff.split()[1:], "--json").strip())["data"]
    (figure,) = data["Figure 7. Test accuracy by learning rate and epochs"]
    assert figure["revisions"] == ["HEAD", "finer"]
    cells = [(c["rev"], c["lr"]) for c in figure["content"]["data"]["values"]]
    assert ("HEAD", "0.01") in cells
    assert ("finer", "0.002") in cells
    pictures = [entry["revisions"] for entry in data["plots/heatmap.png"]]
    assert sorted(pictures) == [["HEAD"], ["finer"]]
