"""Symbols with boxes, whose classes are not sure → their labels and the tree that they form."""

from collections.abc import Sequence

import numpy as np

from handmath.data.tree import Expression
from handmath.reading.expression import place
from handmath.reading.expression.layout import Layout
from handmath.reading.expression.parse import parse
from handmath.reading.expression.sketch import Boxes


def read_tree(
    scores: np.ndarray, classes: Sequence[str], boxes: Boxes, layout: Layout
) -> tuple[Expression, float]:
    """The likeliest tree of symbols whose classes are not sure.

    They are parsed as what they look like most and get the labels that suit their neighbours in
    that tree; then those that also suit how high and how low they stand in it. Where labels change
    they are parsed again.

    Args:
        scores: float64 [N, classes], logarithms of each symbol's probabilities.
        classes: names of its columns.
        boxes: left, top, right, bottom of each symbol, in pixels.
        layout: what was learned of how symbols stand together.

    Returns:
        The tree, and the sum of the logarithms of its labels, its links and its geometry.
    """
    if not len(scores):
        return Expression((), ()), 0.0
    tree, score = parse([classes[at] for at in scores.argmax(axis=1)], boxes, layout)
    labels, _ = layout.bigram.relabel(scores, classes, tree)
    if tuple(labels) != tree.labels:
        tree, score = parse(labels, boxes, layout)
    placed = scores + place.fit(tree, classes, boxes)
    labels, likely = layout.bigram.relabel(placed, classes, tree)
    if tuple(labels) != tree.labels:
        tree, score = parse(labels, boxes, layout)
    return tree, likely + score
