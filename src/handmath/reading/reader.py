"""Reads a line of handwriting: a picture → its symbols, their boxes, text and LaTeX."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image

from handmath.base.errors import InputError, reason
from handmath.data import alphabet, image_file, mask
from handmath.reading import classify, latex, models, page, segment
from handmath.reading.binarize import binarize
from handmath.reading.classify import REJECT
from handmath.reading.decode import viterbi
from handmath.reading.exact import exp, log, log_softmax
from handmath.reading.grammar import grammar
from handmath.reading.network import Network
from handmath.reading.segment import Components
from handmath.reading.slant import tell_slashes
from handmath.reading.thresholds import THRESHOLDS

LARGEST_FILE = 200 << 20  # bytes, of a picture; those of cameras are smaller
ALPHABETS: dict[str, set[alphabet.Kind]] = {
    "digits": {"digit"},
    "arithmetic": {"digit", "point", "operator", "slash", "relation"},
}
"""What a reader may be restricted to by a name: kinds of symbols."""
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Symbol:
    r"""One symbol of a line.

    Attributes:
        label: name of the class, such as "seven" or "div".
        character: "7" or "÷".
        latex: "7" or "\div".
        box: left, top, right, bottom in pixels of the picture as it is displayed, the last two
            exclusive.
        confidence: probability of the class, in [0, 1].
    """

    label: str
    character: str
    latex: str
    box: Box
    confidence: float

    @classmethod
    def of(cls, label: str, box: Box, confidence: float) -> Self:
        """A symbol of a class."""
        return cls(label, alphabet.character(label), latex.of(label), box, confidence)


@dataclass(frozen=True)
class Reading:
    r"""What a picture says.

    Attributes:
        symbols: from left to right.
        text: "12÷4=3".
        latex: "12 \div 4 = 3".
        confidence: that all of it is right, in [0, 1]. It is the probability of the path, that is
            of its symbols and of what grammar makes of them, to the power of β / n^α for n symbols,
            times `ink_share` and the probability that what was left out, such as a point, is no
            symbol. Such a length normalization is that of Wu et al., "Google's Neural
            Machine Translation System" (2016), equation 14: errors in a line are no independent
            events, and the plain product falls with its length alone.
        size: width and height in pixels of the picture as it is displayed.
        ink_share: of the ink that was read, in [0, 1]; dust left aside.
        left_out: boxes of the ink that was not read, as those of the symbols.
    """

    symbols: tuple[Symbol, ...]
    text: str
    latex: str
    confidence: float
    size: tuple[int, int]
    ink_share: float = 1.0
    left_out: tuple[Box, ...] = ()

    @property
    def box(self) -> Box:
        """Around all of its symbols, as a symbol's own; the whole picture where there is none."""
        if not self.symbols:
            return 0, 0, *self.size
        left, top, right, bottom = zip(*(symbol.box for symbol in self.symbols), strict=True)
        return min(left), min(top), max(right), max(bottom)

    @property
    def sure(self) -> bool:
        """Whether it is to be trusted: neither its confidence nor its share of the ink is low."""
        return (
            self.confidence >= THRESHOLDS.min_confidence
            and self.ink_share >= THRESHOLDS.min_ink_share
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the symbols' classes."""
        return tuple(symbol.label for symbol in self.symbols)

    def correct(self, labels: Sequence[str]) -> "Reading":
        """The same line as a person corrects it.

        Args:
            labels: the class of each symbol. Of one that changes the confidence becomes 1, and
                the line's own is computed anew.
        """
        symbols = tuple(
            symbol if symbol.label == label else Symbol.of(label, symbol.box, 1.0)
            for symbol, label in zip(self.symbols, labels, strict=True)
        )
        logs = [float(log(np.float64(symbol.confidence))) for symbol in symbols]
        return _line_of(symbols, logs, self.size, self.ink_share, self.left_out)


@dataclass(frozen=True)
class Reader:
    """A network that tells symbols, and hypotheses that are none, apart.

    Attributes:
        network: the network.
        model: the file that it was read from.
    """

    network: Network
    model: Path

    @property
    def name(self) -> str:
        """Which model that is: its file and the beginning of its hash."""
        return models.describe(self.model)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read a trained network; without a path the one that `models.default` names.

        Raises:
            InputError: the file is missing or no model of a reader.
        """
        path = path or models.default()
        network = Network.read(path)
        if REJECT not in network.classes or network.size != classify.SIZE:
            raise InputError(f"{path} is no reader's model; `dvc repro train_reader` makes one")
        return cls(network, path)

    def restricted(self, characters: str) -> Self:
        """The same reader, for lines in which nothing else stands.

        The other classes are taken out of the network, so that probabilities are those among what
        is left; the class of what is no symbol stays.

        Args:
            characters: a name in `ALPHABETS`, or the characters themselves, such as "0123456789=".

        Raises:
            InputError: the reader knows none of them, or one of them not.
        """
        classes = self.network.classes
        symbols = [label for label in classes if label != REJECT]
        known = "".join(sorted(map(alphabet.character, symbols)))
        if kinds := ALPHABETS.get(characters):
            named = {label for label in symbols if alphabet.kind(label) in kinds}
        else:
            named = {label for label in symbols if alphabet.character(label) in characters}
            if unknown := "".join(sorted(set(characters) - set(known))):
                raise InputError(
                    f"the alphabet “{characters}” has {unknown}, which {self.model} can't read; "
                    f"give some of {known}, or {' or '.join(ALPHABETS)}"
                )
        if not named:
            raise InputError(f"the alphabet is empty; give some of {known}")
        kept = [index for index, label in enumerate(classes) if label in {REJECT, *named}]
        weight, scale, offset = (
            part[kept] for part in (self.network.weight, self.network.scale, self.network.offset)
        )
        few = tuple(classes[index] for index in kept)
        network = replace(self.network, weight=weight, scale=scale, offset=offset, classes=few)
        return replace(self, network=network)

    def read(self, image: str | Path | Image.Image | np.ndarray) -> Reading:
        """Read one line of handwriting.

        Args:
            image: a file; or a picture of any mode; or uint8 [height, width] or [height, width,
                3 or 4].

        Raises:
            InputError: the file is missing, no image, damaged or huge; there is no ink, not one
                line of it, or no symbol in it.
        """
        name = _name(image)
        grey, size = load(image, name)
        return self._line(ink_of(grey), size, name)

    def read_page(self, image: str | Path | Image.Image | np.ndarray) -> list[Reading]:
        """Read the lines of a page, from top to bottom.

        Args:
            image: as of `read`.

        Returns:
            A reading of each line, at least one. A line that `read` would refuse has no symbols
            and a confidence of 0. A page of one line gives what `read` gives.

        Raises:
            InputError: as of `read`; where there are several lines, only if none can be read.
        """
        name = _name(image)
        grey, size = load(image, name)
        lines = page.lines(ink_of(grey))
        if len(lines) == 1:
            return [self._line(lines[0], size, name)]
        readings = []
        for ink in lines:
            try:
                readings.append(self._line(ink, size, name))
            except InputError:
                y, x = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
                box = _scaled((x[0], y[0], x[-1] + 1, y[-1] + 1), size[0] / ink.shape[1])
                readings.append(Reading((), "", "", 0.0, size, 0.0, (box,)))
        if not any(reading.symbols for reading in readings):
            raise InputError(f"{name}: no line of symbols found; give a picture of written lines")
        return readings

    def _line(self, ink: np.ndarray, size: tuple[int, int], name: str) -> Reading:
        """Read the ink of one line, bool [height, width]; errors as of `read`."""
        found = segment.components(ink)
        if not len(found.boxes):
            raise InputError(f"{name}: no ink found; give a picture of one written line")
        if len(found.boxes) > THRESHOLDS.max_components or found.share < THRESHOLDS.min_share:
            raise InputError(f"{name}: this is not one line of symbols; cut out the line to read")
        reading = self._read(found, size, size[0] / ink.shape[1])
        if not reading.symbols:  # every component was left out as dust
            raise InputError(f"{name}: no symbol found; give a picture of one written line")
        return reading

    def _read(self, found: Components, size: tuple[int, int], scale: float) -> Reading:
        hypotheses = segment.hypotheses(found)
        crops = np.stack([classify.crop(found, hypothesis) for hypothesis in hypotheses])
        scores = log_softmax(self.network.logits(crops))
        classes = list(self.network.classes)
        told = tell_slashes(found, hypotheses, scores, classes)
        path = viterbi(found, hypotheses, told, classes)
        chosen = [hypotheses[index] for index, _ in path]
        labels = [classes[label] for _, label in path]
        logs = [float(told[index, label]) for index, label in path]
        symbols = tuple(
            Symbol.of(label, _scaled(hypothesis.box, scale), float(exp(np.float64(of))))
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
        boxes = tuple(_scaled(box, scale) for box in left_out)
        return _line_of(symbols, logs, size, ink_share, boxes, stray)


def _line_of(
    symbols: tuple[Symbol, ...],
    logs: list[float],
    size: tuple[int, int],
    ink_share: float,
    left_out: tuple[Box, ...],
    stray: Sequence[float] = (),
) -> Reading:
    """The reading that symbols make; `logs` are the logarithms of their probabilities.

    And `stray` are those of what was left out being no symbol.
    """
    labels = [symbol.label for symbol in symbols]
    return Reading(
        symbols,
        "".join(symbol.character for symbol in symbols),
        latex.join(labels),
        confidence(labels, logs) * float(exp(np.float64(math.fsum(stray)))) * ink_share,
        size,
        ink_share,
        left_out,
    )


def ink_of(grey: np.ndarray) -> np.ndarray:
    """The ink of a picture, uint8 [height, width]: bool, enlarged where the writing is small.

    Strokes of a pixel's width are told from paper by their shades, which enlarging keeps.
    """
    ink = binarize(grey)
    sizes = mask.connected_components(ink).sizes
    if not len(sizes) or (height := segment.line_height(sizes)) >= THRESHOLDS.small:
        return ink
    factor = min(THRESHOLDS.enlarged / height, THRESHOLDS.longest_side / max(grey.shape))
    high, wide = (round(side * factor) for side in grey.shape)
    return binarize(np.asarray(Image.fromarray(grey).resize((wide, high))))


def confidence(labels: list[str], logs: list[float]) -> float:
    """Of a path, as `Reading.confidence` has it; `logs` are the logarithms of probabilities."""
    odd = sum(grammar(before, after) for before, after in pairwise([REJECT, *labels, REJECT]))
    if len(labels) == 1:  # nothing beside it confirms that it is no letter, and no picture
        odd += THRESHOLDS.lone
    length = np.float64(max(len(logs), 1))
    weight = THRESHOLDS.calibration * exp(-THRESHOLDS.length_normalization * log(length))
    return float(exp((math.fsum(logs) + odd) * weight))


def _scaled(box: Sequence[int], scale: float) -> Box:
    left, top, right, bottom = (round(side * scale) for side in box)
    return left, top, right, bottom


def read(image: str | Path | Image.Image | np.ndarray, model: Path | None = None) -> Reading:
    """Read one line of handwriting; see `Reader.read`. For many, keep a `Reader`.

    Raises:
        InputError: as `Reader.load` and `Reader.read` do.
    """
    return Reader.load(model).read(image)


def _name(image: object) -> str:
    return str(image) if isinstance(image, str | Path) else "the picture"


def load(
    image: str | Path | Image.Image | np.ndarray, name: str
) -> tuple[np.ndarray, tuple[int, int]]:
    """Open a picture.

    Returns:
        Uint8 [height, width], no side longer than `longest_side`, the right way up and on white
        where it is transparent; width and height of the picture as it is displayed.

    Raises:
        InputError: it is missing, no image, damaged or huge.
    """
    try:
        if isinstance(image, Image.Image):
            picture = image_file.grey(image)
        elif isinstance(image, np.ndarray):
            picture = image_file.grey(_from_array(image, name))
        else:
            file = image_file.open_image(_bytes(Path(image), name))
            picture = image_file.grey(file, draft=(THRESHOLDS.longest_side,) * 2)
    except FileNotFoundError:
        raise InputError(f"{name} is missing") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read ({reason(error)})") from None
    except image_file.UnreadableError as error:
        raise InputError(f"{name} {error}") from None
    grey = picture.grey.copy()  # or it may be the picture that was given
    grey.thumbnail((THRESHOLDS.longest_side,) * 2, Image.Resampling.BOX)
    return np.asarray(grey), picture.size


def _from_array(image: np.ndarray, name: str) -> Image.Image:
    if image.dtype != np.uint8 or not (image.ndim == 2 or image.shape[2:] in {(3,), (4,)}):
        raise InputError(
            f"{name} is an array of {image.dtype}, shape {list(image.shape)}; "
            "give uint8 [height, width] or [height, width, 3 or 4]"
        )
    if not image.size:
        raise InputError(
            f"{name} has no pixels; give uint8 [height, width] or [height, width, 3 or 4]"
        )
    return Image.fromarray(image)


def _bytes(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)  # not all of it: a device may have no end
    if len(data) > LARGEST_FILE:
        raise InputError(f"{name} is larger than {LARGEST_FILE >> 20} MB; make it smaller")
    return data
