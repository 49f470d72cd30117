"""The symbols of one region, from left to right, as rows with their scripts.

Each symbol continues a row that is still open or begins a script on such a row's last symbol; a
beam search follows the likeliest ways. A perceptron weighs them: it is told of the row and of the
symbol, and answers how good a continuation, a superscript and a subscript would be.
"""

import numpy as np

from handmath.reading.exact import log_softmax
from handmath.reading.expression.perceptron import Perceptron
from handmath.reading.expression.state import KINDS, STEPS, Edge, Line, Row, State, follow, start

BEAM = 6
_REACH = 5  # symbols ahead
NEVER = -1e9  # a logarithm of no probability
_FAR = 9.0  # distances are kept within this, in sizes of the writing
_ONE_HOT = np.eye(len(KINDS) + 1)[:, :-1].tolist()  # the last is no symbol at all
_LEVEL = {KINDS[name] for name in ("operator", "minus", "relation")}  # tell how high a line is


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
        told.append([-_FAR if v < -_FAR else _FAR if v > _FAR else v for v in inputs])
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
        (bottom - top) / unit, (bottom - top) / (s.peers[j] + 0.01 * unit),
        (s.peers[j] - s.peers[i]) / unit, (right - left) / unit, (i_bottom - i_top) / unit,
        (i_right - i_left) / unit, (e_bottom - e_top) / unit, (e_right - e_left) / unit,
        (line.extents[i][3] - line.extents[i][1]) / unit, unit / s.unit,
        float(row.depth), float(min(row.length, 4)), float(row.length == 1),
        float(min(row.opened, 3)), float(row.opened > 0 and s.kinds[j] == KINDS["closing"]),
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
    """How the next symbol stands, and where the next operator does, whose middle is the line's."""
    kinds, symbol, unit = line.sketch.kinds, line.members[place], line.sketch.unit
    coming = line.members[place + 1 : place + 1 + _REACH]
    one_hot = _ONE_HOT[kinds[coming[0]] if coming else -1]
    level = next((k for k in coming if kinds[k] in _LEVEL), None)
    if level is None:
        return [0.0, 0.0, 0.0, *one_hot]
    across, down = line.x[level] - line.x[symbol], line.y[level] - line.y[symbol]
    return [1.0, across / unit, down / unit, *one_hot]
