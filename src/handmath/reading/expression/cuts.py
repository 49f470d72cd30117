"""Where the strokes of touching symbols may be cut: at the ends of strokes that hold two parts.

A mask's runs, column by column, and which of them touch are its line adjacency graph (Pavlidis,
"Algorithms for Graphics and Image Processing" (1982), chapter 6). A chain of short runs is a stroke
that goes from left to right; where the graph falls apart without it, it is all that holds two parts
together. Strokes that go up and down are found among the runs of the rows.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

MOST_RUNS = 20_000  # of a mask; more of them are no writing, and nothing is cut
MOST_BLOCKS = 60  # of one connected component; more of them are a scribble, which stays whole


class Run(NamedTuple):
    """Pixels of one column, from the row `top` to the row before `bottom`."""

    column: int
    top: int
    bottom: int


class Block(NamedTuple):
    """Runs that hang together: those of a stroke, or those that are thicker or part in two.

    Attributes:
        runs: of a stroke from left to right.
        stroke: whether it is one.
        box: left, top, right, bottom, the last two exclusive.
    """

    runs: list[Run]
    stroke: bool
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Graph:
    """Blocks, and of each the indices of those that it touches."""

    blocks: list[Block]
    beside: list[list[int]]

    def reached(self, start: int, without: int = -1) -> list[int]:
        """All blocks that hang together with one, where another is taken out."""
        seen, found = {start, without}, [start]
        for index in found:
            new = [other for other in self.beside[index] if other not in seen]
            seen.update(new)
            found += new
        return found

    def long(self, some: list[int]) -> int:
        """The longer side of the box around some blocks."""
        boxes = [self.blocks[index].box for index in some]
        left, top, right, bottom = zip(*boxes, strict=True)
        return int(max(max(right) - min(left), max(bottom) - min(top)))


@dataclass(frozen=True)
class Limits:
    """Lengths in pixels.

    Attributes:
        thin: a run that is no longer is of a stroke.
        part: each of the parts that a cut leaves is at least as long.
        free: so is a stroke with a loose end that is cut off.
    """

    thin: float
    part: float
    free: float


def cuts(ink: np.ndarray, limits: Limits) -> np.ndarray:
    """Pixels of bool [height, width] at which symbols that touch may be cut, of the same shape."""
    found = np.zeros_like(ink)
    for mask, marked in ((ink, found), (ink.T, found.T)):
        graph = _graph(*_runs(mask), limits.thin)
        seen: set[int] = set()
        for start in range(len(graph.blocks)):
            if start not in seen:
                own = graph.reached(start)
                seen.update(own)
                strokes = own if len(own) <= MOST_BLOCKS else []
                for run in [run for index in strokes for run in _ends(graph, index, limits)]:
                    marked[run.top : run.bottom, run.column] = True
    return found


def _runs(ink: np.ndarray) -> tuple[list[Run], list[tuple[int, int]]]:
    """The runs of each column, and the pairs of them that touch, the left one first."""
    height, width = ink.shape
    step = height + 1
    padded = np.zeros((width, step), dtype=np.int8)  # so that no run goes on in a next column
    padded[:, :height] = ink.T
    changes = np.flatnonzero(np.diff(padded.ravel(), prepend=0))
    starts, ends = changes[::2], changes[1::2]
    if len(starts) > MOST_RUNS:
        return [], []
    first = np.searchsorted(ends, starts + step, side="left")
    counts = np.searchsorted(starts, ends + step, side="right") - first
    left = np.repeat(np.arange(len(starts)), counts)
    right = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    columns = starts // step
    sides = (columns, starts - columns * step, ends - columns * step)
    runs = [Run(*run) for run in zip(*(side.tolist() for side in sides), strict=True)]
    return runs, list(zip(left.tolist(), right.tolist(), strict=True))


def _graph(runs: list[Run], pairs: list[tuple[int, int]], thin: float) -> Graph:
    """Strokes and what is none, and which of these blocks touch."""
    before, after = [0] * len(runs), [0] * len(runs)
    for left, right in pairs:
        after[left] += 1
        before[right] += 1
    stroke = [
        run.bottom - run.top <= thin and before[index] <= 1 and after[index] <= 1
        for index, run in enumerate(runs)
    ]
    first = list(range(len(runs)))  # of each run one of the same block, itself at last

    def block_of(run: int) -> int:
        while first[run] != run:
            first[run] = first[first[run]]
            run = first[run]
        return run

    for left, right in pairs:
        if stroke[left] == stroke[right]:
            first[block_of(right)] = block_of(left)
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(runs)):
        members[block_of(index)].append(index)
    blocks: list[Block] = []
    number: dict[int, int] = {}
    for key, some in members.items():
        number[key] = len(blocks)
        own = [runs[index] for index in some]
        top, bottom = min(run.top for run in own), max(run.bottom for run in own)
        blocks.append(Block(own, stroke[some[0]], (own[0].column, top, own[-1].column + 1, bottom)))
    beside: list[set[int]] = [set() for _ in blocks]
    for left, right in pairs:
        one, other = number[block_of(left)], number[block_of(right)]
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
    return Graph(blocks, [sorted(others) for others in beside])


def _ends(graph: Graph, index: int, limits: Limits) -> list[Run]:
    """The runs of a block at which it is cut: none unless it is a stroke that holds two parts."""
    block, beside = graph.blocks[index], graph.beside[index]
    if not block.stroke or not 1 <= len(beside) <= 2:
        return []
    runs = block.runs
    if len(beside) == 1 and len(runs) < limits.free:
        return []
    sides = [graph.reached(other, index) for other in beside]
    if beside[-1] in sides[0][1:] or min(map(graph.long, sides)) < limits.part:
        return []
    if len(beside) == 2 and len(runs) < 2 * limits.free:
        return [runs[len(runs) // 2]]
    ends = []
    for other in beside:
        run = runs[0] if graph.blocks[other].box[0] < block.box[0] else runs[-1]
        if not _bends(graph, index, other, run, limits.thin):
            ends.append(run)
    return ends


def _bends(graph: Graph, index: int, other: int, end: Run, thin: float) -> bool:
    """Whether a stroke goes round a corner into another block, where nothing else meets them."""
    _, top, _, bottom = graph.blocks[other].box
    boxes = [graph.blocks[near].box for near in graph.beside[other] if near != index]
    if end.top - top <= thin:
        return all(box[1] - top > thin for box in boxes)
    return bottom - end.bottom <= thin and all(bottom - box[3] > thin for box in boxes)
