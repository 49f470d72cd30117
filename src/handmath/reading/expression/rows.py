"""The symbols of one region, from left to right, as rows with their scripts.

Each symbol continues a row that is still open or begins a script on such a row's last symbol; a
beam search follows the likeliest ways. A perceptron weighs them: it is told of the row and of the
symbol, and answers how good a continuation, a superscript and a subscript would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from handmath.data import typography
from handmath.reading.exact import log_softmax
from handmath.reading.expression.perceptron import Perceptron
from handmath.reading.expression.sketch import Sketch, middle

Step = Literal["right", "sup", "sub"]
STEPS: tuple[Step, ...] = get_args(Step)
Edge = tuple[int, int, Step]
"""A symbol, its parent, and how it hangs on it."""
BEAM = 6
NEVER = -1e9  # a logarithm of no probability
DEEPEST = 4  # scripts of scripts
_RECENT = 5  # so many last symbols tell a row's size and base line
_SMALLER = 0.7  # a script's size to that of its row, where its own symbols do not say
_FAR = 9.0  # distances are kept within this, in sizes of the writing
_KINDS = {name: index for index, name in enumerate(typography.CLASSES)}
_OPENING, _CLOSING = _KINDS["opening"], _KINDS["closing"]
_LIMITED = {_KINDS[name] for name in ("sum", "integral", "limit")}  # their scripts are limits
_ONE_HOT = np.eye(len(_KINDS) + 1)[:, :-1].tolist()  # the last is no symbol at all


class Line:
    """The symbols of a region in the order of their middles.

    Attributes:
        members: indices of symbols, from left to right.
        extents: by symbol, the box around it and all that stands above, below and inside of it.
        habits: by symbol, how often its class has or begins scripts; see `Layout.habits`.
    """

    def __init__(
        self,
        sketch: Sketch,
        members: Sequence[int],
        extents: Sequence[Sequence[float]],
        habits: Sequence[Sequence[float]],
    ) -> None:
        self.sketch, self.extents, self.habits = sketch, extents, habits
        self.x, self.y, self.boxes = sketch.x.tolist(), sketch.y.tolist(), sketch.boxes.tolist()
        self.members = sorted(members, key=lambda j: (self.x[j], j))

    def size(self, symbol: int, otherwise: float) -> float:
        """Size of the writing by a symbol's own height, if that says anything."""
        return self.sketch.units[symbol] if self.sketch.sized[symbol] else otherwise

    def base(self, symbol: int, size: float) -> float:
        """Where the base line is if the writing at a symbol is of that size; y grows downwards."""
        y: float = self.y[symbol]
        return y + self.sketch.middles[symbol] * size


@dataclass(frozen=True, eq=False)
class Row:
    """A row that is being written.

    Attributes:
        last: its last symbol.
        scripts: whether that may have any.
        parent: the row that it hangs on, as that was; None of the first row.
        step: how it hangs on the parent's last symbol.
        depth: number of rows below it.
        usual: size of the writing if no symbol of it tells.
        sizes, bases: of its last few symbols: size of the writing, and y of the base line.
        length: number of its symbols.
        opened: number of its brackets that are open.
    """

    last: int
    scripts: bool
    parent: "Row | None"
    step: Step
    depth: int
    usual: float
    sizes: tuple[float, ...]
    bases: tuple[float, ...]
    length: int
    opened: int

    @property
    def size(self) -> float:
        """Height of a digit in it."""
        return middle(self.sizes) if self.sizes else self.usual

    @property
    def base(self) -> float:
        """Where its base line is."""
        total = 0.0
        for base in self.bases:
            total += base
        return total / len(self.bases)


@dataclass(frozen=True)
class State:
    """A way to read the symbols so far.

    Attributes:
        rows: those that are open, in the order in which they began.
        current: the one that the last symbol went to.
        edges: of all symbols but the first.
        score: logarithm of its probability.
    """

    rows: tuple[Row, ...]
    current: Row
    edges: tuple[Edge, ...] = ()
    score: float = 0.0

    def free(self) -> list[list[bool]]:
        """Of each open row, which of `STEPS` may be taken from it."""
        taken = {(row.parent, row.step) for row in self.rows}
        return [
            [True, *(row.scripts and (row, step) not in taken for step in STEPS[1:])]
            for row in self.rows
        ]


def read_rows(line: Line, perceptron: Perceptron) -> tuple[tuple[Edge, ...], float]:
    """The edges of all members but the first, and the logarithm of their probability."""
    beam = [start(line)]
    for place in range(1, len(line.members)):
        asked = [features(line, state, place) for state in beam]
        answers = perceptron(np.array([row for rows in asked for row in rows]))
        width = max(map(len, asked)) * len(STEPS)
        logits = np.full((len(beam), width), NEVER)
        done = 0
        for state, rows, of in zip(beam, asked, logits, strict=True):
            found = answers[done : done + len(rows)]
            of[: found.size] = np.where(state.free(), found, NEVER).ravel()
            done += len(rows)
        scores = log_softmax(logits) + np.array([[state.score] for state in beam])
        best = np.argsort(-scores, axis=None, kind="stable")[:BEAM]
        ways = [divmod(way, width) for way in best.tolist()]
        beam = [
            follow(line, beam[of], (way // len(STEPS), way % len(STEPS)), place, scores[of, way])
            for of, way in ways
            if logits[of, way] > NEVER
        ]
    return beam[0].edges, float(beam[0].score)


def start(line: Line) -> State:
    """The first symbol alone."""
    row = _joined(line, None, None, "right", 0)
    return State((row,), row)


def follow(line: Line, state: State, way: tuple[int, int], place: int, score: float) -> State:
    """The state after the member at `place` went a way: the index of an open row, and of a step.

    A row that goes on closes all that hangs on it; its parents, and the other script of the same
    symbol, stay open.
    """
    at, step = way
    row = state.rows[at]
    symbol = line.members[place]
    edge = symbol, row.last, STEPS[step]
    if STEPS[step] == "right":
        grown = _joined(line, row, row.parent, row.step, place)
        rows = tuple(
            grown if other is row else other for other in state.rows if not _hangs(other, row)
        )
    else:
        grown = _joined(line, None, row, STEPS[step], place)
        rows = (*state.rows, grown)
    return State(rows, grown, (*state.edges, edge), score)


def _hangs(row: Row, on: Row) -> bool:
    """Whether a row hangs on another, or on one that does."""
    while row.parent is not None:
        row = row.parent
        if row is on:
            return True
    return False


def _joined(line: Line, row: Row | None, parent: Row | None, step: Step, place: int) -> Row:
    """The row with one more member, or a new one of that member alone."""
    symbol = line.members[place]
    kind = line.sketch.kinds[symbol]
    depth = parent.depth + 1 if parent else 0
    usual = parent.size * _SMALLER if parent else line.sketch.unit
    size = line.size(symbol, row.size if row else usual)
    sizes = (size,) if line.sketch.sized[symbol] else ()
    opened = (row.opened if row else 0) + (kind == _OPENING) - (kind == _CLOSING)
    return Row(
        symbol,
        depth < DEEPEST and kind not in _LIMITED,
        parent,
        step,
        depth,
        usual,
        ((*row.sizes, *sizes) if row else sizes)[-_RECENT:],
        (*(row.bases if row else ()), line.base(symbol, size))[-_RECENT:],
        row.length + 1 if row else 1,
        max(opened, 0),
    )


def features(line: Line, state: State, place: int) -> list[list[float]]:
    """What a perceptron is told of each open row and the member at `place`."""
    ahead = _ahead(line, place)
    taken = {(row.parent, row.step) for row in state.rows}
    told = []
    for row in state.rows:
        own = _pair(line, row, place)
        free = [float((row, step) in taken) for step in STEPS[1:]]
        below = _fit(line, row.parent, line.members[place])
        now = _fit(line, None if row is state.current else state.current, line.members[place])
        inputs = [*own, *free, *below, *now, *ahead]
        told.append([min(max(value, -_FAR), _FAR) for value in inputs])
    return told


def _pair(line: Line, row: Row, place: int) -> list[float]:
    """Of a row and a symbol, sizes and distances in sizes of the row's writing."""
    i, j = row.last, line.members[place]
    s, x, y = line.sketch, line.x, line.y
    unit, base = row.size, row.base
    size = line.size(j, unit)
    own_base, last_base = line.base(j, size), row.bases[-1]
    left, top, right, bottom = line.boxes[j]
    i_left, i_top, i_right, i_bottom = line.boxes[i]
    e_left, e_top, e_right, e_bottom = line.extents[j]
    i_size = line.size(i, unit)
    later = [line.members[at] for at in (place + 1, place + 2) if at < len(line.members)]
    next_ones: list[float] = []
    for k in later:
        next_ones += [
            1.0, (x[k] - x[j]) / unit, (y[k] - y[j]) / unit, (line.boxes[k][3] - base) / unit,
            (line.base(k, line.size(k, unit)) - base) / unit,
        ]  # fmt: skip
    next_ones += [0.0] * (10 - len(next_ones))
    return [
        (e_left - line.extents[i][2]) / unit, (left - i_right) / unit, (x[j] - x[i]) / unit,
        (own_base - base) / unit, (own_base - last_base) / i_size,
        (y[j] - y[i]) / i_size, (top - i_top) / i_size, (bottom - i_bottom) / i_size,
        (bottom - y[i]) / i_size, (top - y[i]) / i_size,
        (y[j] - i_top) / (i_bottom - i_top + 0.1 * unit), (y[j] - base) / unit,
        (bottom - base) / unit, (top - base) / unit, (e_top - base) / unit,
        (e_bottom - base) / unit, (size - unit) / (size + unit), (size - i_size) / (size + i_size),
        float(s.sized[j]), float(s.sized[i]), float(bool(row.sizes)),
        (bottom - top) / unit, (right - left) / unit, (i_bottom - i_top) / unit,
        (i_right - i_left) / unit, (e_bottom - e_top) / unit, (e_right - e_left) / unit,
        (line.extents[i][3] - line.extents[i][1]) / unit, unit / s.unit,
        float(row.depth), float(min(row.length, 4)), float(row.length == 1),
        float(min(row.opened, 3)), float(row.opened > 0 and s.kinds[j] == _CLOSING),
        float(row.step == "sup"), float(row.step == "sub"),
        *line.habits[i], *line.habits[j], *next_ones,
        *_ONE_HOT[s.kinds[i]], *_ONE_HOT[s.kinds[j]],
    ]  # fmt: skip


def _fit(line: Line, row: Row | None, symbol: int) -> list[float]:
    """How well a symbol would fit into a row in whose place another one is asked for."""
    if row is None:
        return [0.0] * 6
    unit = row.size
    size = line.size(symbol, unit)
    return [
        1.0,
        (line.base(symbol, size) - row.base) / unit,
        (line.y[symbol] - row.base) / unit,
        (size - unit) / (size + unit),
        (line.boxes[symbol][0] - line.boxes[row.last][2]) / unit,
        float(row.opened > 0),
    ]


def _ahead(line: Line, place: int) -> list[float]:
    """How the next symbol stands, if there is one."""
    at = place + 1
    kinds = line.sketch.kinds
    return list(_ONE_HOT[kinds[line.members[at]] if at < len(line.members) else -1])
