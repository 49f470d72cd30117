"""The archive: every layout that is out there, and everything that can be wrong with one."""

import hashlib
import os
import resource
import stat
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
import yaml

from conftest import ROOT, jpeg, write_zip
from handmath.base.errors import InputError
from handmath.data.archive import unpack
from handmath.stages import unzip

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


@pytest.mark.parametrize("outer", ["test", "training", "Val/x", "eval/train"])
def test_the_innermost_split_counts(tmp_path: Path, outer: str) -> None:
    names = ["train/x/1.jpg", "train/y/1.jpg", "eval/x/2.jpg", "eval/y/2.jpg", "eval/x/3.jpg"]
    members = {f"{outer}/{name}": jpeg(i) for i, name in enumerate(names)}
    assert unpacked(write_zip(tmp_path / "a.zip", members)) == sorted(names)


def test_the_class_is_the_folder_of_the_image(tmp_path: Path) -> None:
    names = ["train/digits/7/1.png", "train/operators/+/1.png", "eval/digits/7/2.png"]
    members = {name: jpeg(i) for i, name in enumerate(names)}
    expected = ["eval/7/2.png", "train/+/1.png", "train/7/1.png"]
    assert unpacked(write_zip(tmp_path / "a.zip", members)) == expected


@pytest.mark.parametrize("top", ["symbols", "train"])
def test_images_beside_folders_of_images(tmp_path: Path, top: str) -> None:
    names = [f"{top}/7/1.jpg", f"{top}/7/rest/2.jpg", f"{top}/8/1.jpg", "eval/8/2.jpg"]
    archive = write_zip(tmp_path / "a.zip", {name: jpeg(i) for i, name in enumerate(names)})
    assert f"'{top}/7' holds images, and folders of images such as 'rest'" in refusal(archive)


def test_images_right_in_a_split_have_no_class(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("Math/train/cover.jpg", jpeg(1))
        file.writestr("Math/eval/cover.jpg", jpeg(1))
    contents = unpack(archive, archive.parent / "images", 0.25, LIMIT)
    assert contents.passed_over == {"in no class's folder": 2}


def test_names_of_kaggles_are_classes_elsewhere(tmp_path: Path) -> None:
    names = ["train/sign/1.jpg", "train/number/1.jpg", "train/q val/1.jpg", "eval/sign/2.jpg"]
    archive = write_zip(tmp_path / "a.zip", {name: jpeg(i) for i, name in enumerate(names)})
    assert unpacked(archive) == sorted(names)


@pytest.mark.parametrize("folder", ["val", "valid", "eval"])
def test_validation_beside_test_joins_train(
    tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["train/x/1.jpg", "train/y/1.jpg", f"{folder}/x/1.jpg", "test/x/1.jpg", "test/y/1.jpg"]
    write_zip(tmp_path / "a.zip", {name: jpeg(i) for i, name in enumerate(names)})
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["data"]["archive"] = "a.zip"
    Path("params.yaml").write_text(yaml.safe_dump(values))
    unzip.main()
    assert sorted(str(path) for path in Path("data/images").glob("*/*/*")) == [
        f"data/images/{name}"
        for name in ("eval/x/1.jpg", "eval/y/1.jpg",
                     "train/x/1-2.jpg", "train/x/1.jpg", "train/y/1.jpg")
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "there is a test folder: 1 images of val or eval folders join train" in said


def test_a_name_in_a_hundred_folders(tmp_path: Path) -> None:
    members = {
        f"writer{writer}/{label}/1.jpg": jpeg(writer + shade)
        for writer in range(100)
        for label, shade in (("x", 0), ("y", 120))
    }
    names = unpacked(write_zip(tmp_path / "a.zip", members))
    expected = {"1.jpg", *(f"1-{copy}.jpg" for copy in range(2, 101))}
    assert len(names) == 200
    assert {Path(name).name for name in names} <= expected


def test_copies_keep_clear_of_what_is_called_so(tmp_path: Path) -> None:
    names = ["a/x/1.jpg", "a/x/1-2.jpg", "b/x/1.jpg", "c/x/1-2.jpg", "a/y/1.jpg", "b/y/2.jpg"]
    archive = write_zip(tmp_path / "a.zip", {name: jpeg(i) for i, name in enumerate(names)})
    assert len(unpacked(archive)) == 6


def test_same_name_in_folders_of_one_class_keeps_both(tmp_path: Path) -> None:
    members = {
        "train/plus/1.jpg": jpeg(1),
        "train/plus cleaned/1.jpg": jpeg(2),
        "train/one/1.jpg": jpeg(3),
        "train/other sign/page.jpg": jpeg(3),
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


def test_a_class_of_copies_alone(tmp_path: Path) -> None:
    """What it is copies of goes to eval, for that has the first of the hashes, and so they do."""
    members = {f"a/{n}.png": jpeg(n) for n in range(5)}
    first = min(members.values(), key=lambda data: hashlib.sha256(data).digest())
    archive = write_zip(tmp_path / "a.zip", members | {"b/copy.png": first})
    assert "each image of 'b' is in another class too" in refusal(archive)


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
    assert "a.zip is no file" in refusal(tmp_path / "a.zip")


def test_pipe_in_its_place(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.zip")  # which to open would wait for whoever writes into it
    assert "a.zip is no file" in refusal(tmp_path / "a.zip")


def test_a_link_in_a_circle_is_not_missing(tmp_path: Path) -> None:
    (tmp_path / "a.zip").symlink_to(tmp_path / "a.zip")
    assert "symbolic links" in refusal(tmp_path / "a.zip")


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


@pytest.mark.parametrize("label", [".. cleaned", " cleaned", ". val", "..  val"])
def test_a_class_is_checked_without_its_remark(tmp_path: Path, label: str) -> None:
    names = ["train/x/1.jpg", f"train/{label}/evil.jpg", "train/other sign/1.jpg", "eval/x/2.jpg"]
    archive = write_zip(tmp_path / "a.zip", {name: jpeg(i) for i, name in enumerate(names)})
    assert "cannot be a class's name" in refusal(archive)
    assert not list(tmp_path.rglob("evil.jpg"))


@pytest.mark.parametrize(
    "label", ["a\x1b[2Jb", "a\nb", "\u202eab", " ", "...", "x" * 101, "é" * 51, "\x7f"]
)
def test_a_class_of_other_than_a_plain_name(archive: Path, label: str) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(f"Math/train/{label}/1.jpg", jpeg(1))
    message = refusal(archive)
    assert "cannot be a class's name" in message
    assert message.isprintable()


@pytest.mark.parametrize("label", ["$", "$x$", "(", "π", "x" * 100, "-rf", "a b"])
def test_a_class_of_a_plain_name(archive: Path, label: str) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(f"Math/train/{label}/1.jpg", jpeg(1))
    assert f"train/{label}/1.jpg" in unpacked(archive)


def test_a_name_that_no_terminal_can_show(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("Math/train/one/a\x1b[2J\u202fPM.jpg", jpeg(1))
    assert "train/one/a_[2J_PM.jpg" in unpacked(archive)


@pytest.mark.parametrize("name", ["n" * 201, "n" * 5000, "é" * 101])
def test_a_name_that_is_too_long(archive: Path, name: str) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(f"Math/train/one/{name}.jpg", jpeg(1))
    message = refusal(archive)
    assert "shorten it to at most 200 bytes" in message
    assert len(message) < 400


def test_a_message_does_not_quote_a_long_name(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(f"../{'x' * 10_000}.jpg", jpeg(1))
    assert len(refusal(archive)) < 400


def test_a_message_does_not_list_a_hundred_classes(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        for index in range(100):
            file.writestr(f"Math/eval/class{index:02}/1.jpg", jpeg(1))
    assert "train lacks: class00, class01, class02, class03, class04 and 95 more" in refusal(
        archive
    )


def test_a_damaged_archive_is_not_quoted_at_length(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[26:28] = b"\0\2"  # so long is the first member's name, all at once
    archive.write_bytes(data)
    assert len(refusal(archive)) < 400


def test_a_member_without_a_name_is_passed_over(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        nameless = zipfile.ZipInfo("x")
        nameless.filename = ""
        file.writestr(nameless, jpeg(1))
    contents = unpack(archive, archive.parent / "images", 0.25, LIMIT)
    assert contents.passed_over == {"not an image": 1}


def test_a_message_is_one_printable_line(tmp_path: Path) -> None:
    names = ["train/x/1.jpg", "train/y/1.jpg", "eval/x/1.jpg", "../\x1b]0;title\x07\n/1.jpg"]
    archive = write_zip(tmp_path / "a\x1b[2J.zip", {name: jpeg(1) for name in names})
    message = refusal(archive)
    assert "would land outside" in message
    assert message.isprintable()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("at", [4, 10, 30, -30])
def test_damaged_compression(tmp_path: Path, method: int, at: int) -> None:
    noise = np.random.default_rng(0).bytes(500)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as file:
        for name in ("train/x/1.jpg", "train/y/1.jpg", "eval/x/1.jpg"):
            file.writestr(name, noise)
    with zipfile.ZipFile(path) as file:
        info = file.getinfo("train/x/1.jpg")
    start = info.header_offset + 30 + len(info.filename)
    data = bytearray(path.read_bytes())
    data[start + (at if at >= 0 else info.compress_size + at)] ^= 0xFF
    path.write_bytes(data)
    assert "damaged" in refusal(path)


@pytest.mark.parametrize("name", ["data/images", "data/images.partial"])
@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_something_in_the_way(
    archive: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    monkeypatch.chdir(archive.parent)
    Path("data").mkdir()
    Path("elsewhere").mkdir()
    Path("elsewhere/mine.txt").write_text("mine")
    if kind == "file":
        Path(name).write_text("mine")
    else:
        Path(name).symlink_to(Path("elsewhere" if kind == "link" else "nowhere").resolve())
    with pytest.raises(InputError, match=f"{name} is in the way"):
        unpack(archive, Path("data/images"), 0.25, LIMIT)
    assert Path("elsewhere/mine.txt").read_text() == "mine"


def test_full_disk(archive: Path) -> None:
    """A limit on a file's size stands for a disk that is full; what was there stays."""
    folder = archive.parent / "images"
    unpack(archive, folder, 0.25, LIMIT)
    before = sorted(folder.rglob("*"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        with pytest.raises(InputError, match=f"{folder} cannot be written"):
            unpack(archive, folder, 0.25, LIMIT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert sorted(folder.rglob("*")) == before
    assert not folder.with_name("images.partial").exists()


def test_folder_that_cannot_be_made(archive: Path) -> None:
    (archive.parent / "data").write_text("a file")
    with pytest.raises(InputError, match="data/images cannot be written"):
        unpack(archive, archive.parent / "data/images", 0.25, LIMIT)


def test_a_member_is_never_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for label in ("one", "two"):
            file.writestr(f"{label}/1.png", bytes(100 * 2**20))
            file.writestr(f"{label}/2.png", label)
    tracemalloc.start()
    try:
        unpacked(path, max_bytes=2**30)
        assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    finally:
        tracemalloc.stop()


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
    members = {f"{c}/{i}.png": bytes([i % 251]) * 2000 for c in "ab" for i in range(2_000)}
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
    assert len(unpacked(archive, max_bytes=10**9)) == 4_000
    assert not (tmp_path / "images.partial").exists()
