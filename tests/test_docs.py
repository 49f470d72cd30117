"""Every command of the README and of docs/ is typed as it stands, a page in a clone of its own.

A line of a block of `sh` is run, or `EXCUSED` says why it can't be here. Names that stand for
something, such as HOST, are replaced.
"""

import dataclasses
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from PIL import Image

import handmath
from conftest import ROOT, Project
from handmath.reading.result import Reading, Symbol

PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]
EXCUSED = {
    "make test": "it is what runs this",
    "pip install git+https://HOST/handmath.git": "it needs the network",
    "pip install dist/handmath-0.2.0-py3-none-any.whl": "tests/test_wheel.py installs it",
    "pip install 'handmath[demo] @ git+https://HOST/handmath.git'": "it needs the network",
    "handmath demo --host 0.0.0.0": "it serves until it is ended; tests/test_demo.py starts it",
    "make dev": "it needs the network, and the environment of the tests has all of it",
    "make verify": "tests/test_pipeline.py runs it",
    "make labels": "tests/test_label_errors.py finds them; few images are too few for its folds",
    "make seeds": "tests/test_seeds.py has fewer of them; ten trainings take their time",
    "handmath fetch": "it needs the network; tests/test_fetch.py has a server of its own",
    "HANDMATH_ARCHIVE=data/Math_handwriting.zip make bench": "it takes an hour",
    "python benchmarks/effects.py": "it takes minutes; tests/test_photograph.py has the effects",
    "python benchmarks/memory.py": "it takes its time; tests/test_bench.py runs its parts",
    "python benchmarks/runtimes.py": "it takes minutes; tests/test_bench.py runs its parts",
    "dvc repro NAME": "tests/test_contributing.py adds a stage",
}
SECONDS = 900  # of one command, at most


def commands(page: str) -> list[str]:
    """The lines of a page's blocks of `sh`, those that a backslash continues put together."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.replace("\\\n", "").splitlines()]


def examples(page: str) -> list[str]:
    """The blocks of Python of a page, which follow one another."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


def test_the_readme_says_how_long_and_how_large() -> None:
    """In the section that has people type `make run`, before they wait for it."""
    (section,) = re.findall(r"^## Run the pipeline$(.*?)^## ", (ROOT / "README.md").read_text(),
                            re.DOTALL | re.MULTILINE)  # fmt: skip
    assert re.search(r"takes \w+ to \w+ minutes", section)
    assert re.search(r"[\d.]+ GB of disk", section)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_starts_workers_that_outlive_the_queue(page: str) -> None:
    """As those of `dvc queue start` may; `dvc exp run --run-all` waits and leaves none."""
    assert not [line for line in commands(page) if re.search(r"queue start|--jobs|-j\b", line)]


def test_links_lead_somewhere() -> None:
    for page in (*PAGES, "CHANGELOG.md"):
        text = (ROOT / page).read_text()
        for link in re.findall(r"\]\(([^)#]*)(?:#[^)]*)?\)", text):
            if link and not link.startswith("http"):
                assert ((ROOT / page).parent / link).exists(), f"{page}: {link}"


def test_every_stage_and_output_is_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", (ROOT / "docs/pipeline.md").read_text(), re.M)
    written = dict(rows)
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    assert written.keys() == stages.keys()
    for name, stage in stages.items():
        for out in (*stage.get("outs", []), *stage.get("metrics", [])):
            assert f"`{out if isinstance(out, str) else next(iter(out))}" in written[name]


def test_nothing_is_excused_that_is_not_there() -> None:
    written = {line for page in PAGES for line in commands(page)}
    assert EXCUSED.keys() <= written
    for file in re.findall(r"tests/\w+\.py", " ".join(EXCUSED.values())):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)])
def test_python_prints_what_the_comments_say(page: str) -> None:
    code = "\n".join(examples(page))
    said = re.findall(r"^ *print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert len(said) == code.count("print(") > 0, "each print has a comment"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": "src"},
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip
    assert (done.stdout.splitlines(), done.stderr) == (said, "")


def test_the_api_has_all_that_is_offered() -> None:
    page = (ROOT / "docs/api.md").read_text()
    for name in handmath.__all__:
        assert f"`{name}" in page or f"`handmath.{name}" in page, name
    for kind in (Reading, Symbol):
        for field in dataclasses.fields(kind):
            assert f"`{field.name}`" in page, field.name


class Typist:
    """Types a page's commands into a clone, and keeps what each printed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.printed: dict[str, str] = {}

    def type(self, page: str, placeholders: Callable[[], dict[str, str]] = dict) -> None:
        for line in commands(page):
            if line in EXCUSED:
                continue
            typed = line
            for name, value in placeholders().items():
                typed = re.sub(name, value, typed)
            done = self.project.run("timeout", str(SECONDS), "bash", "-c", typed, check=False)
            output = done.stdout + done.stderr
            assert done.returncode == 0, f"{page}: {typed} → {done.returncode}\n{output}"
            self.printed[line] = self.printed.get(line, "") + output


@pytest.fixture
def typist(finished: Callable[[str], Project]) -> Typist:
    """Somebody in a clone where `make run` has run, with an archive in the place of Kaggle's."""
    project = finished("docs")
    folder = project.folder
    (folder / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    for stamp in ("run", "dev"):
        (folder / ".venv" / stamp).touch()
    shutil.copy(folder / "data/synthetic.zip", folder / "data/Math_handwriting.zip")
    (folder / "my_lines").mkdir()
    shutil.copy(folder / "docs/line.png", folder / "my_lines")
    labels = re.search(r"^```\n(file,text,source\n.*?)^```", (ROOT / "docs/reading.md").read_text(),
                       re.DOTALL | re.MULTILINE)  # fmt: skip
    assert labels
    (folder / "my_lines/labels.csv").write_text(labels[1])
    return Typist(project)


@pytest.mark.real
def test_the_readme_from_top_to_bottom(typist: Typist) -> None:
    typist.type("README.md")
    printed = typist.printed
    assert "Accuracy on data/synthetic.zip" in printed["make run"]
    assert "up to date" in printed["dvc repro"]
    for stage in ("train", "evaluate", "card"):
        assert f"Running stage '{stage}'" in printed["dvc exp run -S lr=0.001"]
    assert "accuracy" in printed["dvc metrics diff"]
    assert "dvc_plots/index.html" in printed["dvc plots show"]
    assert json.loads(printed["handmath read docs/line.png --json"].splitlines()[0])["symbols"]
    with Image.open(typist.project.folder / "boxes.png") as picture:
        picture.load()
    archive = printed["dvc exp run -S data.archive=data/Math_handwriting.zip"]
    assert "Running stage 'unzip'" in archive


@pytest.mark.real
def test_experiments(typist: Typist) -> None:
    project = typist.project
    none_yet = project.run("handmath", "heatmap", "--from-experiments", check=False)
    assert none_yet.returncode == 1
    assert none_yet.stderr.startswith(
        "error: no experiment of this commit has changed only lr or epochs"
    )
    assert commands("docs/experiments.md")[4] in none_yet.stderr

    def names() -> dict[str, str]:
        shown = next((text for line, text in typist.printed.items() if "exp show" in line), "")
        found = re.findall(r"\[([\w-]+)\]", shown)
        return {"ONE": found[0], "TWO": found[1]} if found else {}

    typist.type("docs/experiments.md", names)
    printed = typist.printed
    assert printed["dvc exp run --run-all"].count("Running stage 'train'") == 4
    assert re.search(r"\d cells in plots/experiments.png", printed[
        "handmath heatmap --from-experiments"])  # fmt: skip
    assert "metrics/test.json" in printed["dvc exp diff ONE TWO"]
    assert "another-branch" in project.run("git", "branch").stdout
    assert project.run("git", "status", "--porcelain", "--untracked-files=no").stdout == ""

    (_, commit, *_) = json.loads(project.dvc("exp", "show", "--json").strip())
    assert "finer" in {experiment["name"] for experiment in commit["experiments"]}
    diff = json.loads(project.dvc("plots", "diff", "HEAD", "finer", "--json").strip())["data"]
    (figure,) = (value for key, (value, *_) in diff.items() if key.startswith("Figure 7"))
    cells = [(c["rev"], c["lr"]) for c in figure["content"]["data"]["values"]]
    assert ("HEAD", "0.01") in cells
    assert ("finer", "0.002") in cells


TRAINING = {"docs/reading.md", "docs/results.md"}  # trains for longer


@pytest.mark.real
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=pytest.mark.slow) if page in TRAINING else page
        for page in PAGES
        if page not in {"README.md", "docs/experiments.md", "docs/scaling.md"} and commands(page)
    ],
)
def test_a_page_from_top_to_bottom(page: str, typist: Typist, tmp_path: Path) -> None:
    project = typist.project
    (remote := tmp_path / "remote").mkdir()
    (origin := tmp_path / "origin").mkdir()
    project.run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    project.run("git", "remote", "add", "origin", str(origin))
    project.run("git", "push", "--quiet", "--set-upstream", "origin", "main")
    typist.type(
        page,
        lambda: {
            "ssh://user@host/path": str(remote),
            "https://example.com/you/handmath.git": origin.as_uri(),
        },
    )


@pytest.mark.slow
def test_scaling(typist: Typist) -> None:
    """The scheduler and the worker run until the sweep has ended."""
    project = typist.project
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    scheduler, worker, sweep = (
        line.replace("HOST:8786", address) for line in commands("docs/scaling.md")
    )
    assert scheduler == "dask scheduler"
    scheduler += f" --no-dashboard --host {address.replace(':', ' --port ')}"
    csv = project.folder / "plots/sweep.csv"
    expected = csv.read_bytes()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    started = [
        subprocess.Popen(["bash", "-c", line], cwd=project.folder, env=environment,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         start_new_session=True)
        for line in (scheduler, worker)
    ]  # fmt: skip
    try:
        done = project.run("timeout", str(SECONDS), "bash", "-c", sweep)
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=60)
    assert "Running stage 'sweep'" in done.stdout
    assert csv.read_bytes() == expected


@pytest.mark.real
def test_the_picture_is_read_as_the_readme_says(reader_model: Path) -> None:
    (latex,) = re.findall(r"second command prints `([^`]+)`", (ROOT / "README.md").read_text())
    command = [sys.executable, "-m", "handmath.cli", "read", "docs/line.png", "--model"]
    done = subprocess.run([*command, str(reader_model)], cwd=ROOT, env={"PYTHONPATH": "src"},
                          capture_output=True, text=True, check=True, timeout=120)  # fmt: skip
    assert done.stdout == f"{latex}\n"
    assert done.stderr == "", "read with confidence"


def test_the_formula_is_read_as_the_readme_says(reader_model: Path) -> None:
    text = " ".join((ROOT / "README.md").read_text().split())
    (said,) = re.findall(r"third the formula above as `([^`]+)`", text)
    assert handmath.read(ROOT / "docs/quadratic.png", reader_model).latex == said


def test_the_tests_that_hold_what_is_promised_exist() -> None:
    file = ""
    text = (ROOT / "docs/reliability.md").read_text()
    promises = re.findall(r"^\| (?!What|---).* \| (.*) \|$", text, re.MULTILINE)
    assert promises
    for row in promises:
        names = re.findall(r"\btest_\w+(?:\.py)?", row)
        assert names, row
        for name in names:
            if name.endswith(".py"):
                file = (ROOT / "tests" / name).read_text()
            else:
                assert f"def {name}(" in file, name
