"""What `handmath score` says of labelled pictures."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from handmath.base import files
from handmath.base.errors import InputError
from handmath.cli.said import answer, complain
from handmath.reading import many
from handmath.reading.labelled import Labelled
from handmath.reading.reader import Reader
from handmath.reading.result import Reading
from handmath.reading.scores import Scores, Sources

Read = Sequence[tuple[Labelled, str]]  # labelled pictures, each with what was read of it


def read_all(reader: Reader, labels: Sequence[Labelled]) -> list[Reading | None]:
    """Read each picture; of one that can't be read, say so on stderr and go on."""
    outcomes = many.read_lines(reader, [label.file for label in labels])
    unit = "expression" if labels[0].in_latex else "line"
    readings: list[Reading | None] = []
    for outcome in tqdm(outcomes, total=len(labels), unit=unit, leave=False, disable=None):
        if isinstance(outcome, InputError):
            complain(outcome)
            readings.append(None)
        else:
            readings.append(outcome)
    return readings


def print_all(labels: Sequence[Labelled], readings: Sequence[Reading | None], misses: bool) -> None:
    """Print the misses, if wanted, then the scores of each level, of each source and of all."""
    pairs = [
        (label, label.read(reading) if reading else "")
        for label, reading in zip(labels, readings, strict=True)
    ]
    for label, read in pairs:
        if misses and (wrong := label.errors(read)):
            what = read or "nothing"
            print(f"{label.name}: {label.written} read as {what}, {wrong} wrong")
    for column in ("level", "source"):
        groups: dict[str, list[tuple[Labelled, str]]] = {}
        for label, read in pairs:
            groups.setdefault(getattr(label, column), []).append((label, read))
        if len(groups) > 1:
            for name in sorted(groups):
                print(f"{name or f'no {column}'}: {summary(groups[name])}")
            if column == "source":
                print(across(groups))
    print(summary(pairs))


def summary(pairs: Read) -> str:
    """How well lines, or expressions, were read."""
    labels, read = zip(*pairs, strict=True)
    found = Scores.of(labels, read)
    (exact, *of_exact), (one, *of_one), (two, *of_two) = map(found.at_most, range(3))
    count = len(pairs)
    if not labels[0].in_latex:
        return (
            f"{count} {'line' if count == 1 else 'lines'}: {exact:.3f} exact "
            f"(95% interval {to(of_exact)}), {one:.3f} at most 1 wrong, {two:.3f} at most 2 wrong, "
            f"character error rate {found.error_rate:.3f}"
        )
    return (
        f"{count} {'expression' if count == 1 else 'expressions'}: {exact:.3f} exact "
        f"(95% interval {to(of_exact)}), {one:.3f} at most 1 wrong ({to(of_one)}), "
        f"{two:.3f} at most 2 wrong ({to(of_two)}), token error rate {found.error_rate:.3f}"
    )


def across(groups: dict[str, list[tuple[Labelled, str]]]) -> str:
    """How far the score hangs on the sources."""
    scores = {name: Scores.of(*zip(*pairs, strict=True)) for name, pairs in groups.items()}
    found = Sources.of(scores)
    ordered = sorted(found.without, key=found.without.__getitem__)
    without = [
        f"{found.without[name]:.3f} without {name or 'those of no source'}"
        for name in (ordered[0], ordered[-1])
    ]
    return (
        f"{len(groups)} sources, each counted alike: {found.share:.3f} exact "
        f"(95% interval {to([found.low, found.high])}); all lines: {', '.join(without)}"
    )


def to(bounds: Sequence[float]) -> str:
    """An interval, as `0.450 to 0.550`."""
    low, high = bounds
    return f"{low:.3f} to {high:.3f}"


def write_table(path: Path, labels: Sequence[Labelled], readings: Sequence[Reading | None]) -> None:
    """Write what was read of each picture; of one that can't be read all but `right` is empty."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "text", "latex", "value", "right", "confidence"])
    for label, reading in zip(labels, readings, strict=True):
        if reading is None:
            table.writerow([label.name, "", "", "", "false", ""])
            continue
        right = "false" if label.errors(label.read(reading)) else "true"
        value, sure = answer(reading), f"{reading.confidence:.6f}"
        table.writerow([label.name, reading.text, reading.latex, value, right, sure])
    files.write_text(path, text.getvalue())
