"""What a stage takes of memory is set by how many images there are, never by what is in them."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from conftest import ROOT, jpeg, png, write_zip

pytestmark = pytest.mark.slow

LIMIT = (
    512 * 2**20
)  # bytes, of each process: 0.5 GB and 5 kB for each image, of which there are few
# The limit is on addresses, of which a library takes far more than memory: what it has after its
# import is granted, less what of it is memory.
RUN = f"""
import resource, sys
from importlib import import_module
from pathlib import Path
stage = import_module("handmath.stages." + sys.argv[1])
pages = [int(n) * resource.getpagesize() for n in Path("/proc/self/statm").read_text().split()]
resource.setrlimit(resource.RLIMIT_AS, (pages[0] - pages[1] + {LIMIT},) * 2)
from handmath.base.errors import run
run(stage.main)
"""


def save(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def hostile() -> dict[str, bytes]:
    """Images that are as dear to read as the limit lets them be, and some that are over it."""
    side = 2400
    noise = np.random.default_rng(0).integers(256, size=(side, side), dtype=np.uint8)
    ink = np.full((side, side), 255, np.uint8)
    ink[5:-5, 5:-5] = 0
    veil = Image.merge("RGBA", [Image.fromarray(ink)] * 4)
    dear = {
        "noise.png": save(Image.fromarray(noise), "PNG"),
        "veil.png": save(veil, "PNG"),
        "veil.webp": save(veil, "WEBP"),
        "deep.png": save(Image.fromarray(noise.astype(np.uint16) * 257), "PNG"),
        "floats.tif": save(Image.fromarray(ink.astype(np.float32)), "TIFF"),
        "square.jpg": save(Image.fromarray(ink), "JPEG"),
        "line.png": save(Image.fromarray(ink[:2] // 255 * 0), "PNG"),
        "pole.png": save(Image.fromarray(ink[:, :2] * 0), "PNG"),
    }
    over = {
        "wide.jpg": jpeg(0, (65500, 1)),
        "million.png": png(1_000_000, 1),
        "blank.png": save(Image.new("1", (13_000, 13_000)), "PNG"),
        "large.webp": save(Image.new("L", (16383, 2500)), "WEBP"),
        "bytes.png": bytes(200 * 2**20),
    }
    members = {
        f"{split}/{label}/{name}": data
        for split in ("train", "eval")
        for label in "ab"
        for name, data in dear.items()
    }
    members |= {f"train/a/{name}": data for name, data in over.items()}
    for label, shade in (("a", 0), ("b", 100)):
        members |= {f"train/{label}/{i}.jpg": jpeg(shade + i) for i in range(12)}
    return members


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("memory")
    write_zip(folder / "hostile.zip", hostile())
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["data"]["archive"] = "hostile.zip"
    values["preprocess"]["max_unreadable"] = 5
    values["reader"] |= {"lines": 60}
    values["reader"]["recipe"]["epochs"] = 1
    values["lines"]["count"] = 5
    values["expressions"]["lessons"] |= {"count": 60}
    values["expressions"]["lessons"]["recipe"]["epochs"] = 1
    values["expressions"]["layout"]["count"] = 60
    values["expressions"]["test"]["count"] = 5
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    return folder


def run(folder: Path, stage: str, seconds: int = 240) -> str:
    """Run a stage within the limit; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, stage], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "MALLOC_ARENA_MAX": "1"},
        timeout=seconds,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize(
    "stage",
    [
        "unzip", "audit", "preprocess", "train_reader", "train_expressions", "train_layout",
        "lines", "expressions",
    ],
)  # fmt: skip
def test_no_image_takes_more_than_its_share(folder: Path, stage: str) -> None:
    """In the order of the stages: each needs those before it."""
    printed = run(folder, stage)
    if stage == "preprocess":
        assert "left out 5 images that cannot be read" in printed


@pytest.mark.timeout(1800)
def test_lines_that_are_learned_from_take_no_memory(tmp_path: Path) -> None:
    """So many would take half as much again; the epochs after the first take no more than that."""
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["synthesize"] |= {"train_images": 20, "test_images": 1}
    values["reader"] |= {"lines": 5000}
    values["reader"]["recipe"]["epochs"] = 1
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(values))
    for stage in ("synthesize", "unzip", "preprocess", "train_reader"):
        run(tmp_path, stage, seconds=1700)
