"""The same logits and the same reading, to the last bit, on every machine."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conftest import ROOT, Once
from handmath.data import ink
from handmath.drawing import glyphs, lines, pen

pytestmark = pytest.mark.slow

EQUATIONS = os.environ.get("HANDMATH_EQUATIONS")
DRAWN = 110
LABELLED = {"photos": 30, "photos2": 30, "crohme": 30}  # so many of each folder
SECONDS = 900
ARM = ROOT / ".cache/arm64"  # made by .ci/arm64
COMMANDS = {
    "Haswell": ["qemu-x86_64", "-cpu", "Haswell", sys.executable],  # without AVX-512
    "Nehalem": ["qemu-x86_64", "-cpu", "Nehalem", sys.executable],  # without AVX
    "ARM64": ["qemu-aarch64", "-L", str(ARM / "root"), str(ARM / "root/usr/bin/python3"), "-S"],
}


def read(pictures: list[Path], command: list[str], **environment: str) -> list[dict[str, Any]]:
    """What a Python, emulated or not, reads."""
    src = str(ROOT / "src")
    path = f"{ARM / 'site'}:{src}" if "-S" in command else src
    done = subprocess.run(
        [*command, ROOT / "tests/read_lines.py", *pictures],
        env={**os.environ, "PYTHONPATH": path, **environment}, cwd=ROOT, capture_output=True,
        text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def pictures(once: Once, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Drawn lines, and where they are at hand labelled ones."""

    def draw() -> Path:
        folder = tmp_path_factory.mktemp("lines")
        rng = np.random.default_rng(0)
        symbols: dict[str, list[np.ndarray]] = {}
        for name in glyphs.SYMBOLS:
            drawn = (ink.cut_out(np.asarray(pen.draw(name, rng).convert("L"))) for _ in range(8))
            symbols[name] = [picture for picture in drawn if picture is not None]
        for number in range(DRAWN):
            Image.fromarray(lines.write(symbols, rng).picture).save(folder / f"{number}.png")
        return folder

    folder = once("lines", draw)
    paths = [folder / f"{number}.png" for number in range(DRAWN)]
    for name, count in LABELLED.items() if EQUATIONS else ():
        with Path(str(EQUATIONS), name, "labels.csv").open() as file:
            rows = list(csv.DictReader(file))[:count]
        paths += [Path(str(EQUATIONS), name, row["file"]) for row in rows]
    return paths


@pytest.fixture(scope="module")
def native(
    pictures: list[Path], once: Once, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    def make() -> Path:
        path = tmp_path_factory.mktemp("native") / "readings.json"
        path.write_text(json.dumps(read(pictures, [sys.executable])))
        return path

    readings: list[dict[str, Any]] = json.loads(once("native_readings", make).read_text())
    return readings


def test_there_is_something_to_compare(native: list[dict[str, Any]], pictures: list[Path]) -> None:
    assert [found["file"] for found in native] == [path.name for path in pictures]
    assert len({found["logits"] for found in native}) > 0.9 * len(pictures)
    assert sum(len(found.get("text", "")) >= 3 for found in native) > 0.8 * len(pictures)


def test_any_number_of_threads(native: list[dict[str, Any]], pictures: list[Path]) -> None:
    for threads in ("1", "3"):
        settings = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        assert read(pictures, [sys.executable], **settings) == native


@pytest.mark.parametrize("machine", COMMANDS)
def test_another_machine(native: list[dict[str, Any]], pictures: list[Path], machine: str) -> None:
    """Each reads every other picture: half a second of CPU time each, emulated."""
    command = COMMANDS[machine]
    missing = not shutil.which(command[0]) or (machine == "ARM64" and not (ARM / "site").exists())
    if missing and "CI" not in os.environ:
        pytest.skip("Debian's qemu-user and `.ci/arm64 .cache/arm64` make it possible")
    part = slice(list(COMMANDS).index(machine) % 2, None, 2)
    assert read(pictures[part], command) == native[part]
