"""Figures that are computed, against ones worked out by hand."""

import numpy as np
import pandas as pd

from handmath.evaluate import confusion
from handmath.heatmap import chosen


def test_confusion_counts_every_pair() -> None:
    table = confusion(np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 2, 2, 0]), ["a", "b", "c"])
    assert table.columns.tolist() == ["true", "predicted", "count"]
    counts = {(true, predicted): count for true, predicted, count in table.itertuples(index=False)}
    assert counts == {
        ("a", "a"): 1,
        ("a", "b"): 1,
        ("a", "c"): 0,
        ("b", "a"): 0,
        ("b", "b"): 1,
        ("b", "c"): 0,
        ("c", "a"): 1,
        ("c", "b"): 0,
        ("c", "c"): 2,
    }


def test_the_chosen_cell_is_the_cheapest_of_the_best() -> None:
    accuracy = pd.DataFrame({0.001: [0.5, 0.9], 0.01: [0.7, 0.9]}, index=[1, 3])
    assert chosen(accuracy) == (1, 0)
    accuracy.loc[1, 0.01] = 0.9
    assert chosen(accuracy) == (0, 1)
