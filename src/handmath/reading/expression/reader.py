"""Reads an expression: its ink → its symbols and how they hang together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from handmath.base.errors import InputError
from handmath.reading.classify import REJECT
from handmath.reading.exact import exp, log_softmax
from handmath.reading.expression import bars, crops
from handmath.reading.expression.cover import cover
from handmath.reading.expression.groups import groups
from handmath.reading.expression.labels import read_tree
from handmath.reading.expression.layout import LAYOUT, Layout
from handmath.reading.expression.pieces import MOST, take_apart
from handmath.reading.expression.words import join
from handmath.reading.network import EXPRESSIONS, Network
from handmath.reading.result import Reading, Symbol, expression_of, scaled


@dataclass(frozen=True)
class ExpressionReader:
    """A network that tells symbols apart, and what was learned of how they hang together."""

    network: Network
    layout: Layout

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """Read both from a folder; None where neither is there.

        Raises:
            InputError: one of them is missing or damaged.
        """
        network, layout = folder / EXPRESSIONS.name, folder / LAYOUT.name
        if not (network.exists() or layout.exists()):
            return None
        return cls(Network.read(network), Layout.read(layout))

    def read(self, ink: np.ndarray, size: tuple[int, int], name: str) -> Reading:
        """Read the ink of one expression.

        Args:
            ink: bool [height, width].
            size: width and height in pixels of the picture as it is displayed.
            name: what messages call the picture.

        Raises:
            InputError: there is no ink, or too many pieces of it.
        """
        found = take_apart(ink)
        if not len(found.boxes):
            raise InputError(f"{name}: no ink found; give a picture of one written expression")
        if len(found.boxes) > MOST:
            raise InputError(f"{name}: this is no expression, it has more than {MOST} pieces")
        candidates = groups(found)
        seen = np.stack([crops.crop(found, group) for group in candidates])
        sizes = np.array([crops.sizes(group, found.size) for group in candidates], dtype=np.int8)
        classes = self.network.classes
        scores = log_softmax(self.network.logits(seen, sizes)) + bars.not_one(seen, classes)
        chosen = cover(candidates, scores, classes, found.origin.tolist())
        symbols = [index for index, label in enumerate(classes) if label != REJECT]
        names = [classes[index] for index in symbols]
        own, boxes = join(
            scores[np.ix_(chosen, symbols)],
            names,
            [candidates[index].box for index in chosen],
            found.size,
        )
        tree, _ = read_tree(own, names, boxes, self.layout)
        logs = [float(own[row, names.index(label)]) for row, label in enumerate(tree.labels)]
        scale = size[0] / ink.shape[1]
        found_symbols = tuple(
            Symbol.of(label, scaled(box, scale), float(exp(np.float64(of))))
            for label, box, of in zip(tree.labels, boxes, logs, strict=True)
        )
        return expression_of(found_symbols, tree.links, logs, size)
