"""Figures that say how good a model is, and how far they can be trusted."""

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

CALIBRATION_BINS = 15


def accuracy(name: str, correct: np.ndarray) -> dict[str, float]:
    """The share of correct predictions, bool [N], with its 95% interval.

    Returns:
        `name`, `name_low` and `name_high`; the bounds are Wilson's (1927) score interval. Nothing
        where N is 0.
    """
    if not len(correct):
        return {}
    test = binomtest(int(correct.sum()), len(correct))
    interval = test.proportion_ci(confidence_level=0.95, method="wilson")
    values = {name: test.statistic, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return {key: float(value) for key, value in values.items()}


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


def confusion(labels: np.ndarray, predicted: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Count every pair of true and predicted class, also those that never occur.

    `labels` and `predicted` are int [N], indices into `classes`. The table has a row for each pair:
    `true`, `predicted`, `count`.
    """
    counts = confusion_matrix(labels, predicted, labels=range(len(classes)))
    pairs = pd.MultiIndex.from_product([classes, classes], names=["true", "predicted"])
    return pd.Series(counts.ravel(), index=pairs, name="count").reset_index()
