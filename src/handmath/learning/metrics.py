"""Figures that say how good a model is, and how far they can be trusted."""

import itertools

import numpy as np
import pandas as pd
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from handmath.data.interval import wilson

CALIBRATION_BINS = 15
TOLD_APART = 0.5  # Youden's J of two classes


def accuracy(name: str, correct: np.ndarray) -> dict[str, float]:
    """The share of correct predictions, bool [N], with its 95% interval.

    Returns:
        `name`, `name_low` and `name_high`; the bounds are Wilson's (1927) score interval. Nothing
        where N is 0.
    """
    if not len(correct):
        return {}
    low, high = wilson(int(correct.sum()), len(correct))
    return {name: float(correct.mean()), f"{name}_low": low, f"{name}_high": high}


def expected_calibration_error(confidence: np.ndarray, correct: np.ndarray) -> float:
    """How far confidence is from accuracy, in [0, 1], on average over the images.

    Guo et al., "On Calibration of Modern Neural Networks" (2017), equation 3, with 15 bins of equal
    width.

    Args:
        confidence: float [N] in [0, 1], the probability of the predicted class.
        correct: bool [N].
    """
    accuracies, confidences = calibration_curve(correct, confidence, n_bins=CALIBRATION_BINS)
    # The curve leaves empty bins out, and its bins close on the right.
    edges = np.linspace(0, 1, CALIBRATION_BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=CALIBRATION_BINS)
    weights = counts[counts > 0] / len(confidence)
    return float((weights * np.abs(accuracies - confidences)).sum())


def per_class(labels: np.ndarray, predicted: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Precision, recall and F1 of each class; 0 where a class never occurs or is never predicted.

    `labels` and `predicted` are int [N], indices into `classes`. The table has a row for each
    class: `class`, `precision`, `recall`, `f1`, `images`.
    """
    precision, recall, f1, images = precision_recall_fscore_support(
        labels, predicted, labels=range(len(classes)), zero_division=0
    )
    values = {"precision": precision, "recall": recall, "f1": f1}
    return pd.DataFrame(
        {"class": classes, **{key: v.round(6) for key, v in values.items()}, "images": images}
    )


def lookalikes(confusion: pd.DataFrame) -> pd.DataFrame:
    """The pairs of classes that the model hardly tells apart, such as a letter o and a zero.

    `confusion` is what the function of that name returns. Of the images of two classes that are
    taken for one of the two, Youden's J, "Index for Rating Diagnostic Tests" (1950), is the sum
    of both classes' recalls less 1: 1 if they are always told apart, 0 if by guessing. The table
    has a row for each pair of less than `TOLD_APART`, the least first: `class`, `other`,
    `youden_j`, and `confused`, how many images are taken for the other class.
    """
    classes = confusion["true"].unique()
    counts = confusion["count"].to_numpy().reshape(len(classes), len(classes))
    rows = []
    for a, b in itertools.combinations(range(len(classes)), 2):
        pair = counts[np.ix_([a, b], [a, b])]
        if (images := pair.sum(axis=1)).all():
            j = (pair.diagonal() / images).sum() - 1
            rows.append((classes[a], classes[b], round(float(j), 6), pair[0, 1] + pair[1, 0]))
    table = pd.DataFrame(rows, columns=["class", "other", "youden_j", "confused"])
    return table[table["youden_j"] < TOLD_APART].sort_values("youden_j", kind="stable")


def confusion(labels: np.ndarray, predicted: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Count every pair of true and predicted class, also those that never occur.

    `labels` and `predicted` are int [N], indices into `classes`. The table has a row for each pair:
    `true`, `predicted`, `count`.
    """
    counts = confusion_matrix(labels, predicted, labels=range(len(classes)))
    pairs = pd.MultiIndex.from_product([classes, classes], names=["true", "predicted"])
    return pd.Series(counts.ravel(), index=pairs, name="count").reset_index()
