"""Things that several tests need: small archives, and a clone of the project to run `dvc` in."""

import io
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from handmath.base import determinism as determinism  # before any test loads PyTorch
from handmath.data import processes

ROOT = Path(__file__).parents[1]
# A shell that starts tests in the background has them ignore Ctrl-C, and so all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
LIMIT = 600  # seconds, of one command
STAGES = sorted(yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"])
# Parts of names, what takes longest first; the demo needs no clone, which others make meanwhile.
LONGEST = ("another_cpu", "another_machine", "test_demo", "test_docs", "test_pipeline")
# Of these, each test takes seconds and shares nothing with others of its file.
APART = re.compile("test_another_(cpu|machine)|test_(docs|pipeline|contributing|remote).py")
# 1 + 2 = 3 as somebody might write it: strokes of points in hundredths of the paper's height.
LINE = (
    [(20, 25), (20, 75)],
    [(45, 50), (75, 50)],
    [(60, 35), (60, 65)],
    [(97, 38), (99, 30), (105, 25), (113, 25), (119, 31), (119, 40), (114, 51), (97, 75),
     (123, 74)],
    [(145, 43), (175, 43)],
    [(145, 57), (175, 57)],
    [(195, 30), (201, 25), (211, 25), (217, 31), (216, 41), (206, 48), (214, 51), (220, 59),
     (217, 70), (208, 75), (198, 73), (194, 68)],
)  # fmt: skip


def draw_line(path: Path, line: Sequence[Sequence[tuple[int, int]]] = LINE) -> Path:
    """A picture of some strokes, 480x200."""
    image = Image.new("L", (480, 200), 255)
    pen = ImageDraw.Draw(image)
    for stroke in line:
        pen.line([(2 * x, 2 * y) for x, y in stroke], fill=0, width=7, joint="curve")
    image.save(path)
    return path


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]  # xdist is untyped
    """Hands out whole files, whose tests share what they make, and what stands apart by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if APART.search(nodeid) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduler:
    return Scheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that all of pytest's processes end together."""

    def place(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST))

    items.sort(key=place)


def jpeg(shade: int, size: tuple[int, int] = (150, 135)) -> bytes:
    """A JPEG of one grey; other shades are other bytes."""
    file = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(file, "JPEG")
    return file.getvalue()


def png(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def no_file(path: Path, kind: str) -> Path:
    """Put something in the place of a file that nothing can be read from."""
    data = path.read_bytes()
    path.unlink()
    match kind:
        case "empty":
            path.touch()
        case "cut":
            path.write_bytes(data[: len(data) // 2])
        case "text":
            path.write_text("<html>Please sign in</html>")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
    return path


class Project:
    """A clone of the project, as it is in the working tree, with the environment of the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": "src"}
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False,
            timeout=LIMIT,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{command} → {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def dvc(self, *arguments: str, check: bool = True) -> str:
        done = self.run("dvc", *arguments, check=check)
        return done.stdout + done.stderr

    def change_params(self, **changes: object) -> None:
        path = self.folder / "params.yaml"
        values = yaml.safe_load(path.read_text())
        for key, value in changes.items():
            *sections, name = key.split("__")
            target = values
            for section in sections:
                target = target[section]
            target[name] = value
        path.write_text(yaml.safe_dump(values, sort_keys=False))

    def commit(self, message: str) -> None:
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--allow-empty", "--message", message)


Once = Callable[[str, Callable[[], Path]], Path]


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Project]:
    """Make a clone by a name; what Git does not ignore comes along, committed or not."""

    def make(name: str) -> Project:
        folder = tmp_path_factory.mktemp(name)
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=LIMIT
        )
        for file in listed.stdout.splitlines():
            if (ROOT / file).exists():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / file, folder / file)
        project = Project(folder)
        project.run("git", "init", "--quiet", "--initial-branch=main")
        project.run("git", "config", "user.name", "Test")
        project.run("git", "config", "user.email", "test@example.com")
        project.commit("Start")
        return project

    return make


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make something by a name, once for all of pytest's processes; returns where it is."""
    together = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        together = together.parent

    def get(name: str, make: Callable[[], Path]) -> Path:
        made = together / f"{name}.made"  # holds the place's name
        with FileLock(f"{made}.lock"):
            if not made.exists():
                made.write_text(str(make()))
        return Path(made.read_text())

    return get


@pytest.fixture(scope="session")
def finished(
    once: Once, clone: Callable[[str], Project], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Project]:
    """Copy, by a name, a clone in which the pipeline has run on few images and is committed."""

    def run() -> Path:
        project = clone("finished")
        project.change_params(
            epochs=2,
            synthesize={"train_images": 30, "test_images": 10, "seed": 0},
            sweep={"lr": [0.001, 0.01], "epochs": [1, 2]},
            reader__lines=20,
            lines__count=3,
            expressions__lessons__count=20,
            expressions__lessons__recipe__epochs=1,
            expressions__layout__count=40,
            expressions__test__count=3,
        )
        output = project.dvc("repro")
        assert sorted(re.findall(r"Running stage '(\w+)'", output)) == STAGES
        project.commit("Run the pipeline")
        return project.folder

    def copy(name: str) -> Project:
        folder = tmp_path_factory.mktemp(name) / "project"
        subprocess.run(["cp", "-a", once("finished", run), folder], check=True, timeout=LIMIT)
        return Project(folder)

    return copy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for all tests of a file."""
    chromium = shutil.which("chromium")
    if not chromium and "CI" not in os.environ:
        pytest.skip("chromium (Debian's package) is not installed")
    with sync_playwright() as playwright:
        # A container's root has no sandbox. What runs in it is this project's own page.
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


def pool_in_one_process(*_: object) -> ThreadPoolExecutor:
    """Stands in for `processes.pool` where a test watches what the processes do."""
    return ThreadPoolExecutor(1)


@pytest.fixture
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "pool", pool_in_one_process)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A zip in the notebook's layout: classes one and two, 3 train images and 1 eval image each."""
    members = {
        f"Math/{split}/{label}/{index}.jpg": jpeg(shade + index)
        for label, base in (("one", 10), ("two", 60))
        for split, count, shade in (("train", 3, base), ("eval", 1, base + 20))
        for index in range(count)
    }
    return write_zip(tmp_path / "small.zip", members)


@pytest.fixture(scope="session")
def reader_model() -> Path:
    """The trained reader that comes with the project; `make verify` proves how it was made."""
    return ROOT / "models/reader.safetensors"
