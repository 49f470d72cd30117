"""Stage `unzip`: the archive → `data/images/{train,eval}/<class>/`."""

from collections import Counter
from pathlib import Path

from handmath.base import params
from handmath.base.errors import run
from handmath.base.files import IMAGES
from handmath.data import archive


def main() -> None:
    """Unpack the archive and say what it holds."""
    data = params.load().data
    contents = archive.unpack(
        Path(data.archive), IMAGES, data.test_share, data.max_unpacked_mb * 2**20
    )
    splits = Counter(member.split for member in contents.members)
    labels = {member.label for member in contents.members}
    if "" in splits:
        print(f"{data.archive}: {splits['']:,} images of {len(labels)} classes, split here")
    else:
        counts = ", ".join(f"{count:,} {split}" for split, count in sorted(splits.items()))
        print(f"{data.archive}: {counts} images of {len(labels)} classes")
    if contents.joined:
        print(
            f"there is a test folder: {contents.joined:,} images of val or eval folders join train"
        )
    for reason, count in contents.passed_over.items():
        print(f"passed over: {count:,} files ({reason})")


if __name__ == "__main__":
    run(main)
