"""Figures that say how good a model is, and how far they can be trusted."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

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
    bins = _bins(confidence)
    right, expected = np.bincount(bins, correct), np.bincount(bins, confidence)
    return float(np.abs(right - expected).sum() / len(confidence))


class Confidence(NamedTuple):
    """Predictions of about one confidence, to six digits: a point of a reliability diagram.

    confidence: their mean.
    right, right_low, right_high: the share that is correct, and Wilson's (1927) interval of it.
    total: how many there are.
    """

    confidence: float
    right: float
    right_low: float
    right_high: float
    total: int


def reliability(confidence: np.ndarray, correct: np.ndarray) -> list[Confidence]:
    """Say how often predictions of each confidence are right.

    Args:
        confidence: float [N] in [0, 1], the probability of what is predicted.
        correct: bool [N].

    Returns:
        Those of `expected_calibration_error`'s bins that are not empty, the least confident first.
    """
    bins = _bins(confidence)
    found = []
    for number in np.unique(bins):
        here = bins == number
        right, total = int(correct[here].sum()), int(here.sum())
        mean, share = float(confidence[here].mean()), right / total
        mean, share, low, high = (round(x, 6) for x in (mean, share, *wilson(right, total)))
        found.append(Confidence(mean, share, low, high, total))
    return found


def _bins(confidence: np.ndarray) -> np.ndarray:
    """Which of `CALIBRATION_BINS` of equal width each is in; they close on the right: int64 [N]."""
    edges = np.linspace(0, 1, CALIBRATION_BINS + 1)
    return np.searchsorted(edges[1:-1], confidence)


def confusion(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Count every pair of true and predicted class: int64 [classes, classes], a row for each true.

    `labels` and `predicted` are int [N], below `classes`.
    """
    counts = np.bincount(labels * classes + predicted, minlength=classes**2)
    return counts.reshape(classes, classes)


class PerClass(NamedTuple):
    """Of each class, float64 [classes] in [0, 1]; and how many images are truly of it, int64."""

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    images: np.ndarray


def per_class(confusion: np.ndarray) -> PerClass:
    """Precision, recall and F1, to six digits; 0 where a class never occurs or is never predicted.

    `confusion` is what the function of that name returns.
    """
    right, images, predicted = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    denominators = predicted, images, (predicted + images) / 2
    precision, recall, f1 = ((right / np.maximum(d, 0.5)).round(6) for d in denominators)
    return PerClass(precision, recall, f1, images)


class Lookalikes(NamedTuple):
    """Two classes, Youden's J of them, and how many images are taken for the other one."""

    one: str
    other: str
    youden_j: float
    confused: int


def lookalikes(confusion: np.ndarray, classes: Sequence[str]) -> list[Lookalikes]:
    """The pairs of classes that the model hardly tells apart, such as a letter o and a zero.

    `confusion` is what the function of that name returns. Of the images of two classes that are
    taken for one of the two, Youden's J, "Index for Rating Diagnostic Tests" (1950), is the sum
    of both classes' recalls less 1: 1 if they are always told apart, 0 if by guessing. Those of
    less than `TOLD_APART` are returned, the least first.
    """
    found = []
    for a, b in itertools.combinations(range(len(classes)), 2):
        pair = confusion[np.ix_([a, b], [a, b])]
        if (images := pair.sum(axis=1)).all():
            j = round(float((pair.diagonal() / images).sum() - 1), 6)
            if j < TOLD_APART:
                found.append(Lookalikes(classes[a], classes[b], j, int(pair[0, 1] + pair[1, 0])))
    return sorted(found, key=lambda pair: pair.youden_j)
