"""Pictures of which it is known what is written there: a folder with a table `labels.csv`."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from handmath.base.errors import InputError, reason
from handmath.reading import canonical
from handmath.reading.result import Reading

TABLE = "labels.csv"
# How else people type the symbols of a line. Spaces mean nothing.
SPELLINGS = str.maketrans({"−": "-", "*": "×", "x": "×", "/": "÷", " ": None})
ALPHABET = frozenset("0123456789+-×÷=.")
SPLITS = ("validation", "test")  # to choose on; to score once, at the end


@dataclass(frozen=True)
class Labelled:
    """A picture and what is written there.

    Attributes:
        file: the picture.
        written: text of a line, or LaTeX of an expression.
        in_latex: which of the two.
        source: where it is from; "" if that is not said.
        level: of what kind the expression is, such as "fraction"; "" if that is not said.
        name: the file as the table has it.
    """

    file: Path
    written: str
    in_latex: bool = False
    source: str = ""
    level: str = ""
    name: str = field(default="", compare=False)

    def read(self, reading: Reading) -> str:
        """What is to be compared with `written`."""
        return reading.latex if self.in_latex else reading.text

    def symbols(self, text: str) -> Sequence[str]:
        """The symbols of a line, or canonical tokens of LaTeX."""
        return canonical.tokens(text) if self.in_latex else normalise(text)

    @property
    def split(self) -> str:
        """Either "validation" or "test": about half of all sources each.

        All of a source is on one side, for lines of one hand are alike. Its name alone decides, so
        that a new source moves no other one.
        """
        return SPLITS[hashlib.sha256(self.source.encode()).digest()[0] % 2]

    def errors(self, read: str) -> int:
        """How many of them must be inserted, deleted or replaced (Levenshtein's distance)."""
        return Levenshtein.distance(self.symbols(self.written), self.symbols(read))


def normalise(text: str) -> str:
    """One spelling for each symbol of a line: `-`, `×`, `÷`, and no spaces."""
    return text.translate(SPELLINGS)


def labels(folder: Path) -> list[Labelled]:
    """The pictures that a folder's `labels.csv` names, each with what is written there.

    The table is UTF-8 with the columns `file` and `text`, or `file` and `latex`, and perhaps
    `source`, and `level` of expressions; others are left alone, and so is `latex` beside `text`.

    Raises:
        InputError: there is no such table, it is empty, or nothing that can be read is written.
    """
    path = folder / TABLE
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise InputError(
            f"{path} is missing; it is a table with the columns file,text or file,latex"
        ) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no table in UTF-8 ({reason(error)})") from None
    columns = rows[0].keys() if rows else set()
    if "file" not in columns or not {"text", "latex"} & columns:
        raise InputError(
            f"{path} needs the columns file,text or file,latex and at least one row below them"
        )
    in_latex = "text" not in columns
    found = []
    for number, row in enumerate(rows, start=1):
        name = row["file"]
        if not name or "\0" in name:
            raise InputError(f"{path}, row {number}: no file is named")
        given = row["latex" if in_latex else "text"] or ""
        written = given if in_latex else normalise(given)
        if in_latex and not canonical.tokens(given):
            raise InputError(f"{path}, row {number}: “{given}” is no LaTeX of an expression")
        if not in_latex and not (written and set(written) <= ALPHABET):
            raise InputError(f"{path}, row {number}: “{given}” is no line of 0-9 . + - × ÷ =")
        source = (row.get("source") or "").strip()
        level = (row.get("level") or "").strip() if in_latex else ""
        found.append(Labelled(folder / name, written, in_latex, source, level, name))
    return found


def only(split: str, found: list[Labelled], folder: Path) -> list[Labelled]:
    """Those of a folder's pictures that are in one of `SPLITS`.

    Raises:
        InputError: it is not said where each picture is from, or no source is in that split.
    """
    if not all(label.source for label in found):
        raise InputError(
            f"{folder / TABLE} can't be split: it needs a column source with a name in every row, "
            "such as who wrote the line"
        )
    chosen = [label for label in found if label.split == split]
    if not chosen:
        raise InputError(f"{folder / TABLE}: no source is in {split}; it takes a few more sources")
    return chosen
