"""Reads one line: its ink → its symbols from left to right."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from handmath.base.errors import InputError
from handmath.reading import classify, segment
from handmath.reading.classify import REJECT
from handmath.reading.decode import viterbi
from handmath.reading.exact import exp, log_softmax
from handmath.reading.network import Network
from handmath.reading.result import Reading, Symbol, line_of, scaled
from handmath.reading.segment import Components, Hypothesis
from handmath.reading.slant import tell_slashes
from handmath.reading.thresholds import THRESHOLDS


class Line(NamedTuple):
    """A line that was read.

    Attributes:
        reading: what it says.
        components: what it was taken apart into.
        symbols: which of these each symbol of the reading is.
    """

    reading: Reading
    components: Components
    symbols: list[Hypothesis]


@dataclass(frozen=True)
class LineReader:
    """A network that tells symbols, and hypotheses that are none, apart."""

    network: Network

    def restricted(self, labels: Collection[str]) -> Self:
        """The same reader, for lines in which no other classes stand.

        The others are taken out of the network, so that probabilities are those among what is
        left; the class of what is no symbol stays.
        """
        network = self.network
        kept = [i for i, label in enumerate(network.classes) if label in {REJECT, *labels}]
        weight, scale, offset = (
            part[kept] for part in (network.weight, network.scale, network.offset)
        )
        few = tuple(network.classes[index] for index in kept)
        few_alone = replace(network, weight=weight, scale=scale, offset=offset, classes=few)
        return replace(self, network=few_alone)

    def read(self, ink: np.ndarray, size: tuple[int, int], name: str) -> Line:
        """Read the ink of one line.

        Args:
            ink: bool [height, width].
            size: width and height in pixels of the picture as it is displayed.
            name: what messages call the picture.

        Raises:
            InputError: there is no ink, not one line of it, or no symbol in it.
        """
        found = segment.components(ink)
        if not len(found.boxes):
            raise InputError(f"{name}: no ink found; give a picture of one written line")
        if len(found.boxes) > THRESHOLDS.max_components or found.share < THRESHOLDS.min_share:
            raise InputError(f"{name}: this is not one line of symbols; cut out the line to read")
        line = self._read(found, size, size[0] / ink.shape[1])
        if not line.symbols:  # every component was left out as dust
            raise InputError(f"{name}: no symbol found; give a picture of one written line")
        return line

    def _read(self, found: Components, size: tuple[int, int], scale: float) -> Line:
        hypotheses = segment.hypotheses(found, THRESHOLDS.most)
        crops = np.stack([classify.crop(found, hypothesis) for hypothesis in hypotheses])
        scores = log_softmax(self.network.logits(crops))
        classes = list(self.network.classes)
        told = tell_slashes(found, hypotheses, scores, classes)
        path = viterbi(found, hypotheses, told, classes)
        chosen = [hypotheses[index] for index, _ in path]
        labels = [classes[label] for _, label in path]
        logs = [float(told[index, label]) for index, label in path]
        symbols = tuple(
            Symbol.of(label, scaled(hypothesis.box, scale), float(exp(np.float64(of))))
            for hypothesis, label, of in zip(chosen, labels, logs, strict=True)
        )
        read = np.zeros(len(found.boxes), dtype=bool)
        for hypothesis in chosen:
            read[hypothesis.first : hypothesis.last] = True
        stray = [
            float(told[index, classes.index(REJECT)])
            for index, own in enumerate(hypotheses)
            if own.last == own.first + 1 and not read[own.first]
        ]
        ink = np.bincount(found.labels.ravel(), minlength=len(read) + 1)[1:]
        ink_share = found.share * float(ink[read].sum() / ink.sum())
        left_out = [*found.boxes[~read].tolist(), *found.outside.tolist()]
        boxes = tuple(scaled(box, scale) for box in left_out)
        reading = line_of(symbols, logs, size, ink_share, boxes, stray)
        return Line(reading, found, chosen)
