"""The ink of all symbols, as `preprocess` leaves it for those who compose of it."""

import resource
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from conftest import ROOT
from handmath.base.errors import InputError
from handmath.base.files import IMAGES
from handmath.data import dataset, framing, image_file, ink, split, symbols
from handmath.drawing import pen
from handmath.stages import preprocess

SHARE = 0.2
COUNT = {"train": 30, "eval": 4}  # images of each class
CLASSES = ["one", "seven"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose images have been preprocessed; one image is blank, one no image."""
    folder = tmp_path_factory.mktemp("symbols")
    rng = np.random.default_rng(0)
    for part, count in COUNT.items():
        for name in CLASSES:
            (place := folder / IMAGES / part / name).mkdir(parents=True)
            for index in range(count):
                pen.draw(name, rng).save(place / f"{index}.jpg")
    (folder / IMAGES / "train/one/broken.jpg").write_bytes(b"")
    Image.new("L", (40, 40), 255).save(folder / IMAGES / "train/one/10.jpg")
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["validation"]["share"] = SHARE
    values["preprocess"]["max_unreadable"] = 1
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        preprocess.main()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to work in."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(text: str, name: str = "train") -> None:
    with pytest.raises(InputError, match=text) as caught:
        symbols.read(name)
    assert str(caught.value).isprintable()


@pytest.mark.usefixtures("folder")
def test_the_ink_of_each_image_in_its_split() -> None:
    expected: dict[str, dict[str, list[bytes]]] = {}
    paths = [path for path in sorted(IMAGES.glob("train/*/*")) if path.stat().st_size]
    digests = [image_file.read(path, 2400)[0] for path in paths]
    held_out = split.held_out([path.parent.name for path in paths], digests, SHARE)
    of = {
        path: "validation" if digest in held_out else "train"
        for path, digest in zip(paths, digests, strict=True)
    }
    for path in [*paths, *sorted(IMAGES.glob("eval/*/*"))]:
        clean = framing.clean(np.asarray(image_file.decode(path.read_bytes())))
        if (cut := ink.cut_out(clean)) is not None:
            of_split = expected.setdefault(of.get(path, "test"), {})
            of_split.setdefault(path.parent.name, []).append(cut.tobytes())
    found = {
        name: {label: [p.tobytes() for p in of] for label, of in symbols.read(name).items()}
        for name in dataset.SPLITS
    }
    assert found == expected
    assert {name: [len(of) for of in pictures.values()] for name, pictures in found.items()} == {
        "train": [24, 24], "validation": [5, 6], "test": [4, 4],
    }  # fmt: skip


def test_it_is_not_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    rng = np.random.default_rng(0)
    labels, nothing = np.zeros(2000, dtype=np.int64), np.zeros(2000, dtype=bool)
    tracemalloc.start()
    try:
        with symbols.writing() as kept:
            for _ in labels:
                kept.append(rng.integers(1, 256, size=(160, 160), dtype=np.uint8))
            symbols.write_places(kept.places, labels, nothing, labels[:0], ["a"])
        found = symbols.read("train")
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found["a"]) == 2000
    assert found["a"][-1].shape == (160, 160)
    assert symbols.PIXELS.stat().st_size == 2000 * 160 * 160
    assert held < 2000 * 200
    assert peak < 2000 * 1000


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("file", [symbols.PIXELS, symbols.PLACES])
def test_missing_or_damaged(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    refused(f"{file} is damaged .*`dvc repro preprocess` makes it")
    file.unlink()
    refused(f"{file} is missing; `dvc repro preprocess` makes it")
    file.mkdir()
    refused(f"{file} is damaged .it is no file")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "place",
    [[-1, 5, 5], [0, -5, 5], [0, ink.LONGEST + 1, 1], [10**9, 5, 5], [2**63 - 1, 160, 160]],
)
def test_places_where_nothing_is(place: list[int]) -> None:
    labels, nothing = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=bool)
    symbols.write_places([0, 4, 4, *place], labels, nothing, labels[:0], ["a"])
    refused("is damaged")


@pytest.mark.usefixtures("folder")
def test_as_many_places_as_labels() -> None:
    labels, nothing = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=bool)
    symbols.write_places([0, 4, 4], labels, nothing, labels[:0], ["a"])
    refused("is damaged .train.places is int64")


@pytest.mark.usefixtures("folder")
def test_no_ink_at_all_is_refused() -> None:
    labels, nothing = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=bool)
    symbols.write_places([0] * 6, labels, nothing, labels[:0], ["a"])
    for name in dataset.SPLITS:
        refused(f"no {name} images with ink", name)


@pytest.mark.usefixtures("folder")
def test_what_the_disk_or_a_parameter_refuses_leaves_all_as_it_was() -> None:
    files = [symbols.PIXELS, symbols.PLACES, *map(dataset.path, ("notebook", "compact"))]
    before = [file.read_bytes() for file in files]
    for path in IMAGES.glob("eval/*/*"):
        path.unlink()
    with pytest.raises(InputError, match="no test images"):
        preprocess.main()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, limits[1]))
    try:
        with pytest.raises(InputError, match=r"data/ink.bin cannot be written"):
            preprocess.main()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [file.read_bytes() for file in files] == before
    assert not list(Path("data").glob(".partial*"))
