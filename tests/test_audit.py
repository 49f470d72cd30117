"""Each fault, planted alone in a clean folder, is found and named; a clean folder has none."""

import io
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import ROOT
from handmath.base.files import IMAGES
from handmath.data import archive, quality
from handmath.figures import audit as figure
from handmath.stages import audit

ARCHIVE = os.environ.get("HANDMATH_ARCHIVE")


def picture(seed: int) -> np.ndarray:
    """Black and white squares, uint8 [50, 60], with a white margin."""
    squares = np.random.default_rng(seed).integers(2, size=(8, 10), dtype=np.uint8)
    shades = np.kron(255 * squares, np.ones((4, 4), np.uint8))
    return np.pad(shades, ((9, 9), (10, 10)), constant_values=255)


def with_ink(rows: slice | int, columns: slice | int) -> np.ndarray:
    shades = picture(99)
    shades[rows, columns] = 0
    return shades


def save(shades: np.ndarray, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(shades).save(file, kind)
    return file.getvalue()


# Train images of seeds 0 to 5, test images of 6 to 9, all of one size.
CLEAN = {
    f"{split}/{label}/{seed}.png": save(picture(seed))
    for split, label, seeds in (
        ("train", "a", (0, 1, 2)), ("train", "b", (3, 4, 5)),
        ("eval", "a", (6, 7)), ("eval", "b", (8, 9)),
    )
    for seed in seeds
}  # fmt: skip

PLANTED: list[tuple[str, bytes, list[tuple[str, ...]]]] = [
    ("eval/a/x.png", save(picture(0)),
     [("leaked_test_images", "eval/a/x.png", "train/a/0.png")]),
    ("eval/a/x.bmp", save(picture(0), "BMP"),
     [("leaked_by_pixels", "eval/a/x.bmp", "train/a/0.png")]),
    ("eval/a/x.jpg", save(picture(1), "JPEG"),
     [("near_duplicates_of_train", "eval/a/x.jpg", "train/a/1.png")]),
    ("train/a/x.png", save(picture(1)),
     [("duplicates_in_train", "train/a/x.png", "train/a/1.png")]),
    ("eval/b/x.png", save(picture(8)),
     [("duplicates_in_test", "eval/b/x.png", "eval/b/8.png")]),
    ("train/b/x.png", save(picture(0)),
     [("duplicates_in_train", "train/b/x.png", "train/a/0.png"),
      ("label_conflicts", "train/a/0.png", "train/b/x.png")]),
    ("train/a/x.png", save(np.full((50, 60), 250, np.uint8)), [("blank", "train/a/x.png", "")]),
    ("train/a/x.png", save(with_ink(3, slice(2, 57))),
     [("full_width_lines", "train/a/x.png", "")]),
    ("train/a/x.png", save(with_ink(slice(2, 48), 3)),
     [("full_height_lines", "train/a/x.png", "")]),
    ("train/a/x.png", save(with_ink(49, 30)), [("ink_on_border", "train/a/x.png", "")]),
    ("train/a/x.png", save(with_ink(30, 0)), [("ink_on_border", "train/a/x.png", "")]),
    ("train/a/x.png", save(picture(99)[:, 1:]),
     [("sizes_of_one_class", "train/a/x.png", "59x50: 1 of a")]),
    ("train/a/x.png", b"no image at all",
     [("unreadable", "train/a/x.png", "is no image of a known kind")]),
]  # fmt: skip

Looks = Callable[[Mapping[str, bytes]], list[quality.Inspection]]


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Write images into `data/images/` of an empty folder and look at them."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "params.yaml", ".")

    def write_and_look(images: Mapping[str, bytes]) -> list[quality.Inspection]:
        for name, data in images.items():
            (IMAGES / name).parent.mkdir(parents=True, exist_ok=True)
            (IMAGES / name).write_bytes(data)
        return quality.inspect_all(IMAGES, 2400)

    return write_and_look


def test_a_clean_folder_has_no_findings(look: Looks) -> None:
    assert quality.find(look(CLEAN)) == []


@pytest.mark.parametrize(
    ("name", "data", "expected"), PLANTED, ids=[expected[-1][0] for _, _, expected in PLANTED]
)
def test_each_fault_is_found_and_named(
    look: Looks, name: str, data: bytes, expected: list[tuple[str, ...]]
) -> None:
    assert quality.find(look({**CLEAN, name: data})) == expected


def test_every_kind_is_planted() -> None:
    assert {row[0] for _, _, expected in PLANTED for row in expected} == quality.KINDS.keys()


@pytest.mark.parametrize(
    ("rows", "columns"), [(3, slice(3, 57)), (slice(2, 47), 3)], ids=["width", "height"]
)
def test_nine_tenths_are_no_line(rows: slice | int, columns: slice | int) -> None:
    assert quality.faults(with_ink(rows, columns)) == []


def test_near_duplicates_in_chunks(look: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "CHUNK", 3)
    copies = {f"eval/a/copy of {seed}.jpg": save(picture(seed), "JPEG") for seed in (0, 1, 2)}
    found = quality.find(look({**CLEAN, **copies}))
    assert [(row.image[-5], row.detail) for row in found] == [
        (str(seed), f"train/a/{seed}.png") for seed in (0, 1, 2)
    ]


def test_main_writes_the_same_bytes_with_any_number_of_processes(
    look: Looks, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = {name.replace("x", f"x{n}"): data for n, (name, data, _) in enumerate(PLANTED)}
    look({**CLEAN, **faults})
    outputs = [Path("metrics/data.json"), Path("plots/audit.csv"), Path("plots/audit.png")]
    audit.main()
    written = [path.read_bytes() for path in outputs]
    said = capsys.readouterr().out.splitlines()
    assert len([line for line in said if line.startswith("warning: ")]) == len(audit.WARNINGS)
    leak = "warning: test images that are also in train: 1, first eval/a/x0.png = train/a/0.png"
    assert leak in said
    (unreadable,) = [line for line in said if line.startswith("warning: files that cannot be read")]
    assert unreadable.endswith(".png is no image of a known kind")
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    audit.main()
    assert [path.read_bytes() for path in outputs] == written


def test_nothing_readable(look: Looks) -> None:
    images = look({"train/a/1.jpg": b"", "train/b/1.jpg": b"", "eval/a/1.jpg": b""})
    found = quality.find(images)
    facts = quality.summarise(images, found)
    assert (facts["unreadable"], facts["train_images"], facts["sizes"]) == (3, 0, 0)
    figure.draw(found)


def test_counts(look: Looks) -> None:
    images = look({**CLEAN, "train/a/x.png": CLEAN["train/a/1.png"], "eval/b/x.png": b""})
    facts = quality.summarise(images, quality.find(images))
    assert {name: value for name, value in facts.items() if value} == {
        "classes": 2, "train_images": 7, "test_images": 4, "unreadable": 1,
        "duplicates_in_train": 1, "sizes": 1, "size_tells_class": {"accuracy": 0.5, "chance": 0.5},
    }  # fmt: skip


def test_size_tells_class(look: Looks) -> None:
    """`b` is one pixel narrower; a size that train lacks is named by the most frequent class."""
    places = [
        ("train/a", 0), ("train/a", 0), ("train/a", 0), ("train/b", 1), ("train/b", 1),
        ("eval/a", 0), ("eval/b", 1), ("eval/b", 0), ("eval/a", 2),
    ]  # fmt: skip
    images = {
        f"{folder}/{seed}.png": save(picture(seed)[:, cut:])
        for seed, (folder, cut) in enumerate(places)
    }
    readable = quality.splits(look(images))
    assert quality.size_tells_class(*readable) == {"accuracy": 0.75, "chance": 0.5}


def test_content_id_is_of_the_images_alone(look: Looks) -> None:
    images = look(CLEAN)
    renamed = [image._replace(path=image.path + "2") for image in reversed(images)]
    relabelled = [images[0]._replace(label="b"), *images[1:]]
    moved = [images[0]._replace(split="train"), *images[1:]]
    assert quality.content_id(renamed) == quality.content_id(images)
    assert len({quality.content_id(some) for some in (images, relabelled, moved, images[1:])}) == 4


@pytest.mark.slow
@pytest.mark.skipif(not ARCHIVE, reason="HANDMATH_ARCHIVE does not name the real archive")
def test_the_real_archive(tmp_path: Path) -> None:
    archive.unpack(Path(str(ARCHIVE)), tmp_path / "images", 0.12, 2**32)
    images = quality.inspect_all(tmp_path / "images", 2400)
    found = quality.find(images)
    expected_id = "4a8004cfd55ffc10f2c222e7652d7c3a57f921579ba6395d442faf310dd44466"
    assert quality.content_id(images) == expected_id
    assert quality.summarise(images, found) == {
        "classes": 16,
        "train_images": 7557,
        "test_images": 1010,
        "unreadable": 0,
        "leaked_test_images": 178,
        "leaked_by_pixels": 0,
        "near_duplicates_of_train": 0,
        "label_conflicts": 1,
        "duplicates_in_train": 102,
        "duplicates_in_test": 50,
        "blank": 1,
        "full_width_lines": 497,
        "full_height_lines": 6,
        "ink_on_border": 831,
        "sizes_of_one_class": 2,
        "sizes": 6,
        "size_tells_class": {"accuracy": 0.2436, "chance": 0.0792},
    }
    assert ("label_conflicts", "eval/equal/2190.jpg", "eval/minus/9938.jpg") in found
    assert ("blank", "train/zero/18989.jpg", "") in found
