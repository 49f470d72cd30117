"""Confident learning on probabilities that can be followed by hand."""

import numpy as np

from handmath.label_errors import suspects


def test_hand_computed() -> None:
    """Means of the own class: 0.6 for class 0 (of 0.9, 0.8, 0.1), 0.7 for class 1 (0.9, 0.5)."""
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.5, 0.5]])
    labels = np.array([0, 0, 0, 1, 1])
    assert suspects(probabilities, labels) == [(2, 1)]


def test_the_least_probable_label_comes_first() -> None:
    probabilities = np.array([[1.0, 0.0], [0.3, 0.7], [0.05, 0.95], [0.0, 1.0], [0.5, 0.5]])
    labels = np.array([0, 0, 0, 1, 1])
    # Means: (1 + 0.3 + 0.05) / 3 = 0.45 and (1 + 0.5) / 2 = 0.75. The second is below both; of the
    # last, class 0 reaches its mean though its label does not.
    assert suspects(probabilities, labels) == [(2, 1), (4, 0)]


def test_a_class_without_images_is_never_proposed() -> None:
    probabilities = np.array([[0.1, 0.9], [0.2, 0.8]])
    assert suspects(probabilities, np.array([0, 0])) == []
