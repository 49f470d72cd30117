"""The best path through a line: which groups are symbols, and of which class."""

import math

import numpy as np

from handmath.data import alphabet
from handmath.reading import segment
from handmath.reading.classify import NOTHING
from handmath.reading.grammar import grammar
from handmath.reading.segment import Pieces

CHOICES = 3  # classes of a group that grammar may choose from
SMALL = 0.15  # of the line's height: a piece of ink this small may be left out
SLASH = 0.33  # radians: a slash leans so much, and so much more than other straight strokes …
BAR = 0.2  # … and a stroke that leans little, and no more than this beside the others, is none
STRAY = math.log(0.002)  # what leaving out a piece of ink costs


def tell_slashes(
    found: Pieces, groups: list[segment.Group], scores: np.ndarray, classes: list[str]
) -> np.ndarray:
    """Tell a slash from a 1 by how far it leans beside the line's other straight strokes.

    One hand's 1 is another's slash: a box alone does not tell.

    Returns:
        The `scores`, as of `best_path`; where a stroke clearly is the one or the other, the better
        of the two is that one's.
    """
    scores = scores.copy()
    named = alphabet.by_character(classes)
    if "1" not in named or not named.keys() & {"/", "÷"}:
        return scores
    pair = [classes.index(named["1"]), classes.index(named.get("/") or named["÷"])]
    leans = {
        index: lean
        for index, group in enumerate(groups)
        if group.last == group.first + 1 and (lean := segment.lean(found, group)) is not None
    }
    for index, lean in leans.items():
        others = [other for number, other in leans.items() if number != index]
        if not others:
            continue
        beyond = lean - float(np.median(others))
        worse, better = np.sort(scores[index, pair])
        if lean > SLASH and beyond > SLASH:
            scores[index, pair] = worse, better
        elif lean < SLASH and beyond < BAR:
            scores[index, pair] = better, worse
    return scores


def best_path(
    found: Pieces, groups: list[segment.Group], scores: np.ndarray, classes: list[str]
) -> list[tuple[int, int]]:
    """Choose groups that share the pieces out among them, and a class for each (Viterbi).

    Args:
        found: the pieces.
        groups: of neighbouring pieces.
        scores: float64 [groups, classes], logarithms of probabilities.
        classes: their names.

    Returns:
        Index of a group and of its class, from left to right.
    """
    nothing = classes.index(NOTHING)
    # After so many pieces, by the last class: the best score, and the way there.
    ways: list[dict[int, tuple[float, tuple[tuple[int, int], ...]]]] = [
        {} for _ in range(len(found.boxes) + 1)
    ]
    ways[0][nothing] = (0.0, ())
    starting: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        starting.setdefault(group.first, []).append(index)
    for first, before in enumerate(ways[:-1]):
        for index in starting[first]:
            group = groups[index]
            after = ways[group.last]
            for label in np.argsort(-scores[index], kind="stable")[:CHOICES].tolist():
                if label == nothing:
                    continue
                for last, (score, way) in before.items():
                    total = score + scores[index, label] + grammar(classes[last], classes[label])
                    if label not in after or total > after[label][0]:
                        after[label] = (total, (*way, (index, label)))
            piece = found.boxes[first]
            small = max(piece[2] - piece[0], piece[3] - piece[1]) < SMALL * found.height
            if group.last == first + 1 and small:  # dust
                for last, (score, way) in before.items():
                    total = score + scores[index, nothing] + STRAY
                    if last not in after or total > after[last][0]:
                        after[last] = (total, way)
    ended = {
        last: (score + grammar(classes[last], NOTHING), way)
        for last, (score, way) in ways[-1].items()
    }
    return list(max(ended.values())[1])
