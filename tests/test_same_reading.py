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
from handmath.drawing import (
    equations,
    expressions,
    glyphs,
    inventory,
    layout,
    pen,
    photograph,
    typesetting,
)  # fmt: skip

pytestmark = pytest.mark.slow

EQUATIONS = os.environ.get("HANDMATH_EQUATIONS")
# An emulated second is dear, so there are as many pictures as it takes to run every line of the
# reader that they can run: of each shape, and in all effects of a photograph.
LINES, EXPRESSIONS = 8, 12
LABELLED = {"photos": 2, "photos2": 2, "crohme": 1, "crohme2d_dev": 2}  # so many of each folder
HEIGHT = 90  # pixels, of a digit
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
        [*command, ROOT / "tests/read_pictures.py", *pictures],
        env={**os.environ, "PYTHONPATH": path, **environment}, cwd=ROOT, capture_output=True,
        text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def draw(folder: Path) -> list[Path]:
    """Lines, expressions, and a page of both."""
    rng = np.random.default_rng(0)
    symbols: dict[str, list[np.ndarray]] = {}
    for name in glyphs.SYMBOLS:
        drawn = (ink.cut_out(np.asarray(pen.draw(name, rng).convert("L"))) for _ in range(2))
        symbols[name] = [picture for picture in drawn if picture is not None]
    classes = inventory.classes(symbols)
    owners = []
    for number in range(LINES + EXPRESSIONS):
        touching = 0.4 if number % 3 == 2 else 0.0
        if number < LINES:
            names = equations.equation(symbols, equations.any_length(rng), rng)
            owner = layout.line(symbols, names, HEIGHT, rng, touching).owner
        else:
            tree = expressions.expression(classes, rng)
            own = inventory.pictures(tree.labels, symbols, 0.5, rng)
            written = typesetting.typeset(tree, own, HEIGHT, rng, touching)
            owner = written.owner.astype(np.uint8)
        owners.append(owner)
    paths = []
    for number, owner in enumerate(owners):
        effects = photograph.EFFECTS[number % 4 :: 4] if number % 5 else ()
        amounts = dict.fromkeys(effects, 0.5)
        picture, _ = photograph.take(owner, amounts, rng.uniform(0.2, 1.0), rng)
        paths.append(folder / f"{number}.{'jpg' if number % 3 else 'png'}")
        Image.fromarray(picture).save(paths[-1])
    page = [owners[number] for number in (0, 1, LINES)]
    wide = max(owner.shape[1] for owner in page)
    page = [np.pad(owner, [(0, 60), (0, wide - owner.shape[1])]) for owner in page]
    paths.append(folder / "page.png")
    Image.fromarray(np.concatenate(page) == 0).save(paths[-1])
    return paths


@pytest.fixture(scope="module")
def pictures(once: Once, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Drawn pictures, and where they are at hand labelled ones."""

    def make() -> Path:
        folder = tmp_path_factory.mktemp("pictures")
        (folder / "paths").write_text("\n".join(map(str, draw(folder))))
        return folder / "paths"

    paths = [Path(line) for line in once("pictures", make).read_text().splitlines()]
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
    assert len({found["logits"] for found in native}) == len(pictures)
    assert sum("readings" in found for found in native) > 0.9 * len(pictures)


def test_any_number_of_threads(native: list[dict[str, Any]], pictures: list[Path]) -> None:
    for threads in ("1", "3"):
        settings = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        assert read(pictures, [sys.executable], **settings) == native


@pytest.mark.parametrize("machine", COMMANDS)
def test_another_machine(native: list[dict[str, Any]], pictures: list[Path], machine: str) -> None:
    command = COMMANDS[machine]
    missing = not shutil.which(command[0]) or (machine == "ARM64" and not (ARM / "site").exists())
    if missing and "CI" not in os.environ:
        pytest.skip("Debian's qemu-user and `.ci/arm64 .cache/arm64` make it possible")
    assert read(pictures, command) == native
