"""Stage `audit`: `data/images/` → what is wrong with them. It tells; it takes nothing away."""

from collections.abc import Sequence

from handmath.base import files, params
from handmath.base.errors import run
from handmath.base.files import IMAGES
from handmath.data import quality
from handmath.data.quality import KINDS, Finding, Inspection
from handmath.figures import audit as figure

# What spoils a score or a label is worth a line on the screen.
WARNINGS = (
    "unreadable",
    "leaked_test_images",
    "leaked_by_pixels",
    "near_duplicates_of_train",
    "label_conflicts",
    "blank",
)


def main() -> None:
    """Look at every image once and write down what could mislead those who train on them."""
    images = quality.inspect_all(IMAGES, params.load().preprocess.max_side)
    findings = quality.find(images)
    files.write_json("metrics/data.json", quality.summarise(images, findings))
    files.write_text("data/content_id.txt", quality.content_id(images) + "\n")
    files.write_csv("plots/audit.csv", Finding._fields, findings)
    figure.draw(findings)
    report(images, findings)


def report(images: Sequence[Inspection], findings: Sequence[Finding]) -> None:
    """Print how much was found, and a warning for each kind of `WARNINGS`."""
    print(f"{len(images):,} images, {len(findings):,} findings; see plots/audit.csv")
    for kind in WARNINGS:
        found = [finding for finding in findings if finding.kind == kind]
        if found:
            between = " " if kind == "unreadable" else " = "  # which is why, or another image
            example = between.join(filter(None, found[0][1:]))
            print(f"warning: {KINDS[kind]}: {len(found):,}, first {example}")


if __name__ == "__main__":
    run(main)
