"""Stage `audit`: `data/images/` → what is wrong with them. It tells; it takes nothing away."""

import hashlib
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from tqdm import tqdm

from handmath import figures, files, pixels
from handmath.errors import run
from handmath.files import IMAGES
from handmath.findings import KINDS, Finding, Seen, find, grouped, look_at, splits

# What spoils a score or a label is worth a line on the screen.
WARNINGS = (
    "unreadable",
    "leaked_test_images",
    "leaked_by_pixels",
    "near_duplicates_of_train",
    "label_conflicts",
    "blank",
)
EXAMPLES = 6  # of each kind in the figure


def main() -> None:
    """Look at every image once and write down what could mislead those who train on them."""
    images = look_at_all(IMAGES)
    findings = find(images)
    files.write_json("metrics/data.json", summarise(images, findings))
    files.write_csv("plots/audit.csv", pd.DataFrame(findings, columns=Finding._fields))
    draw(findings)
    report(images, findings)


def look_at_all(folder: Path) -> list[Seen]:
    """Look at `folder/{train,eval}/<class>/*` in the order of the paths."""
    paths = sorted(folder.resolve().glob("*/*/*"))  # a worker may be in another folder
    seen = Parallel(n_jobs=-1, return_as="generator")(delayed(look_at)(path) for path in paths)
    return list(tqdm(seen, total=len(paths), desc=str(folder), unit="image", disable=None))


def summarise(images: Sequence[Seen], findings: Sequence[Finding]) -> dict[str, Any]:
    """What `metrics/data.json` says: which images these are, and how many findings of each kind.

    `train_images`, `test_images` and `sizes` are of the images that could be read.
    """
    train, test = splits(images)
    counts = Counter(finding.kind for finding in findings)
    return {
        "content_id": content_id(images),
        "classes": len({image.label for image in images}),
        "train_images": len(train),
        "test_images": len(test),
        **{kind: counts[kind] for kind in KINDS},
        "sizes": len({image.size for image in [*train, *test]}),
        "size_tells_class": size_tells_class(train, test),
    }


def content_id(images: Sequence[Seen]) -> str:
    """Hash of all images by split, class and bytes, whatever their names and order."""
    lines = sorted(f"{image.split}/{image.label}/{image.digest}\n" for image in images)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def size_tells_class(train: Sequence[Seen], test: Sequence[Seen]) -> dict[str, float]:
    """How often a test image has the class that most training images of its size have.

    Returns:
        `accuracy` of that rule, in [0, 1], and of `chance`: the most frequent class for all.
    """
    most_frequent = _most_frequent(train)
    of_size = {alike[0].size: _most_frequent(alike) for alike in grouped(train, "size")}
    right = sum(of_size.get(image.size, most_frequent) == image.label for image in test)
    by_chance = sum(most_frequent == image.label for image in test)
    count = max(len(test), 1)
    return {"accuracy": round(right / count, 4), "chance": round(by_chance / count, 4)}


def _most_frequent(images: Sequence[Seen]) -> str:
    """The label of most; of equally frequent ones the first by name."""
    counts = Counter(image.label for image in images)
    return min(counts, key=lambda label: (-counts[label], label), default="")


def draw(findings: Sequence[Finding]) -> None:
    """Draw a row for each kind: how many there are, and examples from all over the list."""
    found = {kind: [f for f in findings if f.kind == kind] for kind in KINDS}
    del found["unreadable"]  # no picture to show
    heights = [1.6 if of_kind else 0.6 for of_kind in found.values()]  # inches
    figure = Figure(figsize=(12, sum(heights) + 0.6), layout="constrained")
    figure.suptitle("What the audit found in the images", fontsize=14, weight="bold")
    grid = figure.subplots(len(found), 1 + EXAMPLES, height_ratios=heights)
    for axes in grid.flat:
        axes.set_axis_off()
    for (label, *cells), (kind, of_kind) in zip(grid, found.items(), strict=True):
        heading = textwrap.fill(f"{KINDS[kind]}: {len(of_kind):,}", 22)
        label.text(0, 0.5, heading, va="center", fontsize=11, color="black" if of_kind else "grey")
        chosen = np.linspace(0, len(of_kind) - 1, min(len(of_kind), EXAMPLES)).astype(int)
        for axes, index in zip(cells, chosen, strict=False):
            _show(axes, of_kind[index])
    figures.save(figure, "plots/audit.png")


def _show(axes: Axes, finding: Finding) -> None:
    shades = np.asarray(pixels.decode((IMAGES / finding.image).read_bytes()))
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color("lightsteelblue")  # a black frame would hide ink on the border
    axes.imshow(shades, cmap="gray", vmin=0, vmax=255)
    title = "\n".join(line[:30] for line in finding[1:] if line)
    axes.set_title(title, fontsize=7, parse_math=False)


def report(images: Sequence[Seen], findings: Sequence[Finding]) -> None:
    """Print how much was found, and a warning for each kind of `WARNINGS`."""
    print(f"{len(images):,} images, {len(findings):,} findings; see plots/audit.csv")
    for kind in WARNINGS:
        found = [finding for finding in findings if finding.kind == kind]
        if found:
            example = " = ".join(filter(None, found[0][1:]))
            print(f"warning: {KINDS[kind]}: {len(found):,}, first {example}")


if __name__ == "__main__":
    run(main)
