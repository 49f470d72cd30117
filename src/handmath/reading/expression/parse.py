"""Symbols with boxes → the tree that they form."""

from collections.abc import Sequence

from handmath.data.tree import ROOT, Expression, Link
from handmath.reading.expression.contain import PAPER, Region, contain
from handmath.reading.expression.layout import Layout
from handmath.reading.expression.rows import read_rows
from handmath.reading.expression.sketch import Boxes, Sketch
from handmath.reading.expression.state import Line


def parse(labels: Sequence[str], boxes: Boxes, layout: Layout) -> tuple[Expression, float]:
    """The likeliest tree of symbols, and the logarithm of its probability.

    Args:
        labels: class of each symbol.
        boxes: left, top, right, bottom of each, in pixels.
        layout: what was learned of how symbols stand together.
    """
    if not labels:
        return Expression((), ()), 0.0
    sketch = Sketch(labels, boxes)
    regions, score = contain(sketch, layout.contain)
    around = extents(sketch, regions)
    habits = layout.habits_of(labels)
    links = [ROOT] * len(labels)
    for region, members in by_region(regions).items():
        line = Line(sketch, members, around, habits)
        edges, gain = read_rows(line, layout.rows)
        score += gain
        if region.side != "none":
            links[line.members[0]] = Link(region.container, region.side)
        for symbol, parent, step in edges:
            links[symbol] = Link(parent, step)
    return Expression(tuple(labels), tuple(links)), score


def by_region(regions: Sequence[Region]) -> dict[Region, list[int]]:
    """The symbols of each region; the paper's first."""
    members: dict[Region, list[int]] = {PAPER: []}
    for symbol, region in enumerate(regions):
        members.setdefault(region, []).append(symbol)
    return members


def extents(sketch: Sketch, regions: Sequence[Region]) -> list[list[float]]:
    """By symbol, the box around it and all that stands above, below and inside of it."""
    around = sketch.boxes.tolist()
    for left, top, right, bottom, region in zip(*sketch.boxes.T.tolist(), regions, strict=True):
        while region.container >= 0:
            box = around[region.container]
            box[:2] = min(box[0], left), min(box[1], top)
            box[2:] = max(box[2], right), max(box[3], bottom)
            region = regions[region.container]
    return around
