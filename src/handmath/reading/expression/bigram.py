"""How often a class of symbols hangs on another one, and labels that suit their neighbours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from handmath.data import alphabet
from handmath.data.tree import Expression
from handmath.reading.exact import log

RELATIONS = ("root", "right", "sup", "sub", "part")
"""As of `data/tree.py`, but a limit is the script that it is in LaTeX, and what stands above or
below a fraction bar, under a root or as its index begins a part."""

MOST = 2**16 - 1
CANDIDATES = 6  # classes of a symbol that are looked at
WEIGHT = 0.5  # of the bigram's logarithms beside those of the shapes
_RELATION, _CLASSES, _ONE = 20.0, 12.0, 0.5  # so many symbols each of the simpler guesses is worth
_CARRIES, _SURE = 2.0, 0.999  # the same of how often a class carries something; at most so often


@dataclass(frozen=True)
class Bigram:
    """Counts of what hangs on what.

    Attributes:
        classes: names.
        counts: uint16 [relations, classes + 1, classes]: by relation, parent (the last is none)
            and child.
    """

    classes: tuple[str, ...]
    counts: np.ndarray

    @classmethod
    def of(cls, expressions: Iterable[Expression], classes: Sequence[str]) -> Self:
        """Count in expressions, all of whose classes are among `classes`."""
        index = {name: at for at, name in enumerate(classes)}
        counts = np.zeros((len(RELATIONS), len(classes) + 1, len(classes)), dtype=np.int64)
        for expression in expressions:
            for at, label in enumerate(expression.labels):
                parent = expression.links[at].parent
                of = index[expression.labels[parent]] if parent >= 0 else len(classes)
                counts[_relation(expression, at), of, index[label]] += 1
        return cls(tuple(classes), counts.clip(max=MOST).astype(np.uint16))

    @cached_property
    def logarithms(self) -> np.ndarray:
        """Of the probability of a child, float64 [relations, classes + 1, classes + 1].

        The last child is any class that is not known, as rare as the rarest.

        What was seen seldom leans on how often the child has that relation at all, and this on how
        often the child is seen at all: Jelinek and Mercer (1980), with counts as weights, as in
        MacKay and Peto, "A Hierarchical Dirichlet Language Model" (1995).
        """
        counts = self.counts.astype(np.float64)  # whole numbers: their sums are exact
        seen = counts.sum(axis=(0, 1)) + _ONE
        single = seen / (counts.sum() + _ONE * len(seen))
        related = counts.sum(axis=1) + _RELATION * single
        related = related / (counts.sum(axis=(1, 2)) + _RELATION)[:, None]
        both = (counts + _CLASSES * related[:, None]) / (
            counts.sum(axis=2, keepdims=True) + _CLASSES
        )
        logarithms = log(both)
        return np.pad(logarithms, ((0, 0), (0, 0), (0, 1)), constant_values=logarithms.min())

    @cached_property
    def carries(self) -> np.ndarray:
        """Logarithms of the probabilities that something hangs on a symbol, and that nothing does.

        Float64 [2, relations, classes + 1]: the second ones first. A × has no exponent, and
        something stands right of it. Of a class that is not known nothing is known, so it is 0.
        """
        counts = self.counts.astype(np.float64)
        on = counts.sum(axis=2)[:, :-1]
        seen = counts.sum(axis=(0, 1))
        usual = on.sum(axis=1, keepdims=True) / max(seen.sum(), _ONE)
        often = ((on + _CARRIES * usual) / (seen + _CARRIES)).clip(1 - _SURE, _SURE)
        return np.pad(np.stack([log(1 - often), log(often)]), ((0, 0), (0, 0), (0, 1)))

    def relabel(
        self, scores: np.ndarray, classes: Sequence[str], tree: Expression
    ) -> tuple[list[str], float]:
        """The labels that suit the shapes, what hangs on what, and whether anything hangs there.

        The best ones of all, by Viterbi's algorithm on the tree.

        Args:
            scores: float64 [N, classes], logarithms of each symbol's probabilities.
            classes: their names; those that the bigram does not know are as good as its rarest.
            tree: of the symbols.

        Returns:
            A label of each symbol, and the sum of the logarithms.
        """
        known = {name: at for at, name in enumerate(self.classes)}
        columns = [known.get(name, len(known)) for name in classes]
        best = np.argsort(-scores, axis=1, kind="stable")[:, :CANDIDATES]
        own = np.take_along_axis(scores, best, axis=1)
        places = np.array(columns)[best]
        hung = np.zeros((len(own), len(RELATIONS)), dtype=int)
        for symbol, (parent, _) in enumerate(tree.links):
            if parent >= 0:
                hung[parent, _relation(tree, symbol)] = 1
        for relation in range(1, len(RELATIONS)):  # nothing hangs on a symbol as the root
            own += WEIGHT * self.carries[hung[:, relation, None], relation, places]
        came_from: dict[int, np.ndarray] = {}
        order = _downwards(tree)
        for symbol in reversed(order):
            parent = tree.links[symbol].parent
            relation = _relation(tree, symbol)
            if parent < 0:
                own[symbol] += WEIGHT * self.logarithms[relation, -1, places[symbol]]
                continue
            table = self.logarithms[relation][np.ix_(places[parent], places[symbol])]
            ways = WEIGHT * table + own[symbol]
            came_from[symbol] = ways.argmax(axis=1)
            own[parent] += ways.max(axis=1)
        chosen = [0] * len(order)
        for symbol in order:
            parent = tree.links[symbol].parent
            if parent < 0:
                chosen[symbol] = int(own[symbol].argmax())
            else:
                chosen[symbol] = int(came_from[symbol][chosen[parent]])
        labels = [classes[best[symbol, at]] for symbol, at in enumerate(chosen)]
        return labels, float(own[order[0]].max())


def _relation(tree: Expression, symbol: int) -> int:
    """How a symbol hangs on its parent, as an index into `RELATIONS`."""
    parent, relation = tree.links[symbol]
    if relation in RELATIONS:
        return RELATIONS.index(relation)
    if relation == "inside" or alphabet.character(tree.labels[parent]) in {"-", "√"}:
        return RELATIONS.index("part")
    return RELATIONS.index("sup" if relation == "above" else "sub")


def _downwards(tree: Expression) -> list[int]:
    """Symbols, each after its parent."""
    children = tree.children()
    order = [index for index, (parent, _) in enumerate(tree.links) if parent < 0]
    for symbol in order:
        order += children[symbol].values()
    return order
