"""Reads handwriting: a picture → its symbols, their boxes, text and LaTeX."""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from handmath.base.errors import InputError
from handmath.data import alphabet
from handmath.reading import classify, models, page, picture
from handmath.reading.choose import is_arithmetic, is_clear
from handmath.reading.classify import REJECT
from handmath.reading.expression.reader import ExpressionReader
from handmath.reading.line import LineReader
from handmath.reading.network import Network
from handmath.reading.picture import Source
from handmath.reading.result import Reading, scaled
from handmath.reading.thresholds import THRESHOLDS

ALPHABETS: dict[str, frozenset[alphabet.Kind]] = {
    "digits": frozenset({"digit"}),
    "arithmetic": alphabet.ARITHMETIC,
}
"""What a reader may be restricted to by a name: kinds of symbols."""


@dataclass(frozen=True)
class Reader:
    """Reads pictures of handwriting.

    Attributes:
        line: what reads one line of arithmetic.
        expression: what reads an expression; None where no model of one is beside that of lines.
        model: the file that it was read from.
    """

    line: LineReader
    model: Path
    expression: ExpressionReader | None = None

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
        return cls(LineReader(network), path, ExpressionReader.load(path.parent))

    def restricted(self, characters: str) -> Self:
        """The same reader, for lines of arithmetic in which nothing else stands.

        Args:
            characters: a name in `ALPHABETS`, or the characters themselves, such as "0123456789=".

        Raises:
            InputError: the reader knows none of them, or one of them not.
        """
        symbols = [label for label in self.line.network.classes if label != REJECT]
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
        return replace(self, line=self.line.restricted(named), expression=None)

    def read(self, image: Source) -> Reading:
        """Read one line of arithmetic, or one expression.

        Args:
            image: a file; or a picture of any mode; or uint8 [height, width] or [height, width,
                3 or 4].

        Raises:
            InputError: the file is missing, no image, damaged or huge; there is no ink, not one
                line or expression of it, or no symbol in it.
        """
        name = picture.name_of(image)
        grey, size = picture.load(image, name)
        return self._read(*picture.inks_of(grey), size, name)

    def _read(
        self, ink: np.ndarray, with_bars: np.ndarray, size: tuple[int, int], name: str
    ) -> Reading:
        """Read ink, bool [height, width], as a line and as an expression, and choose.

        The latter takes four times as long, so it is left out where the line is clear.
        """
        if self.expression is None:
            return self.line.read(ink, size, name).reading
        labels = {*self.line.network.classes} - {REJECT}
        characters = {alphabet.character(label) for label in labels}
        try:
            line = self.line.read(ink, size, name)
        except InputError as error:
            try:
                return self.expression.read(with_bars, size, name)
            except InputError:
                raise error from None
        same = np.array_equal(ink, with_bars)
        if same and is_clear(line, self.expression.network, characters):
            return line.reading
        try:
            expression = self.expression.read(with_bars, size, name)
        except InputError:
            return line.reading
        return line.reading if is_arithmetic(line.reading, expression, characters) else expression

    def read_page(self, image: Source) -> list[Reading]:
        """Read the lines of a page, from top to bottom, or the one expression that is on it.

        Args:
            image: as of `read`.

        Returns:
            A reading of each line, at least one. A line that `read` would refuse has no symbols
            and a confidence of 0. A page of one line gives what `read` gives.

        Raises:
            InputError: as of `read`; where there are several lines, only if none can be read.
        """
        name = picture.name_of(image)
        grey, size = picture.load(image, name)
        without_bars, with_bars = picture.inks_of(grey)
        lines = page.lines(without_bars)
        if len(lines) == 1:
            return [self._read(lines[0], with_bars, size, name)]
        readings = []
        for ink in lines:
            try:
                readings.append(self._read(ink, ink, size, name))
            except InputError:
                y, x = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
                box = scaled((x[0], y[0], x[-1] + 1, y[-1] + 1), size[0] / ink.shape[1])
                readings.append(Reading((), "", "", 0.0, size, 0.0, (box,)))
        if whole := self._whole(with_bars, size, name, readings):
            return [whole]
        if not any(reading.symbols for reading in readings):
            raise InputError(f"{name}: no line of symbols found; give a picture of written lines")
        return readings

    def _whole(
        self, ink: np.ndarray, size: tuple[int, int], name: str, lines: list[Reading]
    ) -> Reading | None:
        """The one expression that the whole page is, if that is likelier than its lines are."""
        if self.expression is None:
            return None
        try:
            whole = self.expression.read(ink, size, name)
        except InputError:
            return None
        # Lines that are read as one are taken for each other's scripts, not for a fraction.
        stacked = any(relation in {"above", "below"} for _, relation in whole.links)
        apart = math.prod(line.confidence for line in lines)
        likelier = whole.confidence >= THRESHOLDS.page * apart
        return whole if stacked and likelier else None


def read(image: Source, model: Path | None = None) -> Reading:
    """Read one line of handwriting; see `Reader.read`. For many, keep a `Reader`.

    Raises:
        InputError: as `Reader.load` and `Reader.read` do.
    """
    return Reader.load(model).read(image)
