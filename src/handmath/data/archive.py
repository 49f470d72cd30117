"""A zip of images, one folder a class, unpacked into `{train,eval}/<class>/`.

The archive is untrusted: every name is checked and the unpacked size is known before a byte is
written, links and encrypted members are refused.
"""

import hashlib
import shutil
import stat
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from handmath.base.errors import InputError
from handmath.data.split import held_out

IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
TRAIN_FOLDERS = {"train", "training"}
EVAL_FOLDERS = {"eval", "test", "testing", "val", "valid", "validation"}
JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}

# Kaggle's own folders: scans of whole pages, and classes under a name with a remark behind it.
PAGE_SCANS = {"number", "sign", "original number", "original sign", "other number", "other sign"}
REMARKS = (" cleaned", " val")


@dataclass(frozen=True)
class Member:
    """One image in the archive; `split` is `train`, `eval` or, where it has none, empty."""

    info: zipfile.ZipInfo
    split: str
    label: str


@dataclass(frozen=True)
class Contents:
    """What an archive holds: its images, and how many files are passed over and why."""

    members: list[Member]
    passed_over: Counter[str]


def unpack(archive: Path, folder: Path, test_share: float, max_bytes: int) -> Contents:
    """Unpack the images of `archive` into `folder/{train,eval}/<class>/`, which appears whole.

    An archive without train and eval folders is split here: `test_share` of each class goes to
    eval, chosen by the images' bytes, so that equal images stay on one side.

    Raises:
        InputError: the file is missing, no zip, damaged, unsafe, too large, or has no images; a
            class in eval has no training images.
    """
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as file:
            contents = read_contents(file, archive, max_bytes)
            for member in _split(file, contents.members, test_share):
                _extract(file, member, partial / member.split / member.label)
    except (FileNotFoundError, IsADirectoryError):
        raise InputError(
            f"{archive} is missing; put the archive there or change data.archive"
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(
            f"{archive} is no zip file, or a damaged or cut-off one ({error}); get it again"
        ) from None
    except RuntimeError as error:  # a compression or a zip feature that Python does not know
        raise InputError(f"{archive} cannot be unpacked here ({error}); zip it anew") from None
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return contents


def read_contents(file: zipfile.ZipFile, archive: Path, max_bytes: int) -> Contents:
    """List the images of an open archive, refusing what is unsafe or makes no data set."""
    passed_over: Counter[str] = Counter()
    found: list[tuple[zipfile.ZipInfo, PurePosixPath]] = []
    for info in file.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        _refuse_unsafe(info, path, archive)
        if info.is_dir():
            continue
        if JUNK.intersection(path.parts) or path.name.startswith("._"):
            passed_over["junk"] += 1
        elif path.suffix.lower() not in IMAGE_SUFFIXES:
            passed_over["not an image"] += 1
        elif len(path.parts) < 2:
            passed_over["in no class's folder"] += 1
        else:
            found.append((info, path))

    unpacked = sum(info.file_size for info, _ in found)
    if unpacked > max_bytes:
        raise InputError(
            f"{archive} unpacks to {unpacked / 2**20:,.0f} MB, over the limit of "
            f"{max_bytes / 2**20:,.0f} MB; raise data.max_unpacked_mb if you trust it"
        )
    members = _arrange(found, passed_over)
    if not members:
        raise InputError(f"{archive} holds no images in folders named after their classes")
    _check_classes(members, archive)
    return Contents(members, passed_over)


def _refuse_unsafe(info: zipfile.ZipInfo, path: PurePosixPath, archive: Path) -> None:
    if path.is_absolute() or ".." in path.parts or (path.parts[:1] and ":" in path.parts[0]):
        raise InputError(f"{archive}: {info.filename!r} would land outside its folder")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InputError(f"{archive}: {info.filename!r} is a link; not unpacked")
    if info.flag_bits & 0x1:
        raise InputError(f"{archive}: {info.filename!r} is encrypted; zip it without a password")


def _arrange(
    found: list[tuple[zipfile.ZipInfo, PurePosixPath]], passed_over: Counter[str]
) -> list[Member]:
    """Give every image its split and class; an archive with only one of the splits has none."""
    placed = [(info, path, _split_and_label(path)) for info, path in found]
    has_split = {"train", "eval"} <= {split for _, _, (split, _) in placed}
    members = []
    for info, path, (split, label) in placed:
        if not has_split:
            members.append(Member(info, "", _class_name(path.parts[-2])))
        elif not split:
            passed_over["neither in train nor in eval"] += 1
        elif label in PAGE_SCANS:
            passed_over["page scan"] += 1
        else:
            members.append(Member(info, split, _class_name(label)))
    return members


def _split_and_label(path: PurePosixPath) -> tuple[str, str]:
    """`any/parents/train/plus cleaned/1.jpg` → `("train", "plus cleaned")`."""
    for folder, label in zip(path.parts[:-1], path.parts[1:-1], strict=False):
        if folder.lower() in TRAIN_FOLDERS:
            return "train", label
        if folder.lower() in EVAL_FOLDERS:
            return "eval", label
    return "", ""


def _class_name(folder: str) -> str:
    for remark in REMARKS:
        folder = folder.removesuffix(remark)
    return folder


def _check_classes(members: list[Member], archive: Path) -> None:
    train = {m.label for m in members if m.split != "eval"}
    extra = sorted({m.label for m in members} - train)
    if extra:
        raise InputError(f"{archive}: eval has classes that train lacks: {', '.join(extra)}")
    if len(train) < 2:
        raise InputError(f"{archive} has one class only, {train.pop()!r}; at least 2 are needed")


def _split(file: zipfile.ZipFile, members: list[Member], test_share: float) -> list[Member]:
    """Give the images of an archive without a split one; leave the others as they are."""
    if members[0].split:
        return members
    digests = [hashlib.sha256(file.read(member.info)).hexdigest() for member in members]
    to_eval = held_out([member.label for member in members], digests, test_share)
    return [
        replace(member, split="eval" if digest in to_eval else "train")
        for member, digest in zip(members, digests, strict=True)
    ]


def _extract(file: zipfile.ZipFile, member: Member, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PurePosixPath(member.info.filename.replace("\\", "/")).name
    copies = 1
    while path.exists():  # folders that differ by a remark alone meet in one class
        copies += 1
        path = path.with_stem(f"{path.stem}-{copies}")
    with file.open(member.info) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
