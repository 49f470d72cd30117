"""The best path through a line: which hypotheses are symbols, and of which class."""

import numpy as np

from handmath.reading.classify import REJECT
from handmath.reading.grammar import grammar
from handmath.reading.segment import Components, Hypothesis
from handmath.reading.thresholds import THRESHOLDS


def viterbi(
    components: Components,
    hypotheses: list[Hypothesis],
    scores: np.ndarray,
    classes: list[str],
) -> list[tuple[int, int]]:
    """Choose hypotheses that share the components out among them, and a class for each.

    The path of the highest score (Viterbi, 1967); of each hypothesis the `beam` best classes count.

    Args:
        components: of the line.
        hypotheses: segmentation hypotheses, by their first component.
        scores: float64 [hypotheses, classes], logarithms of probabilities.
        classes: their names.

    Returns:
        Index of a hypothesis and of its class, from left to right.
    """
    reject = classes.index(REJECT)
    # After so many components, by the last class: the best score, and the way there.
    ways: list[dict[int, tuple[float, tuple[tuple[int, int], ...]]]] = [
        {} for _ in range(len(components.boxes) + 1)
    ]
    ways[0][reject] = (0.0, ())
    starting: dict[int, list[int]] = {}
    for index, hypothesis in enumerate(hypotheses):
        starting.setdefault(hypothesis.first, []).append(index)
    for first, before in enumerate(ways[:-1]):
        for index in starting[first]:
            hypothesis = hypotheses[index]
            after = ways[hypothesis.last]
            for label in np.argsort(-scores[index], kind="stable")[: THRESHOLDS.beam].tolist():
                if label == reject:
                    continue
                for last, (score, way) in before.items():
                    total = score + scores[index, label] + grammar(classes[last], classes[label])
                    if label not in after or total > after[label][0]:
                        after[label] = (total, (*way, (index, label)))
            if hypothesis.last == first + 1 and is_speck(components, first):
                for last, (score, way) in before.items():
                    total = score + scores[index, reject] + THRESHOLDS.stray
                    if last not in after or total > after[last][0]:
                        after[last] = (total, way)
    ended = {
        last: (score + grammar(classes[last], REJECT), way)
        for last, (score, way) in ways[-1].items()
    }
    return list(max(ended.values())[1])


def is_speck(components: Components, index: int) -> bool:
    """Whether a component is so small that it may be left out."""
    left, top, right, bottom = components.boxes[index]
    return bool(max(right - left, bottom - top) < THRESHOLDS.speck * components.height)
