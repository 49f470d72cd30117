"""What `handmath read` prints of each picture, and draws into a copy of it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from handmath.base.errors import InputError
from handmath.base.files import atomic_write
from handmath.cli.options import STDIN, Format
from handmath.cli.said import complain, verdict
from handmath.data import image_file
from handmath.data.tree import Link
from handmath.reading import many, mathml
from handmath.reading.many import Picture
from handmath.reading.picture import LARGEST_FILE
from handmath.reading.reader import Reader
from handmath.reading.result import Reading
from handmath.reading.thresholds import THRESHOLDS


def print_all(
    reader: Reader, files: Sequence[Path], form: Format, check: bool, annotate: Path | None
) -> bool:
    """Print what each picture holds; of one that can't be read, say so on stderr and go on.

    Args:
        reader: reads the pictures.
        files: pictures, or `STDIN`.
        form: how each line is printed.
        check: say beside each line whether it is true, or what it comes to.
        annotate: where the copy of the only picture goes, with the boxes drawn in.

    Returns:
        All could be read, and printed in this form.
    """
    complete = True
    pictures, names = [], []
    for file in files:
        try:
            pictures.append(picture(file))
            names.append(file)
        except InputError as error:
            complain(error)
            complete = False
    for name, own, outcome in zip(names, pictures, many.read_pages(reader, pictures), strict=True):
        if isinstance(outcome, InputError):
            complain(outcome)
            complete = False
            continue
        for number, reading in enumerate(outcome, start=1):
            try:
                line = printed(name, reading, reader, form, check)
            except InputError as error:
                complain(InputError(f"{name}: {error}"))
                complete = False
                continue
            if form is Format.LATEX and not check and number < len(outcome):
                line += r" \\"
            several = len(names) > 1 and form is not Format.JSON
            print(f"{name}: {line}" if several else line)
            warn_if_unsure(f"{name}, line {number}" if len(outcome) > 1 else name, reading)
        if annotate:
            draw(own, outcome, annotate)
    return complete


def picture(name: Path) -> Picture:
    """The picture on standard input for `STDIN`; else its file.

    Raises:
        InputError: standard input is closed, no picture, damaged or too large.
    """
    if name != STDIN:
        return name
    if sys.stdin is None:
        raise InputError("standard input is closed")
    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise InputError(f"standard input has more than {LARGEST_FILE >> 20} MB")
    try:
        image = image_file.open_image(data)
        image_file.grey(image)  # so that it is decoded, or said to be damaged, before it is shared
    except image_file.UnreadableError as error:
        raise InputError(f"standard input {error}") from None
    return image


def printed(name: Path, reading: Reading, reader: Reader, form: Format, check: bool) -> str:
    """A line as it is printed.

    Raises:
        InputError: it is no calculation, and so nothing for SymPy.
    """
    match form:
        case Format.JSON:
            said = {"check": verdict(reading)} if check else {}
            plain = not sys.stdout.encoding.lower().startswith("utf")  # ÷ becomes \u00f7
            return json.dumps(facts(name, reading, reader) | said, ensure_ascii=plain)
        case Format.MATHML:
            line = mathml.of(reading.tree)
        case Format.SYMPY:
            from handmath.reading import algebra  # SymPy, which only this needs

            line = algebra.text(reading.tree)
        case Format.TEXT:
            line = reading.text
        case Format.LATEX:
            line = reading.latex
    return f"{line}\t{verdict(reading)}" if check else line


def facts(file: Path, reading: Reading, reader: Reader) -> dict[str, Any]:
    """The JSON object of a line."""
    return {
        "file": str(file),
        "model": reader.name,
        "latex": reading.latex,
        "text": reading.text,
        "box": reading.box,
        "confidence": reading.confidence,
        "ink_share": reading.ink_share,
        "left_out": reading.left_out,
        "symbols": [
            {"label": symbol.label, "box": symbol.box, "confidence": symbol.confidence}
            for symbol in reading.symbols
        ],
    }


def warn_if_unsure(name: object, reading: Reading) -> None:
    """Say on stderr that a reading is not to be trusted, or not of all that is written."""
    if reading.confidence < THRESHOLDS.min_confidence:
        unsure = f"its confidence is only {reading.confidence:.2f}"
        print(f"warning: {name}: don't trust this reading, {unsure}", file=sys.stderr)
    if reading.ink_share < THRESHOLDS.min_ink_share:
        part = f"only {100 * reading.ink_share:.0f}% of the ink is in this reading"
        print(f"warning: {name}: {part}", file=sys.stderr)


def draw(own: Picture, readings: Sequence[Reading], out: Path) -> None:
    """Write the picture with the readings drawn in."""
    from handmath.figures.annotate import annotate  # Pillow's fonts, which reading does without

    symbols = tuple(symbol for reading in readings for symbol in reading.symbols)
    left_out = tuple(box for reading in readings for box in reading.left_out)
    links: tuple[Link, ...] = ()
    for reading in readings:
        first = len(links)
        links += tuple(
            Link(parent + first if parent >= 0 else parent, relation)
            for parent, relation in reading.tree.links
        )
    drawn = annotate(own, replace(readings[0], symbols=symbols, left_out=left_out, links=links))
    with atomic_write(out) as partial:
        drawn.save(partial)
