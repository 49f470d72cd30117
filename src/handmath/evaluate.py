"""Stage `evaluate`: the model on the test images → metrics, confusion matrix, Figure 6."""

import numpy as np
import pandas as pd
import torch

from handmath import figures, files, params, symbols, training
from handmath.errors import run
from handmath.model import Model


def main() -> None:
    """Score the trained model on the test images and show where it errs."""
    model = Model.read()
    test = symbols.read("test")
    score = training.score(model, test)
    files.write_json(
        "metrics/test.json", {"accuracy": round(score.accuracy, 6), "loss": round(score.loss, 6)}
    )

    predicted = training.predict(model, torch.from_numpy(test.images)).argmax(dim=1).numpy()
    files.write_csv("plots/confusion.csv", confusion(test.labels, predicted, model.classes))

    chosen = figures.choose(len(test.labels), params.load().seed)
    pairs = [
        (model.classes[true], model.classes[guess])
        for true, guess in zip(test.labels[chosen], predicted[chosen], strict=True)
    ]
    figures.thumbnails(
        "plots/predictions.png",
        "Figure 6. Test images with true and predicted class",
        test.images[chosen],
        [f"true: {true}\npredicted: {guess}" for true, guess in pairs],
        wrong=[true != guess for true, guess in pairs],
    )


def confusion(labels: np.ndarray, predicted: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Count every pair of true and predicted class, also those that never occur.

    `labels` and `predicted` are int [N], indices into `classes`. The table has a row for each pair:
    `true`, `predicted`, `count`.
    """
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (labels, predicted), 1)
    pairs = pd.MultiIndex.from_product([classes, classes], names=["true", "predicted"])
    return pd.Series(counts.ravel(), index=pairs, name="count").reset_index()


if __name__ == "__main__":
    run(main)
