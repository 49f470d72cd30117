"""Figures that are computed, against ones worked out by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from handmath.base.errors import InputError
from handmath.data.interval import wilson
from handmath.figures.heatmap import chosen
from handmath.learning import metrics
from handmath.stages import heatmap
from handmath.stages.evaluate import most_confused


def test_accuracy_with_wilsons_interval() -> None:
    """8 of 10: centre (8 + 1.9208) / (10 + 3.8415), as in Wilson's formula with z = 1.959964."""
    z2 = 1.959964**2
    centre = (8 + z2 / 2) / (10 + z2)
    half = (1.959964 / (10 + z2)) * np.sqrt(8 * 2 / 10 + z2 / 4)
    found = metrics.accuracy("a", np.array([True] * 8 + [False] * 2))
    assert found == {
        "a": 0.8,
        "a_low": pytest.approx(centre - half, abs=2e-6),
        "a_high": pytest.approx(centre + half, abs=2e-6),
    }


def test_accuracy_of_nothing() -> None:
    assert metrics.accuracy("a", np.array([], dtype=bool)) == {}


def test_calibration_error() -> None:
    """Bins of 1/15: 0.95 and 0.97 in the last one (half right), 0.50 in the eighth (right)."""
    confidence = np.array([0.95, 0.97, 0.50, 0.50])
    correct = np.array([True, False, True, True])
    expected = 2 / 4 * abs(0.5 - 0.96) + 2 / 4 * abs(1 - 0.5)
    assert metrics.expected_calibration_error(confidence, correct) == pytest.approx(expected)


def test_calibration_error_on_the_edges_of_bins() -> None:
    confidence = np.array([0.0, 1.0, 1 / 15, 2 / 15, 1.0])
    correct = np.array([False, True, False, False, True])
    # 0 and 1/15 share the first bin, 2/15 is in the second, 1 in the last.
    expected = 2 / 5 * (1 / 30) + 1 / 5 * (2 / 15) + 0
    assert metrics.expected_calibration_error(confidence, correct) == pytest.approx(expected)


def test_reliability_of_each_bin() -> None:
    confidence = np.array([0.97, 0.5, 0.95, 0.99])
    correct = np.array([True, False, True, False])
    middle, top = metrics.reliability(confidence, correct)
    assert [*middle] == pytest.approx([0.5, 0, *wilson(0, 1), 1], abs=1e-6)
    assert [*top] == pytest.approx([0.97, 2 / 3, *wilson(2, 3), 3], abs=1e-6)


LABELS, PREDICTED = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 2, 2, 0])


def test_per_class() -> None:
    scores = metrics.per_class(metrics.confusion(LABELS, PREDICTED, 4))
    assert scores.precision.tolist() == [0.5, 0.5, 1, 0]
    assert scores.recall.tolist() == [0.5, 1, 0.666667, 0]
    assert scores.f1.tolist() == [0.5, 0.666667, 0.8, 0]
    assert scores.images.tolist() == [2, 1, 3, 0]


def test_scores_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(5, size=(2, 300))
    confidence, right = rng.random(300).astype(np.float32).astype(float), labels == predicted
    confusion = metrics.confusion(labels, predicted, 6)
    assert np.array_equal(confusion, confusion_matrix(labels, predicted, labels=range(6)))
    expected = precision_recall_fscore_support(labels, predicted, labels=range(6), zero_division=0)
    for own, of_theirs in zip(metrics.per_class(confusion), expected, strict=True):
        assert own.tolist() == of_theirs.round(6).tolist()
    accuracies, confidences = calibration_curve(right, confidence, n_bins=15)
    counts = np.histogram(confidence, bins=15, range=(0, 1))[0]
    error = (counts * np.abs(accuracies - confidences)).sum() / 300
    assert metrics.expected_calibration_error(confidence, right) == pytest.approx(error)
    points = metrics.reliability(confidence, right)
    assert [point.confidence for point in points] == confidences.round(6).tolist()
    assert [point.right for point in points] == accuracies.round(6).tolist()
    assert [point.total for point in points] == counts.tolist()


def test_classes_hardly_told_apart() -> None:
    """Of a and b: recalls 1/2 and 1/3. Of a and c: 1 and 3/4. No d is taken for one of a pair."""
    classes = ["a", "b", "c", "d"]
    labels = np.array([0] * 2 + [1] * 3 + [2] * 4 + [3])
    predicted = np.array([0, 1, 0, 0, 1, 2, 2, 2, 0, 0])
    pairs = metrics.lookalikes(metrics.confusion(labels, predicted, 4), classes)
    assert pairs == [("a", "b", pytest.approx(1 / 2 + 1 / 3 - 1, abs=1e-6), 3), ("a", "d", 0.0, 1)]
    assert metrics.lookalikes(metrics.confusion(labels, labels, 4), classes) == []


def test_confusion_counts_every_pair() -> None:
    counts = metrics.confusion(LABELS, PREDICTED, 3)
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 2]]


def test_the_chosen_cell_is_the_cheapest_of_the_best() -> None:
    accuracy = pd.DataFrame({0.001: [0.5, 0.9], 0.01: [0.7, 0.9]}, index=[1, 3])
    assert chosen(accuracy) == (1, 0)
    accuracy.loc[1, 0.01] = 0.9
    assert chosen(accuracy) == (0, 1)


def test_without_a_sweep_the_stage_that_makes_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"plots/sweep.csv is missing; `dvc repro sweep`"):
        heatmap.main()


def test_the_most_confused_pair_comes_first() -> None:
    labels = np.array([0, 1, 2, 2, 1, 0, 2, 2, 2])
    predicted = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0])
    assert most_confused(labels, predicted).tolist() == [2, 3, 6, 7, 0, 4]
    assert most_confused(labels, labels).tolist() == []
