"""Suspected labels, on probabilities that can be followed by hand."""

import numpy as np

from handmath.commands.label_errors import suspects


def test_the_least_likely_label_comes_first() -> None:
    probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.1, 0.9], [0.0, 1.0], [0.6, 0.4]])
    labels = np.array([0, 0, 0, 1, 1])
    assert suspects(probabilities, labels).tolist() == [2, 1, 4]


def test_nothing_to_suspect() -> None:
    assert suspects(np.eye(3), np.arange(3)).tolist() == []
