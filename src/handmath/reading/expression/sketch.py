"""What is measured of an expression's symbols: sizes, middles, how large the writing is."""

from collections.abc import Sequence

import numpy as np

from handmath.data import typography

Boxes = Sequence[Sequence[float]] | np.ndarray
"""A box a symbol: left, top, right, bottom; y grows downwards."""

CONTAINERS = ("minus", "root", "sum", "integral", "limit")
"""Ways to stand of the symbols that other symbols may stand above, below or inside of."""

_LEAST, _MOST = 0.2, 5.0  # the writing's size at a symbol, in sizes of the whole
_SMALLEST = 1e-3  # pixels


class Sketch:
    """Symbols, each with its box.

    Attributes:
        labels: class of each symbol.
        kinds: how each stands, as an index into `typography.CLASSES`.
        boxes: float64 [N, 4], left, top, right, bottom.
        x, y, width, height: float64 [N], middle and size of each box.
        unit: size of the writing, the height of a digit: the middle one of all symbols' own.
        units: of each symbol, what its own height says; `unit` where it says nothing.
        sized: whether its own height says something.
        middles: where each symbol's middle usually is, in digits' heights above the base line.
        peers: by symbol, height of the tallest one of its class.
        containers: indices of the symbols that others may stand above, below or inside of.
    """

    def __init__(self, labels: Sequence[str], boxes: Boxes) -> None:
        self.labels = tuple(labels)
        self.boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        left, top, right, bottom = self.boxes.T
        self.x, self.y = (left + right) / 2, (top + bottom) / 2
        self.width, self.height = right - left, bottom - top
        stands = [typography.stand(label) for label in self.labels]
        names = [typography.class_of(label) for label in self.labels]
        self.kinds = [typography.CLASSES.index(name) for name in names]
        self.middles = [(stand.top + stand.bottom) / 2 for stand in stands]
        self.sized = [stand.sized for stand in stands]
        own = [
            height / (stand.top - stand.bottom)
            for stand, height in zip(stands, self.height.tolist(), strict=True)
        ]
        known = [size for size, sized in zip(own, self.sized, strict=True) if sized]
        self.unit = max(
            middle(known or np.maximum(self.height, self.width / 2).tolist()), _SMALLEST
        )
        self.units = [
            min(max(size, _LEAST * self.unit), _MOST * self.unit) if sized else self.unit
            for size, sized in zip(own, self.sized, strict=True)
        ]
        tallest: dict[str, float] = {}
        for label, height in zip(self.labels, self.height.tolist(), strict=True):
            tallest[label] = max(height, tallest.get(label, 0.0))
        self.peers = [tallest[label] for label in self.labels]
        self.containers = [i for i, name in enumerate(names) if name in CONTAINERS]


def middle(values: Sequence[float]) -> float:
    """The median; of an even number the upper one of the two."""
    return sorted(values)[len(values) // 2]
