"""Stage `samples`: the tensors → Figure 1, 16 of them, and Figure 2, how many of each class."""

import pandas as pd

from handmath import figures, files, params, symbols
from handmath.errors import run


def main() -> None:
    """Show what the network will learn from."""
    p = params.load()
    images = symbols.path(p.model)
    classes = symbols.classes(images)
    train = symbols.read("train", images)
    chosen = figures.choose(len(train.labels), p.seed)
    figures.thumbnails(
        "plots/samples.png",
        "Figure 1. Training images",
        train.images[chosen],
        [classes[label] for label in train.labels[chosen]],
    )
    labels = {split: symbols.read_labels(split, images) for split in symbols.SPLITS}
    counts = [
        (name, split, int((of_split == label).sum()))
        for label, name in enumerate(classes)
        for split, of_split in labels.items()
    ]
    files.write_csv("plots/classes.csv", pd.DataFrame(counts, columns=["class", "split", "images"]))


if __name__ == "__main__":
    run(main)
