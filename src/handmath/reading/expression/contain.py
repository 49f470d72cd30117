"""Which symbols stand above, below or inside which fraction bar, root, sum, integral or limit.

A perceptron says of each pair of a container and a symbol where the symbol stands. Then each symbol
goes to where the containers, one inside another, agree best with what was said of its pairs.
"""

import math
from typing import Literal, NamedTuple, get_args

import numpy as np

from handmath.data import typography
from handmath.reading.exact import log_softmax
from handmath.reading.expression.perceptron import Perceptron
from handmath.reading.expression.sketch import CONTAINERS, Sketch

Side = Literal["none", "above", "below", "inside"]
SIDES: tuple[Side, ...] = get_args(Side)
NEVER = -1e9  # a logarithm of no probability
_MINUS, _ROOT = typography.CLASSES.index("minus"), typography.CLASSES.index("root")
_FAR = 9.0  # counts, and distances in sizes of the writing, are kept within this
_MARGIN = 0.1  # how far a symbol's middle may stand beyond a bar's end, in sizes of the writing


class Region(NamedTuple):
    """Where a row of symbols stands: a side of a container, or on the paper (-1, "none")."""

    container: int
    side: Side


PAPER = Region(-1, "none")


def allowed(sketch: Sketch) -> np.ndarray:
    """Bool [containers, 4]: which of `SIDES` a container has: a root has no below."""
    return np.array(
        [
            [True, True, sketch.kinds[c] != _ROOT, sketch.kinds[c] == _ROOT]
            for c in sketch.containers
        ]
    ).reshape(-1, 4)


def features(sketch: Sketch) -> np.ndarray:
    """What a perceptron is told of pairs, float64 [containers, N, features]."""
    s, unit = sketch, sketch.unit
    of = np.array(sketch.containers, dtype=np.intp)
    count = len(s.labels)
    small = _MARGIN * unit
    left, top, right, bottom = s.boxes.T
    c_left, c_top, c_right, c_bottom, c_x, c_y, c_width, c_height = (
        values[of, None] for values in (left, top, right, bottom, s.x, s.y, s.width, s.height)
    )
    apart = np.arange(count) != of[:, None]
    over = (s.x > c_left - small) & (s.x < c_right + small) & apart
    up, down = over & (s.y < c_y), over & (s.y > c_y)
    gap_up = np.where(up, c_top - bottom, np.inf).min(axis=1, keepdims=True)
    gap_down = np.where(down, top - c_bottom, np.inf).min(axis=1, keepdims=True)
    lap = np.minimum(right, c_right) - np.maximum(left, c_left)

    kinds = np.array(s.kinds)
    bars, roots = np.flatnonzero(kinds == _MINUS), np.flatnonzero(kinds == _ROOT)
    third = apart[:, :, None] & (np.arange(count)[:, None] != np.arange(count))[None]
    third = third & (np.arange(count) != of[:, None])[:, None]  # neither the container nor j
    spans = (left - small < s.x[:, None]) & (s.x[:, None] < right + small)  # [j, k]
    low, high = np.minimum(c_y, s.y), np.maximum(c_y, s.y)
    between = (low[:, :, None] < s.y[bars]) & (s.y[bars] < high[:, :, None])
    between &= spans[:, bars] & third[:, :, bars]
    wider = between & (s.width[bars] > c_width)[:, None]
    across = between & ((left[bars] < c_x) & (c_x < right[bars]))[:, None]
    nearer = (s.width[of] < c_width)[:, None] & spans[:, of] & third[:, :, of]
    in_root = (left[roots] < s.x[:, None]) & (s.x[:, None] < right[roots])
    in_root &= (top[roots] < s.y[:, None]) & (s.y[:, None] < bottom[roots] + 2 * small)
    others = in_root & third[:, :, roots]
    shared = others & in_root[of][:, None]
    # Large operators that stand nearer to a symbol, and symbols of the same line in between.
    large = of[[s.kinds[c] not in {_MINUS, _ROOT} for c in s.containers]]
    distance = np.abs(s.x - c_x)
    closer = np.abs(s.x[:, None] - s.x[large])[None] < distance[:, :, None]
    closer = closer & third[:, :, large]
    blocking = (
        (np.abs(s.y - c_y) < 0.25 * np.maximum(c_height, unit)) & apart & (s.width > 0.3 * unit)
    )
    order = np.argsort(s.x, kind="stable")
    before = np.empty((len(of), count))
    before[:, order] = np.cumsum(blocking[:, order], axis=1) - blocking[:, order]
    here = before[np.arange(len(of)), of][:, None]
    blocked = np.where(s.x > c_x, before - here, here - before - blocking)

    c_kinds = kinds[of][:, None] == [typography.CLASSES.index(name) for name in CONTAINERS]
    j_kinds = kinds[:, None] == np.arange(len(typography.CLASSES))
    counts = (between, wider, across, nearer, others, shared, closer)
    columns = [
        lap / np.maximum(s.width, small), lap / np.maximum(c_width, small),
        (s.x - c_left) / unit, (c_right - s.x) / unit, (left - c_left) / unit,
        (c_right - right) / unit, (left - c_right) / unit, (s.x - c_x) / np.maximum(c_width, small),
        (s.y - c_y) / unit, (top - c_bottom) / unit, (bottom - c_top) / unit,
        (top - c_top) / unit, (bottom - c_bottom) / unit,
        (s.y - c_top) / np.maximum(c_height, small), (s.x - c_left) / np.maximum(c_height, small),
        c_width / unit, c_height / unit, s.width / unit, s.height / unit,
        s.width / np.maximum(c_width, small), over,
        up.sum(axis=1, keepdims=True), down.sum(axis=1, keepdims=True),
        gap_up / unit, gap_down / unit, *(found.sum(axis=2) for found in counts), blocked,
        *c_kinds.T[:, :, None], *j_kinds.T,
    ]  # fmt: skip
    shape = len(of), count
    stacked = np.stack([np.broadcast_to(column, shape) for column in columns], axis=2)
    return np.asarray(stacked, dtype=np.float64).clip(-_FAR, _FAR)


def contain(sketch: Sketch, perceptron: Perceptron) -> tuple[list[Region], float]:
    """Where each symbol stands, and the logarithm of how likely that is."""
    count, containers = len(sketch.labels), sketch.containers
    if not containers or count < 2:
        return [PAPER] * count, 0.0
    pairs = features(sketch)
    logits = perceptron(pairs.reshape(len(containers) * count, -1))
    logits = np.where(np.repeat(allowed(sketch), count, axis=0), logits, NEVER)
    chances = log_softmax(logits).reshape(len(containers), count, 4)
    chances = np.maximum(chances, -20.0) - np.maximum(chances[:, :, :1], -20.0)
    return _Placing(sketch, chances).settled()


class _Placing:
    """The search for regions.

    Attributes:
        gains: by container, float64 [4, N]: how much likelier each side is than none, as
            logarithms.
        order: containers, those that stand in fewer others first.
        pinned: where a symbol is put although another place is likelier.
    """

    def __init__(self, sketch: Sketch, chances: np.ndarray) -> None:
        self.sketch = sketch
        self.gains = {c: of.T for c, of in zip(sketch.containers, chances, strict=True)}
        inside = (chances[:, :, 1:].max(axis=2) > 0).sum(axis=0)
        width = sketch.width
        self.order = sorted(self.gains, key=lambda c: (inside[c], -width[c], c))
        self.pinned: dict[int, Region] = {}

    def settled(self) -> tuple[list[Region], float]:
        """The regions, once each bar has something on both sides or on none."""
        while True:
            regions, gain = self._placed()
            held = {*regions}
            uneven = [
                bar
                for bar in self.order
                if self.sketch.kinds[bar] == _MINUS
                and (Region(bar, "above") in held) != (Region(bar, "below") in held)
            ]
            if not uneven:
                return regions, gain
            for bar in uneven:
                self._mend(bar, regions)

    def _placed(self) -> tuple[list[Region], float]:
        """Each symbol where it gains most, the containers first, the outer before the inner."""
        count = len(self.sketch.labels)
        names = [PAPER]
        table = np.zeros((1 + 2 * len(self.order), count))  # what each symbol gains by each region
        chosen = [0] * count
        for c in self.order:
            chosen[c] = self._choice(c, names, table)
            last: Side = "inside" if self.sketch.kinds[c] == _ROOT else "below"
            for side in ("above", last):
                table[len(names)] = table[chosen[c]] + self.gains[c][SIDES.index(side)]
                names.append(Region(c, side))
        for j in range(count):
            if j not in self.gains:
                chosen[j] = self._choice(j, names, table)
        gain = math.fsum(table[chosen, range(count)].tolist())
        return [names[at] for at in chosen], gain

    def _choice(self, symbol: int, names: list[Region], table: np.ndarray) -> int:
        """Index of the region that a symbol goes to."""
        if self.pinned.get(symbol) in names:
            return names.index(self.pinned[symbol])
        return int(table[: len(names), symbol].argmax())

    def _mend(self, bar: int, regions: list[Region]) -> None:
        """Put the likeliest symbol on a bar's empty side, or nothing above and below it."""
        gains = self.gains[bar]
        held = [(j, at.side) for j, at in enumerate(regions) if at.container == bar]
        empty = SIDES.index("below" if held[0][1] == "above" else "above")
        loss = math.fsum(gains[SIDES.index(side), j] for j, side in held)
        free = [j for j, at in enumerate(regions) if at == regions[bar] and j != bar]
        best = max(free, key=lambda j: gains[empty, j], default=bar)
        if best != bar and best not in self.pinned and gains[empty, best] + loss > 0:
            self.pinned[best] = Region(bar, SIDES[empty])
        else:
            self.order.remove(bar)
            del self.gains[bar]
