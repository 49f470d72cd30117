"""A region's symbols from left to right, and the rows that are open on the way through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from handmath.data import typography
from handmath.reading.expression.sketch import Sketch, middle

Step = Literal["right", "sup", "sub"]
STEPS: tuple[Step, ...] = get_args(Step)
Edge = tuple[int, int, Step]
"""A symbol, its parent, and how it hangs on it."""
KINDS = {name: index for index, name in enumerate(typography.CLASSES)}
DEEPEST = 4  # scripts of scripts
_RECENT = 5  # so many last symbols tell a row's size and base line
_SMALLER = 0.7  # a script's size to that of its row, where its own symbols do not say
_LIMITED = {KINDS[name] for name in ("sum", "integral", "limit")}  # their scripts are limits


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
    opened = (row.opened if row else 0) + (kind == KINDS["opening"]) - (kind == KINDS["closing"])
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
