"""The archive: every layout that is out there, and everything that can be wrong with one."""

import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT, jpeg, write_zip
from handmath.base.errors import InputError
from handmath.data.archive import unpack

LIMIT = 10 * 2**20


def unpacked(archive: Path, test_share: float = 0.25, max_bytes: int = LIMIT) -> list[str]:
    folder = archive.parent / "images"
    unpack(archive, folder, test_share, max_bytes)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*"))


def refusal(archive: Path, max_bytes: int = LIMIT) -> str:
    """The one-line message that an archive is refused with; nothing is left behind."""
    folder = archive.parent / "images"
    with pytest.raises(InputError) as caught:
        unpack(archive, folder, 0.25, max_bytes)
    assert not folder.exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_notebook_layout(archive: Path) -> None:
    expected = [f"{split}/{c}/0.jpg" for split in ("eval", "train") for c in ("one", "two")]
    expected += [f"train/{c}/{index}.jpg" for c in ("one", "two") for index in (1, 2)]
    assert unpacked(archive) == sorted(expected)


def test_bytes_come_through(archive: Path) -> None:
    unpacked(archive)
    assert (archive.parent / "images/train/one/1.jpg").read_bytes() == jpeg(11)


@pytest.mark.parametrize("parents", ["", "a/", "a/b c/d/"])
def test_parent_folders_do_not_matter(tmp_path: Path, parents: str) -> None:
    names = ["train/x/1.jpg", "train/y/1.jpg", "eval/x/2.jpg"]
    members = {parents + name: jpeg(i) for i, name in enumerate(names)}
    assert unpacked(write_zip(tmp_path / "a.zip", members)) == sorted(names)


def test_kaggle_names_and_page_scans(tmp_path: Path) -> None:
    members = {
        "train/plus cleaned/1.jpg": jpeg(1),
        "train/one/1.jpg": jpeg(2),
        "eval/plus val/2.jpg": jpeg(3),
        "eval/one/2.jpg": jpeg(4),
        "train/original number/page.jpg": jpeg(5),
        "train/other sign/page.jpg": jpeg(6),
        "eval/number/page.jpg": jpeg(7),
    }
    archive = write_zip(tmp_path / "kaggle.zip", members)
    contents = unpack(archive, tmp_path / "images", 0.25, LIMIT)
    assert {(m.split, m.label) for m in contents.members} == {
        ("train", "plus"),
        ("train", "one"),
        ("eval", "plus"),
        ("eval", "one"),
    }
    assert contents.passed_over == {"page scan": 3}


def test_same_name_in_folders_of_one_class_keeps_both(tmp_path: Path) -> None:
    members = {
        "train/plus/1.jpg": jpeg(1),
        "train/plus cleaned/1.jpg": jpeg(2),
        "train/one/1.jpg": jpeg(3),
        "eval/one/1.jpg": jpeg(4),
    }
    archive = write_zip(tmp_path / "a.zip", members)
    assert [name for name in unpacked(archive) if "plus" in name] == [
        "train/plus/1-2.jpg",
        "train/plus/1.jpg",
    ]


def test_archive_without_split_is_split_here(tmp_path: Path) -> None:
    members = {
        f"symbols/{c}/{i}.png": jpeg(40 * n + i) for n, c in enumerate("(!") for i in range(8)
    }
    members["symbols/(/copy.png"] = members["symbols/(/0.png"]
    archive = write_zip(tmp_path / "a.zip", members)
    names = unpacked(archive)
    assert len(names) == 17
    for label in "(!":
        assert 2 <= sum(name.startswith(f"eval/{label}/") for name in names) <= 4
    sides = {name.split("/")[0] for name in names if name.endswith(("(/0.png", "(/copy.png"))}
    assert len(sides) == 1, "equal images must stay on one side"


def test_junk_is_passed_over(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("__MACOSX/train/one/._1.jpg", b"junk")
        file.writestr("Math/train/one/.DS_Store", b"junk")
        file.writestr("Math/train/one/Thumbs.db", b"junk")
        file.writestr("Math/train/one/._1.jpg", b"junk")
        file.writestr("Math/readme.txt", b"text")
        file.writestr("cover.jpg", jpeg(0))
    contents = unpack(archive, archive.parent / "images", 0.25, LIMIT)
    assert contents.passed_over == {"junk": 4, "not an image": 1, "in no class's folder": 1}
    assert len(contents.members) == 8


def test_old_images_are_replaced(archive: Path) -> None:
    stale = archive.parent / "images/train/nine/1.jpg"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"old")
    unpacked(archive)
    assert not stale.exists()


def test_missing(tmp_path: Path) -> None:
    assert "none.zip is missing" in refusal(tmp_path / "none.zip")


def test_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.zip").mkdir()
    assert "a.zip is missing" in refusal(tmp_path / "a.zip")


def test_not_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "page.zip"
    path.write_text("<html>Please sign in</html>")
    assert "page.zip is no zip file" in refusal(path)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_truncated(archive: Path, share: float) -> None:
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * share)])
    assert "cut-off" in refusal(archive)


def test_damaged_member(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[200] ^= 0xFF
    archive.write_bytes(data)
    assert "damaged" in refusal(archive)


def test_no_images(tmp_path: Path) -> None:
    assert "holds no images" in refusal(write_zip(tmp_path / "a.zip", {"readme.txt": b"hello"}))


def test_one_class(tmp_path: Path) -> None:
    assert "one class only, 'x'" in refusal(write_zip(tmp_path / "a.zip", {"x/1.jpg": jpeg(1)}))


@pytest.mark.parametrize(
    "name",
    ["../x/1.jpg", "train/../../x/1.jpg", "/x/1.jpg", "C:/x/1.jpg", "..\\x\\1.jpg", "C:\\x\\1.jpg"],
)
def test_member_outside_its_folder(archive: Path, name: str) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(name, jpeg(1))
    message = refusal(archive)
    assert "would land outside" in message
    assert repr(name) in message


def test_link(archive: Path) -> None:
    link = zipfile.ZipInfo("Math/train/one/link.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(link, "/etc/passwd")
    assert "is a link" in refusal(archive)


def test_encrypted(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 0x1
    archive.write_bytes(data)
    assert "is encrypted" in refusal(archive)


def test_larger_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for label in ("one", "two"):
            file.writestr(f"{label}/1.png", bytes(3 * 2**20))
    assert path.stat().st_size < 2**14
    assert "unpacks to 6 MB, over the limit of 5 MB" in refusal(path, max_bytes=5 * 2**20)


def test_class_that_train_lacks(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("Math/eval/three/1.jpg", jpeg(1))
    assert "eval has classes that train lacks: three" in refusal(archive)


def test_killed_at_any_moment_leaves_nothing(tmp_path: Path) -> None:
    members = {f"{c}/{i}.png": bytes([i % 251]) * 2000 for c in "ab" for i in range(20_000)}
    archive = write_zip(tmp_path / "a.zip", members)
    code = f"""
from pathlib import Path
from handmath.data.archive import unpack
unpack(Path({str(archive)!r}), Path("images"), 0.1, 10**9)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src")}
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "images.partial/train/a").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (tmp_path / "images").exists()
    assert len(unpacked(archive, max_bytes=10**9)) == 40_000
    assert not (tmp_path / "images.partial").exists()
