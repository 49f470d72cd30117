"""Stage `evaluate`: the model on the test images → metrics, confusion matrix, Figure 6."""

import itertools

import numpy as np

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import dataset
from handmath.figures import thumbnails
from handmath.learning import metrics, training
from handmath.learning.checkpoint import Model

PER_PAIR = 4  # thumbnails of each confused pair, a row


def main() -> None:
    """Score the trained model on the test images and show where it errs."""
    model = Model.read()
    images = dataset.path(model.name)
    test = model.test_images()
    probabilities = training.predict(model, test).softmax(dim=1).numpy()
    predicted = probabilities.argmax(axis=1)
    correct = predicted == test.labels
    confusion = metrics.confusion(test.labels, predicted, len(model.classes))
    scores = metrics.per_class(confusion)
    confidence = probabilities.max(axis=1).astype(np.float64)

    values = {
        **metrics.accuracy("accuracy", correct),
        **metrics.accuracy("accuracy_unleaked", correct[~dataset.read_leaked(images)]),
        "macro_f1": scores.f1[scores.images > 0].mean(),
        "loss": training.score(model, test).loss,
        "calibration_error": metrics.expected_calibration_error(confidence, correct),
    }
    files.write_json("metrics/test.json", {k: round(float(v), 6) for k, v in values.items()})
    columns = ["class", *scores._fields]
    files.write_csv("plots/per_class.csv", columns, zip(model.classes, *scores, strict=True))
    pairs = itertools.product(model.classes, repeat=2)
    counts = [(*pair, count) for pair, count in zip(pairs, confusion.flat, strict=True)]
    files.write_csv("plots/confusion.csv", ["true", "predicted", "count"], counts)
    lookalikes = metrics.lookalikes(confusion, model.classes)
    columns = ["class", "other", "youden_j", "confused"]
    files.write_csv("plots/lookalikes.csv", columns, lookalikes)
    for pair in lookalikes:
        print(f"hardly told apart: {pair.one} and {pair.other} (see plots/lookalikes.csv)")

    def titles(indices: np.ndarray) -> list[str]:
        return [
            f"true: {model.classes[test.labels[i]]}\npredicted: {model.classes[predicted[i]]}"
            for i in indices
        ]

    chosen = thumbnails.choose(len(test.labels), params.load().seed)
    thumbnails.draw(
        "plots/predictions.png",
        test.images[chosen],
        titles(chosen),
        wrong=~correct[chosen],
    )
    misses = most_confused(test.labels, predicted)[: thumbnails.THUMBNAILS]
    thumbnails.draw(
        "plots/misses.png",
        test.images[misses],
        titles(misses),
        wrong=~correct[misses],
    )


def most_confused(labels: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Indices of wrong predictions: the most frequent pair of classes first, up to 4 of each pair.

    `labels` and `predicted` are int [N].
    """
    misses = np.flatnonzero(labels != predicted)
    pairs = np.stack([labels[misses], predicted[misses]], axis=1)
    _, pair, counts = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    order = np.lexsort((misses, pair, -counts[pair]))
    earlier_of_pair = [np.sum(pair[order[:i]] == pair[order[i]]) for i in range(len(order))]
    return misses[order[np.array(earlier_of_pair, dtype=int) < PER_PAIR]]


if __name__ == "__main__":
    run(main)
