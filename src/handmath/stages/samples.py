"""Stage `samples`: the tensors → Figure 1, 16 of them, and Figure 2, how many of each class."""

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import dataset
from handmath.figures import thumbnails


def main() -> None:
    """Show what the network will learn from."""
    p = params.load()
    images = dataset.path(p.model)
    classes = dataset.classes(images)
    train = dataset.read("train", images)
    chosen = thumbnails.choose(len(train.labels), p.seed)
    thumbnails.draw(
        "plots/samples.png",
        train.images[chosen],
        [classes[label] for label in train.labels[chosen]],
    )
    labels = {split: dataset.read_labels(split, images) for split in dataset.SPLITS}
    counts = [
        (name, split, int((of_split == label).sum()))
        for label, name in enumerate(classes)
        for split, of_split in labels.items()
    ]
    files.write_csv("plots/classes.csv", ["class", "split", "images"], counts)


if __name__ == "__main__":
    run(main)
