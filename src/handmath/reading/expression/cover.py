"""Which groups are the symbols: those that share the pieces out among them most probably."""

from collections.abc import Sequence

import numpy as np

from handmath.data import alphabet
from handmath.reading.classify import REJECT
from handmath.reading.expression.groups import Group

BEAM = 12  # ways that are kept of those that have the same pieces still to share out
# Added for each symbol: logarithms of ratios, chosen on CROHME's training expressions
SYMBOL = 0.8  # so that more symbols, whose probabilities are multiplied, are not less likely
PART = -1.5  # for a symbol that touches another one, for few do
# … of a symbol of several components:
STACKED = {"=": 1.5, "±": 1.0}  # for a minus hardly ever stands right above or below another sign
ROOT = -2.0  # or it takes what stands under it for a part of it


def cover(
    groups: Sequence[Group], scores: np.ndarray, classes: Sequence[str], origin: Sequence[int]
) -> list[int]:
    """Choose groups so that each piece is in one of them.

    From the leftmost piece on, each way takes a group whose first piece is the first one that no
    group of it has; of the ways at one piece the `BEAM` likeliest go on.

    Args:
        groups: every piece alone among them.
        scores: float64 [groups, classes], logarithms of probabilities.
        classes: names of the columns; `REJECT` is no symbol.
        origin: of each piece, the number of its connected component.

    Returns:
        Indices of the groups, from left to right.
    """
    best = gains(groups, scores, classes, origin).tolist()
    masks = [sum(1 << member for member in group.members) for group in groups]
    starting: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        starting.setdefault(group.members[0], []).append(index)
    count = max(starting) + 1 if starting else 0
    # By the first piece that is not shared out, the ways there: what is, the score, the groups.
    ways: list[dict[int, tuple[float, tuple[int, ...]]]] = [{} for _ in range(count + 1)]
    ways[0][0] = (0.0, ())
    for piece in range(count):
        likeliest = sorted(ways[piece].items(), key=lambda way: -way[1][0])[:BEAM]
        for taken, (score, chosen) in likeliest:
            for index in starting[piece]:
                if taken & masks[index]:
                    continue
                after = taken | masks[index]
                free = (~after & (after + 1)).bit_length() - 1
                total = score + best[index]
                if after not in ways[free] or total > ways[free][after][0]:
                    ways[free][after] = (total, (*chosen, index))
    return list(max(ways[count].values())[1]) if count else []


def gains(
    groups: Sequence[Group], scores: np.ndarray, classes: Sequence[str], origin: Sequence[int]
) -> np.ndarray:
    """What each group adds to the score of a way as the symbol that it is most likely to be.

    Arguments as of `cover`; float64 [groups].
    """
    symbols = [index for index, name in enumerate(classes) if name != REJECT]
    characters = [alphabet.character(classes[index]) for index in symbols]
    part = np.array([group.part for group in groups], dtype=np.float64)
    several = np.array([len({origin[piece] for piece in group.members}) > 1 for group in groups])
    joint = [ROOT if character == "√" else STACKED.get(character, 0.0) for character in characters]
    own = scores[:, symbols] + several[:, None] * np.array(joint)
    best: np.ndarray = own.max(axis=1) + SYMBOL + PART * part
    return best
