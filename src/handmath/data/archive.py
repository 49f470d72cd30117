"""A zip of images, one folder a class, unpacked into `{train,eval}/<class>/`.

The archive is untrusted: every name is checked as it will be written and the unpacked size is known
before a byte is written, links and encrypted members are refused, and whatever zipfile raises on a
damaged one becomes a line.
"""

import hashlib
import shutil
import stat
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from handmath.base.errors import InputError, reason
from handmath.base.files import writing
from handmath.data.split import held_out

IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
LONGEST_CLASS = 100  # bytes, of a class's name
LONGEST_NAME = 200  # bytes, of an image's name
CHUNK = 2**20  # bytes of a member in memory at a time

TRAIN_FOLDERS = {"train", "training"}
TEST_FOLDERS = {"test", "testing"}
VALIDATION_FOLDERS = {"eval", "val", "valid", "validation"}
SPLIT_FOLDERS = TRAIN_FOLDERS | TEST_FOLDERS | VALIDATION_FOLDERS

# Kaggle's archive is known by these of its scans of whole pages. It has others, and classes under a
# name with a remark behind it.
KAGGLE_FOLDERS = {"original number", "original sign", "other number", "other sign"}
PAGE_SCANS = KAGGLE_FOLDERS | {"number", "sign"}
REMARKS = (" cleaned", " val")


@dataclass(frozen=True)
class Member:
    """One image in the archive; `split` is `train`, `eval` or, where it has none, empty."""

    info: zipfile.ZipInfo
    split: str
    label: str


@dataclass(frozen=True)
class Contents:
    """What an archive holds.

    members: its images.
    passed_over: how many files are not taken, and why.
    joined: images of a validation folder that are in train, for there is a test folder too.
    """

    members: list[Member]
    passed_over: Counter[str]
    joined: int


def unpack(archive: Path, folder: Path, test_share: float, max_bytes: int) -> Contents:
    """Unpack the images of `archive` into `folder/{train,eval}/<class>/`, which appears whole.

    An archive without train and eval folders is split here: `test_share` of each class goes to
    eval, chosen by the images' bytes, so that equal images stay on one side.

    Raises:
        InputError: the file is missing, no zip, damaged, unsafe, too large, or has no images; a
            class in eval has no training images; `folder` cannot be written.
    """
    partial = folder.with_name(folder.name + ".partial")
    for place in (folder, partial):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise InputError(f"{place} is in the way: it is no folder, or a link to one; remove it")
    with _open(archive) as file:
        contents = read_contents(file, archive, max_bytes)
        members = _split(file, contents.members, test_share, archive)
        shutil.rmtree(partial, ignore_errors=True)
        try:
            with writing(folder):
                for member, path in zip(members, _paths(members), strict=True):
                    target = partial / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("wb") as out:
                        out.writelines(_chunks(file, member.info, archive))
                if folder.exists():
                    shutil.rmtree(folder)
                partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return contents


@contextmanager
def _open(archive: Path) -> Iterator[zipfile.ZipFile]:
    with _reading(archive):
        if not stat.S_ISREG(archive.stat().st_mode):  # to open a pipe would wait for its writer
            raise InputError(f"{archive} is no file; put the archive there or change data.archive")
        file = zipfile.ZipFile(archive)
    with file:
        yield file


@contextmanager
def _reading(archive: Path) -> Iterator[None]:
    """Turn what is raised by reading a zip that may be damaged into an `InputError`."""
    try:
        yield
    except InputError:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"{archive} is missing; put the archive there or change data.archive"
        ) from None
    except PermissionError as error:
        raise InputError(f"{archive} cannot be read ({reason(error)})") from None
    except RuntimeError as error:  # a compression or a zip feature that Python does not know
        raise InputError(
            f"{archive} cannot be unpacked here ({reason(error)}); zip it anew"
        ) from None
    except Exception as error:  # each compression fails in its own way, and so does each field
        raise InputError(
            f"{archive} is no zip file, or a damaged or cut-off one ({reason(error)}); get it again"
        ) from None


def _chunks(file: zipfile.ZipFile, info: zipfile.ZipInfo, archive: Path) -> Iterator[bytes]:
    """The bytes of a member, a bit at a time; what the one who takes them raises is left alone."""
    with _reading(archive), file.open(info) as source:
        while chunk := source.read(CHUNK):
            yield chunk


def read_contents(file: zipfile.ZipFile, archive: Path, max_bytes: int) -> Contents:
    """List the images of an open archive, refusing what is unsafe or makes no data set."""
    passed_over: Counter[str] = Counter()
    found: list[tuple[zipfile.ZipInfo, PurePosixPath]] = []
    for info in file.infolist():
        path = _path(info)
        _refuse_unsafe(info, path, archive)
        if info.filename.endswith("/"):
            continue
        if JUNK.intersection(path.parts) or path.name.startswith("._"):
            passed_over["junk"] += 1
        elif path.suffix.lower() not in IMAGE_SUFFIXES:
            passed_over["not an image"] += 1
        elif len(path.parts) < 2 or path.parts[-2].lower() in SPLIT_FOLDERS:
            passed_over["in no class's folder"] += 1
        else:
            found.append((info, path))

    unpacked = sum(info.file_size for info, _ in found)
    if unpacked > max_bytes:
        raise InputError(
            f"{archive} unpacks to {unpacked / 2**20:,.0f} MB, over the limit of "
            f"{max_bytes / 2**20:,.0f} MB; raise data.max_unpacked_mb if you trust it"
        )
    contents = _arrange(found, passed_over)
    if not contents.members:
        raise InputError(f"{archive} holds no images in folders named after their classes")
    _check_names(contents.members, archive)
    _check_folders(contents.members, archive)
    _check_classes(contents.members, archive)
    return contents


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(info.filename.replace("\\", "/"))


def _refuse_unsafe(info: zipfile.ZipInfo, path: PurePosixPath, archive: Path) -> None:
    name = repr(info.filename[:LONGEST_NAME])
    if path.is_absolute() or ".." in path.parts or (path.parts[:1] and ":" in path.parts[0]):
        raise InputError(f"{archive}: {name} would land outside its folder")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InputError(f"{archive}: {name} is a link; not unpacked")
    if info.flag_bits & 0x1:
        raise InputError(f"{archive}: {name} is encrypted; zip it without a password")


class _Place(NamedTuple):
    """Where an image lies: the innermost folder above its class's that is a split's, or ""."""

    info: zipfile.ZipInfo
    split_folder: str
    label: str


def _arrange(
    found: list[tuple[zipfile.ZipInfo, PurePosixPath]], passed_over: Counter[str]
) -> Contents:
    """Give every image its split and class; an archive with only one of the splits has none."""
    places = [_Place(info, _split_folder(path), path.parts[-2]) for info, path in found]
    folders = {place.split_folder for place in places}
    if not (folders & TRAIN_FOLDERS and folders & (TEST_FOLDERS | VALIDATION_FOLDERS)):
        return Contents([Member(p.info, "", p.label) for p in places], passed_over, 0)
    is_kaggles = any(p.split_folder and p.label in KAGGLE_FOLDERS for p in places)
    # `preprocess` holds out a share of train by itself; to test with, there is the test folder.
    joining = VALIDATION_FOLDERS if folders & TEST_FOLDERS else set()
    members = []
    joined = 0
    for info, folder, label in places:
        if not folder:
            passed_over["neither in train nor in eval"] += 1
        elif is_kaggles and label in PAGE_SCANS:
            passed_over["page scan"] += 1
        else:
            split = "train" if folder in TRAIN_FOLDERS | joining else "eval"
            joined += folder in joining
            members.append(Member(info, split, _without_remark(label) if is_kaggles else label))
    return Contents(members, passed_over, joined)


def _split_folder(path: PurePosixPath) -> str:
    """`test/archive/train/digits/7/1.jpg` → `train`: the innermost one."""
    names = (folder.lower() for folder in reversed(path.parts[:-2]))
    return next((name for name in names if name in SPLIT_FOLDERS), "")


def _without_remark(label: str) -> str:
    for remark in REMARKS:
        label = label.removesuffix(remark)
    return label


def _check_names(members: list[Member], archive: Path) -> None:
    """Refuse a class or an image whose name cannot be that of a folder or file."""
    for label in {member.label for member in members}:
        if not _is_plain(label) or len(label.encode()) > LONGEST_CLASS:
            raise InputError(
                f"{archive}: {label[:LONGEST_CLASS]!r} cannot be a class's name; give it one of "
                f"printable characters, at most {LONGEST_CLASS} bytes"
            )
    for member in members:
        name = _name(member)
        if not _is_plain(name) or len(name.encode()) > LONGEST_NAME:
            raise InputError(
                f"{archive}: {name[:LONGEST_CLASS]!r} cannot be an image's name; shorten it to "
                f"at most {LONGEST_NAME} bytes"
            )


def _is_plain(name: str) -> bool:
    return bool(name.strip(" .")) and name.isprintable() and not set(name) & set("/\\")


def _name(member: Member) -> str:
    """The name of an image's file, without what a terminal cannot show."""
    name = _path(member.info).name
    return "".join(character if character.isprintable() else "_" for character in name)


def _check_folders(members: list[Member], archive: Path) -> None:
    """Refuse a folder of images that has folders of images in it: which of them is the class?"""
    folders = {_path(member.info).parent for member in members}
    for folder in sorted(folders):
        if above := folders.intersection(folder.parents):
            raise InputError(
                f"{archive}: {str(above.pop())[:LONGEST_NAME]!r} holds images, and folders of "
                f"images such as {folder.name[:LONGEST_CLASS]!r}; keep all images of a class in "
                "one folder"
            )


def _check_classes(members: list[Member], archive: Path) -> None:
    train = {m.label for m in members if m.split != "eval"}
    extra = sorted({m.label for m in members} - train)
    if extra:
        some = ", ".join(extra[:5]) + (f" and {len(extra) - 5:,} more" if len(extra) > 5 else "")
        raise InputError(f"{archive}: eval has classes that train lacks: {some}")
    if len(train) < 2:
        raise InputError(f"{archive} has one class only, {train.pop()!r}; at least 2 are needed")


def _split(
    file: zipfile.ZipFile, members: list[Member], test_share: float, archive: Path
) -> list[Member]:
    """Give the images of an archive without a split one; leave the others as they are."""
    if members[0].split:
        return members
    digests = []
    for member in members:
        digest = hashlib.sha256()
        for chunk in _chunks(file, member.info, archive):
            digest.update(chunk)
        digests.append(digest.hexdigest())
    to_eval = held_out([member.label for member in members], digests, test_share)
    lacking = {m.label for m in members} - {
        m.label for m, digest in zip(members, digests, strict=True) if digest not in to_eval
    }
    if lacking:
        raise InputError(
            f"{archive}: each image of {min(lacking)!r} is in another class too, so that none is "
            "left to train on; take the copies out"
        )
    return [
        replace(member, split="eval" if digest in to_eval else "train")
        for member, digest in zip(members, digests, strict=True)
    ]


def _paths(members: list[Member]) -> Iterator[PurePosixPath]:
    """Where each image goes: `train/7/1.jpg`, the second of that name `train/7/1-2.jpg`."""
    taken: defaultdict[PurePosixPath, set[str]] = defaultdict(set)
    copies: Counter[PurePosixPath] = Counter()
    for member in members:
        folder = PurePosixPath(member.split, member.label)
        path = first = folder / _name(member)
        while path.name in taken[folder]:
            copies[first] += 1
            path = first.with_stem(f"{first.stem}-{copies[first] + 1}")
        taken[folder].add(path.name)
        yield path
