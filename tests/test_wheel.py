"""The package as a user has it: the wheel alone, in a new environment, in a folder of no clone."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import LINE, ROOT, Project, draw_line

pytestmark = pytest.mark.slow

PIPELINE = ("torch", "torchvision", "dvc", "pandas", "matplotlib", "scipy", "sklearn", "seaborn")
SECONDS = 300  # of one command, at most
MEGABYTES = 200  # of the whole environment; NumPy with its BLAS is 70
MODELS = ("reader.safetensors", "expressions.safetensors", "layout.safetensors")
LINES = {
    "1+2=3": LINE,
    "1+2": LINE[:4],
    "2=3": [[(x - 80, y) for x, y in stroke] for stroke in LINE[3:]],
}


class Built(NamedTuple):
    """What `make wheel` makes."""

    wheel: Path
    sdist: Path


class Installed(NamedTuple):
    """An environment that has the wheel, and a folder to stand in."""

    environment: Path
    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, without this test's own environment variables."""
        return subprocess.run(
            [self.environment / "bin" / command[0], *command[1:]], cwd=self.folder,
            env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
            timeout=SECONDS,
        )  # fmt: skip


def build(folder: Path, *kinds: str) -> None:
    """Build in a folder that has pyproject.toml, into its dist/, as `make wheel` does."""
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def project(clone: Callable[[str], Project]) -> Project:
    return clone("wheel")


@pytest.fixture(scope="module")
def built(project: Project) -> Built:
    build(project.folder)
    dist = project.folder / "dist"
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel and its dependencies alone, at the versions of the lock."""
    environment = tmp_path_factory.mktemp("installed") / "environment"
    for command in (
        ["venv", "--without-pip", str(environment)],
        ["pip", "--python", str(environment), "install", "--quiet", "--constraint",
         str(ROOT / "requirements.txt"), str(built.wheel)],
    ):  # fmt: skip
        subprocess.run([sys.executable, "-m", *command], check=True, timeout=SECONDS)
    folder = tmp_path_factory.mktemp("elsewhere")
    for name, line in LINES.items():
        draw_line(folder / f"{name}.png", line)
    return Installed(environment, folder)


def test_the_command_of_the_makefile_is_this() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "\npython -m build --no-isolation\n" in makefile.replace("\t", "")


def test_building_leaves_nothing_behind(project: Project, built: Built) -> None:
    assert built.wheel.is_file()
    status = project.run("git", "status", "--porcelain", "--ignored").stdout
    assert status == "!! dist/\n"


def test_the_wheel_has_the_models_and_all_that_is_no_code(project: Project, built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        names = wheel.namelist()
        models = {name: wheel.read(f"handmath/reading/{name}") for name in MODELS}
    assert models == {name: (ROOT / "models" / name).read_bytes() for name in MODELS}
    others = {name for name in names if not name.endswith(".py") and ".dist-info/" not in name}
    tracked = project.run("git", "ls-files", "src/handmath").stdout.splitlines()
    here = {name.removeprefix("src/") for name in tracked if not name.endswith(".py")}
    assert others == here | {f"handmath/reading/{name}" for name in MODELS}
    assert "handmath/py.typed" in here


def test_the_sdist_makes_the_same_wheel(built: Built, tmp_path: Path) -> None:
    unpack = ["tar", "--extract", "--file", str(built.sdist), "--directory", str(tmp_path)]
    subprocess.run(unpack, check=True, timeout=SECONDS)  # tarfile's filters came with 3.11.4
    (folder,) = tmp_path.iterdir()
    build(folder, "--wheel")
    (again,) = (folder / "dist").iterdir()
    assert again.name == built.wheel.name
    assert again.read_bytes() == built.wheel.read_bytes()


def test_three_lines_by_command(installed: Installed) -> None:
    done = installed.run("handmath", "read", *(f"{name}.png" for name in LINES), "--json")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [facts["text"] for facts in found] == list(LINES)
    assert {facts["model"] for facts in found} == {found[0]["model"]}
    assert str(installed.environment) in found[0]["model"]


def test_three_lines_from_python(installed: Installed) -> None:
    code = (
        "import handmath, sys; print(*[handmath.read(f'{name}.png').text for name in sys.argv[1:]])"
    )
    done = installed.run("python", "-c", code, *LINES)
    assert done.stderr == ""
    assert done.stdout.split() == list(LINES)


def test_its_version(installed: Installed) -> None:
    printed = installed.run("handmath", "--version").stdout
    assert printed.startswith("handmath 0.2.0, ")
    for name in MODELS:
        assert name in printed


def test_it_reads_expressions(installed: Installed) -> None:
    code = "import handmath; print(handmath.Reader.load().expression is not None)"
    assert installed.run("python", "-c", code).stdout == "True\n"


def test_nothing_of_the_pipeline_comes_along(installed: Installed) -> None:
    code = f"from importlib.util import find_spec; print(*filter(find_spec, {PIPELINE!r}))"
    done = installed.run("python", "-c", code)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr


def test_it_is_small(installed: Installed) -> None:
    files = [path for path in installed.environment.rglob("*") if not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < MEGABYTES * 1e6


@pytest.mark.parametrize(
    ("command", "package", "extra"),
    [
        (["demo"], "gradio", "demo"),
        (["read", "line.png", "--format", "sympy"], "sympy", "algebra"),
        (["export"], r"onnxruntime", "export"),
        (["fetch"], "requests", "pipeline"),
        (["heatmap"], "pandas", "pipeline"),
        (["heatmap", "--from-experiments"], "pandas", "pipeline"),
    ],
)
def test_what_it_lacks_is_said_in_a_line(
    installed: Installed, command: list[str], package: str, extra: str
) -> None:
    done = installed.run("handmath", *command)
    said = f"{package} is not installed; `pip install 'handmath[{extra}]'` brings it, "
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {said}and `make dev` in a clone\n"


@pytest.mark.parametrize(
    "code",
    [
        "from handmath.commands.demo import server",  # all of gradio, which has pandas
        "import handmath.cli; handmath.read(sys.argv[1])",
    ],
)
def test_start_up_imports_none_of_the_pipeline(code: str, tmp_path: Path) -> None:
    """Here, where all of it is installed."""
    heavy = set(PIPELINE) - ({"pandas"} if "demo" in code else set())
    code = f"import sys; {code}; print(*sys.modules.keys() & {heavy!r})"
    done = subprocess.run(
        [sys.executable, "-c", code, draw_line(tmp_path / "line.png")], cwd=tmp_path, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, check=True,
        timeout=SECONDS,
    )  # fmt: skip
    assert done.stdout == "\n"
