"""How well a class of symbols stands where a symbol does: c and C, a comma and a 1.

The network sees how large a symbol is beside the whole expression, not where it stands. Once there
is a tree, the other symbols of its row say how large the writing is there and where its base line
is. `typography` says where the top and the bottom of each class usually are.
"""

from collections.abc import Sequence
from statistics import median

import numpy as np

from handmath.data import typography
from handmath.data.tree import Expression
from handmath.reading.expression.sketch import Boxes, Sketch, middle

# How far tops and bottoms usually are from there, in heights of a digit: standard deviations
SIZED = 0.2  # of symbols that are as high as the writing is large …
OTHERS = 0.3  # … and of the others
REACH = 6  # symbols to the left and to the right: what is further says less, for rows may slope
MOST = 6.0  # more is no less likely, for the tree may be wrong
# Ways to stand that say nothing about the base line: these symbols are as high as they please
_LOOSE = {
    "sum", "integral", "root", "opening", "closing", "stroke", "prime", "comma", "point", "dots",
}  # fmt: skip


def fit(tree: Expression, classes: Sequence[str], boxes: Boxes) -> np.ndarray:
    """Logarithms of how likely it is that each symbol, if it is of a class, stands where it does.

    Args:
        tree: of the symbols.
        classes: names of the columns.
        boxes: left, top, right, bottom of each symbol, in pixels.

    Returns:
        Float64 [N, classes], -`MOST` to 0; 0 where nothing beside a symbol tells.
    """
    sketch = Sketch(tree.labels, boxes)
    stands = [typography.stand(name) for name in classes]
    usual = np.array([(stand.top, stand.bottom) for stand in stands])
    spread = np.array([SIZED if stand.sized else OTHERS for stand in stands])
    found = np.zeros((len(tree.labels), len(classes)))
    for row in tree.rows():
        for at, symbol in enumerate(row):
            others = [*row[max(at - REACH, 0) : at], *row[at + 1 : at + 1 + REACH]]
            sizes = [sketch.units[other] for other in others if sketch.sized[other]]
            level = [one for one in others if typography.class_of(tree.labels[one]) not in _LOOSE]
            if not (sizes and level):
                continue
            size = middle(sizes)
            base = median([_base(sketch, other, size) for other in level])
            _, top, _, bottom = sketch.boxes[symbol].tolist()
            away = (base - np.array([top, bottom])) / size - usual
            squares = away * away
            found[symbol] = -np.minimum(
                (squares[:, 0] + squares[:, 1]) / (2 * spread * spread), MOST
            )
    return found


def _base(sketch: Sketch, symbol: int, size: float) -> float:
    """Where the base line is if a symbol stands as its class does; y grows downwards."""
    own = sketch.units[symbol] if sketch.sized[symbol] else size
    return float(sketch.y[symbol]) + sketch.middles[symbol] * own
