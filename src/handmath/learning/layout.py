"""How symbols stand together, learned from expressions whose trees and boxes are known."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from handmath.base.errors import InputError
from handmath.data import typography
from handmath.data.tree import Expression, Link
from handmath.learning import perceptron
from handmath.learning.perceptron import Lessons
from handmath.reading.exact import log
from handmath.reading.expression import contain, rows
from handmath.reading.expression.bigram import Bigram
from handmath.reading.expression.contain import PAPER, SIDES, Region
from handmath.reading.expression.layout import Layout
from handmath.reading.expression.parse import by_region, extents
from handmath.reading.expression.sketch import Boxes, Sketch, middle
from handmath.reading.expression.state import STEPS, Line, Step, follow, start

Example = tuple[Expression, Boxes]

COPIES = 2  # of each expression, as other hands may write it
EPOCHS = {"contain": 12, "rows": 12}
_LIMITED = {"sum", "integral", "limit"}  # their scripts are limits
_FEW = 10.0  # so many symbols of a class weigh as much as all classes' habits
_SLANT, _RISE, _STRETCH = 0.2, 0.05, 0.2  # of a hand: at most
_LESS, _MORE, _OFF = -0.35, 0.15, 0.1  # size of a part, and how far it is off, in its own heights
_WIDER = 0.3  # a bar, root or sum: so much, and so far off, in digits' heights
_SIZE, _SHIFT = 0.12, 0.08  # of a symbol: standard deviations, the shift in digits' heights


def fit(examples: Sequence[Example], seed: int) -> Layout:
    """Learn both perceptrons, the classes' habits and the bigram.

    Args:
        examples: trees, and the boxes of their symbols in pixels.
        seed: of the first weights, of the order of the lessons and of how hands differ.

    Raises:
        InputError: the examples are too few to learn from.
    """
    trees = [limits_apart(tree) for tree, _ in examples]
    classes = sorted({label for tree in trees for label in tree.labels})
    habits = habits_of(trees, classes)
    by_label = dict(zip(classes, map(tuple, habits.tolist()), strict=True))

    def where(sketch: Sketch, tree: Expression) -> list[Lessons]:
        return where_lessons(sketch, regions_of(tree))

    def row(sketch: Sketch, tree: Expression) -> list[Lessons]:
        own = [by_label[label] for label in tree.labels]
        return row_lessons(sketch, tree, regions_of(tree), own)

    # One after the other: the lessons of both would take twice the memory.
    learned = {
        name: perceptron.fit(
            joined([part for seen in written(trees, examples, seed) for part in lessons(*seen)]),
            seed,
            EPOCHS[name],
        )
        for name, lessons in {"contain": where, "rows": row}.items()
    }
    return Layout(learned["contain"], learned["rows"], habits, Bigram.of(trees, classes))


def written(
    trees: Sequence[Expression], examples: Sequence[Example], seed: int
) -> Iterator[tuple[Sketch, Expression]]:
    """Each expression with symbols as it is, and then as `COPIES` other hands write it.

    The hands are the same each time.
    """
    rng = np.random.default_rng(seed)
    for copy in range(COPIES + 1):
        for tree, (_, boxes) in zip(trees, examples, strict=True):
            if tree.labels:
                yield Sketch(tree.labels, jittered(tree, boxes, rng) if copy else boxes), tree


def joined(parts: Sequence[Lessons]) -> Lessons:
    """All lessons as one.

    Raises:
        InputError: there are none.
    """
    if not parts:
        raise InputError(
            "expressions.layout.count is too small: among so few expressions there is none to "
            "learn from; set it to 100 or more"
        )
    return Lessons.joined(parts)


def limits_apart(tree: Expression) -> Expression:
    """The tree with scripts of sums, integrals and limits as what stands above and below."""
    links = [
        Link(parent, "above" if relation == "sup" else "below")
        if relation in {"sup", "sub"} and typography.class_of(tree.labels[parent]) in _LIMITED
        else Link(parent, relation)
        for parent, relation in tree.links
    ]
    return Expression(tree.labels, tuple(links))


def regions_of(tree: Expression) -> list[Region]:
    """Where each symbol stands."""

    def region(symbol: int) -> Region:
        parent, relation = tree.links[symbol]
        while relation in {"right", "sup", "sub"}:
            parent, relation = tree.links[parent]
        return Region(parent, SIDES[SIDES.index(relation)]) if relation != "root" else PAPER

    return [region(symbol) for symbol in range(len(tree.labels))]


def where_lessons(sketch: Sketch, regions: Sequence[Region]) -> list[Lessons]:
    """What the first perceptron learns from an expression: a question for each pair."""
    count, containers = len(regions), sketch.containers
    if not containers or count < 2:
        return []
    answers = np.zeros((len(containers), count), dtype=np.int64)
    for symbol, region in enumerate(regions):
        while region.container in containers:
            answers[containers.index(region.container), symbol] = SIDES.index(region.side)
            region = regions[region.container]
    inputs = contain.features(sketch).astype(np.float32).reshape(len(containers) * count, -1)
    free = np.repeat(contain.allowed(sketch), count, axis=0)
    right = free[np.arange(len(free)), answers.ravel()]
    pairs = np.repeat(containers, count) != np.tile(np.arange(count), len(containers))
    kept = right & pairs
    ones = np.ones(int(kept.sum()), dtype=np.int64)
    return [Lessons(inputs[kept], free[kept], ones, answers.ravel()[kept])]


def row_lessons(
    sketch: Sketch,
    tree: Expression,
    regions: Sequence[Region],
    habits: Sequence[Sequence[float]],
) -> list[Lessons]:
    """What the second perceptron learns from an expression: a question for each symbol.

    A region ends where the parser could not follow it.
    """
    around = extents(sketch, regions)
    inputs: list[list[float]] = []
    free: list[list[bool]] = []
    counts: list[int] = []
    answers: list[int] = []
    for members in by_region(regions).values():
        line = Line(sketch, members, around, habits)
        state = start(line)
        for place, symbol in enumerate(line.members[1:], start=1):
            parent, relation = tree.links[symbol]
            at = next((at for at, row in enumerate(state.rows) if row.last == parent), None)
            ways = state.free()
            step = next((n for n, name in enumerate(STEPS) if name == relation), None)
            if at is None or step is None or not ways[at][step]:
                break
            inputs += rows.features(line, state, place)
            free += ways
            counts.append(len(ways))
            answers.append(at * len(STEPS) + step)
            state = follow(line, state, (at, step), place, 0.0)
    if not counts:
        return []
    return [
        Lessons(
            np.array(inputs, dtype=np.float32),
            np.array(free),
            np.array(counts),
            np.array(answers),
        )
    ]


def habits_of(trees: Iterable[Expression], classes: Sequence[str]) -> np.ndarray:
    """Float64 [classes, 4]; see `Layout.habits`. What is seen seldom is thought to be usual."""
    scripts: tuple[Step, ...] = ("sup", "sub")
    seen: Counter[str] = Counter()
    has: Counter[tuple[str, str]] = Counter()
    begins: Counter[tuple[str, str]] = Counter()
    for tree in trees:
        seen.update(tree.labels)
        for label, (parent, relation) in zip(tree.labels, tree.links, strict=True):
            if relation in scripts:
                has[tree.labels[parent], relation] += 1
                begins[label, relation] += 1
    total = sum(seen.values())
    odds = np.empty((len(classes), 2 * len(scripts)))
    for row, label in zip(odds, classes, strict=True):
        for column, (counts, script) in enumerate((of, s) for of in (has, begins) for s in scripts):
            usual = (sum(n for (_, s), n in counts.items() if s == script) + 1) / (total + 2)
            chance = (counts[label, script] + _FEW * usual) / (seen[label] + _FEW)
            row[column] = chance / (1 - chance)
    return log(odds)


def jittered(tree: Expression, boxes: Boxes, rng: np.random.Generator) -> np.ndarray:
    """The boxes of another hand: stretched, slanted, rising or falling, each symbol a bit off.

    Scripts and limits are larger or smaller, and higher or lower.
    """
    boxes = np.array(boxes, dtype=np.float64)
    x, y = (boxes[:, :2] + boxes[:, 2:]).T / 2
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    unit = middle(height.tolist())
    for first, (_, relation) in enumerate(tree.links):
        if relation in {"sup", "sub", "above", "below"}:
            part = hanging(tree, first)
            factor = 1 + rng.uniform(_LESS, _MORE)
            left, level = (x[part] - width[part] / 2).min(), y[first]
            x[part] = left + factor * (x[part] - left) + _OFF * height[first] * rng.normal()
            y[part] = level + factor * (y[part] - level) + _OFF * height[first] * rng.normal()
            width[part] *= factor
            height[part] *= factor
    for bar in {parent for parent, side in tree.links if side in {"above", "below", "inside"}}:
        wide = 1 + _WIDER * rng.normal() * unit / max(width[bar], unit)
        x[bar] += _WIDER * unit * rng.normal()
        width[bar] *= max(wide, 0.5)
    count = len(x)
    size = 1 + _SIZE * rng.normal(size=count).clip(-3, 3)
    slant, rise = rng.uniform(-_SLANT, _SLANT), rng.uniform(-_RISE, _RISE)
    stretch = 1 + rng.uniform(-_STRETCH, _STRETCH)
    moved_x = stretch * x + slant * y + _SHIFT * unit * rng.normal(size=count)
    moved_y = y + rise * x + _SHIFT * unit * rng.normal(size=count)
    half = np.stack([stretch * width * size / 2, height * size / 2], axis=1)
    middles = np.stack([moved_x, moved_y], axis=1)
    return np.hstack([middles - half, middles + half])


def hanging(tree: Expression, first: int) -> list[int]:
    """A symbol and all that hang on it."""
    children = tree.children()
    found = [first]
    for symbol in found:
        found += children[symbol].values()
    return found
