"""Pictures of lines: each effect alone, what is chosen of them, and where the symbols are."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import ROOT, draw_line
from handmath.data import mask
from handmath.data.ink import pen_width
from handmath.drawing import camera, layout, light, paper, photograph, strokes
from handmath.drawing.hand import Hand
from handmath.drawing.layout import Line
from handmath.drawing.lines import HEIGHT
from handmath.drawing.photograph import EFFECTS, Effect, take
from handmath.figures import variety
from handmath.reading.binarize import binarize
from handmath.reading.reader import Reader

NAMES = ("four", "decimal", "plus", "seven")
# The first digits of the SHA-256 of what 0.7 of an effect makes of one picture, on every machine.
HASHES = {
    "thin": "a22820ab5d77",
    "thick": "94206a53052d",
    "pencil": "52eb51acc823",
    "coloured": "619b2de3e60e",
    "show_through": "bd76451cb29a",
    "table": "292b53b5997c",
    "blackboard": "a02644eb4dbf",
    "ruled": "35e9aa6a6133",
    "squared": "64c3fbb8c263",
    "uneven_light": "a28241e9793d",
    "shadow": "ae3094bda0c6",
    "perspective": "5ead0082b610",
    "blur": "e16b75f49c5a",
    "grain": "8e8bba1ea5b4",
    "resampled": "4b00bd78b222",
    "jpeg": "ef9da2dea947",
}
OTHER_INK = {strokes.thin, strokes.thick, camera.perspective}  # or elsewhere


@pytest.fixture(scope="module")
def line() -> Line:
    rng = np.random.default_rng(0)
    hand = Hand.random(rng)
    return layout.line({name: [hand.write(name, rng)] for name in NAMES}, [*NAMES], HEIGHT, rng)


def sheet(folder: Path) -> np.ndarray:
    with Image.open(draw_line(folder / "line.png")) as image:
        return np.asarray(image.convert("RGB"))


def digest(folder: Path, effect: Effect) -> str:
    made = effect(sheet(folder), 0.7, np.random.default_rng(5))
    return hashlib.sha256(made.tobytes()).hexdigest()[:12]


@pytest.mark.parametrize("effect", EFFECTS, ids=variety.label)
def test_an_effect_changes_the_picture_and_none_of_it_changes_nothing(
    effect: Effect, tmp_path: Path
) -> None:
    picture = sheet(tmp_path)
    given = picture.copy()
    for amount in (0.0, 0.3, 1.0):
        made = effect(picture, amount, np.random.default_rng(0))
        assert made.dtype == np.uint8
        assert made.shape == picture.shape
        assert np.array_equal(made, picture) == (amount == 0)
    assert np.array_equal(picture, given), "the picture that was given has changed"


@pytest.mark.parametrize("effect", EFFECTS, ids=variety.label)
def test_more_of_an_effect_changes_more(effect: Effect, tmp_path: Path) -> None:
    picture = sheet(tmp_path)
    little, much = (
        np.abs(effect(picture, amount, np.random.default_rng(1)) - picture.astype(int)).sum()
        for amount in (0.3, 1.0)
    )
    assert 0 < little < much


@pytest.mark.parametrize("effect", EFFECTS, ids=variety.label)
def test_an_effect_is_the_same_on_every_machine(effect: Effect, tmp_path: Path) -> None:
    assert digest(tmp_path, effect) == HASHES[effect.__name__]


def test_jpeg_is_the_same_without_vector_instructions(tmp_path: Path) -> None:
    code = f"""
import numpy as np
import test_photograph
from handmath.drawing import camera
from pathlib import Path
print(test_photograph.digest(Path({str(tmp_path)!r}), camera.jpeg))
"""
    for setting in ("JSIMD_FORCENONE", "JSIMD_FORCESSE2"):  # of libjpeg-turbo
        path = f"{ROOT / 'src'}:{ROOT / 'tests'}"
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path, setting: "1"},
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        assert done.stdout.strip() == HASHES["jpeg"], setting


@pytest.mark.parametrize("amount", [0.3, 1.0])
@pytest.mark.parametrize(
    "effect", [effect for effect in EFFECTS if effect not in OTHER_INK], ids=variety.label
)
def test_the_ink_is_told_from_all_else(line: Line, effect: Effect, amount: float) -> None:
    written = line.owner > 0
    picture, _ = take(line.owner, {effect: amount}, 1.0, np.random.default_rng(3))
    found = binarize(np.asarray(Image.fromarray(picture).convert("L")))
    assert (found & written).sum() / (found | written).sum() > 0.6


def test_symbols_are_where_they_are_said_to_be(line: Line) -> None:
    for seed in range(20):
        amounts: dict[Effect, float] = {
            camera.perspective: 1.0, paper.table: 0.5, light.shadow: 1.0
        }  # fmt: skip
        picture, boxes = take(line.owner, amounts, 0.5, np.random.default_rng(seed))
        assert len(boxes) == len(NAMES)
        dark = picture.max(axis=2) < 128
        for left, top, right, bottom in boxes:
            assert dark[top:bottom, left:right].any(axis=0).mean() > 0.8
            assert dark[top:bottom, left:right].any(axis=1).mean() > 0.8


def test_a_thin_pen_breaks_no_stroke(line: Line) -> None:
    picture, _ = take(line.owner, {}, 1.0, np.random.default_rng(0))
    thin = strokes.thin(picture, 1.0, np.random.default_rng(0))
    before, after = (mask.label(image[..., 0] < 128).max() for image in (picture, thin))
    assert after == before
    assert pen_width(thin[..., 0] < 128) < pen_width(line.owner > 0) / 2


def test_a_few_are_chosen_and_each_at_some_time() -> None:
    rng = np.random.default_rng(0)
    chosen = [photograph.choose(rng) for _ in range(400)]
    assert {effect for one in chosen for effect in one} == set(EFFECTS)
    assert 2 < np.mean([len(one) for one in chosen]) < 5
    assert all(0 < amount <= 1 for one in chosen for amount in one.values())
    for group in (*photograph.STROKES, *photograph.PAPER):
        assert all(len(group.keys() & one.keys()) <= 1 for one in chosen)


def test_a_photograph_can_be_read(line: Line, reader_model: Path) -> None:
    reader = Reader.load(reader_model)
    right = 0
    for seed in range(20):
        picture, _ = photograph.photograph(line.owner, 0.5, np.random.default_rng(seed))
        right += reader.read(picture).labels == line.labels
    assert right >= 15


def test_the_documentation_names_each_effect() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [\d.]+ \(", (ROOT / "docs/reading.md").read_text(), re.M)
    assert set(map(variety.label, EFFECTS)) <= set(rows)


def test_the_figure_in_the_documentation_is_what_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("docs").mkdir()
    variety.main()
    assert Path(variety.PATH).read_bytes() == (ROOT / variety.PATH).read_bytes()
