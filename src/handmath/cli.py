"""The command line, `handmath`.

NumPy, pandas and Gradio are imported by the command that needs them, so that help and shell
completion answer at once.
"""

import csv
import importlib.metadata
import io
import json
import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand

from handmath.base import errors
from handmath.base.errors import InputError

if TYPE_CHECKING:
    from handmath.reading.labelled import Labelled
    from handmath.reading.many import Picture
    from handmath.reading.reader import Reader
    from handmath.reading.result import Reading

DRAWN = {".png", ".jpg", ".jpeg"}  # what --annotate writes, by suffix
PICTURES = {*DRAWN, ".bmp", ".gif", ".tif", ".tiff", ".webp"}  # what is read of a folder
STDIN = Path("-")
# Before NumPy is imported: a line is too little for several threads, they would wait on each other.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
EXIT_CODES = (
    "Exit code: 0 if all was read, 1 if something was not (a line on stderr says what), "
    "2 if the command itself is wrong."
)

app = typer.Typer(
    help="Read handwritten mathematics, such as 12 ÷ 4 = 3, and write it in LaTeX; "
    "fetch, export and draw what the pipeline works with.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Model = Annotated[
    Path | None,
    typer.Option(
        metavar="MODEL.safetensors",
        envvar="HANDMATH_MODEL",
        help="The trained reader. Default: that of the project in the current folder, else the "
        "one that comes with handmath.",
        show_envvar=True,
    ),
]


class Argument(TyperArgument):
    """An argument that help shows by its name, without Python's type such as <list[Path]>."""

    def display_type(self, *_: object, **__: object) -> str:
        """Show none."""
        return ""


class Command(TyperCommand):
    """A command that shows its arguments by name in help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parameter in self.params:
            if isinstance(parameter, TyperArgument):
                parameter.__class__ = Argument


def print_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        from handmath.reading import models

        print(f"handmath {importlib.metadata.version('handmath')}, reader {models.describe()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Options of `handmath` itself, given before a command."""


def main() -> None:
    """Run the command line; an `InputError` becomes one line on stderr and exit code 1."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text
    errors.run(lambda: app(prog_name="handmath"))


Alphabet = Annotated[
    str | None,
    typer.Option(
        metavar="digits|arithmetic|CHARACTERS",
        help="Nothing else is written there: by name, or the characters themselves.",
    ),
]


class Split(StrEnum):
    """Which half of the sources is scored, see `handmath.reading.labelled.SPLITS`."""

    VALIDATION = "validation"
    TEST = "test"


class Format(StrEnum):
    """How a line is printed."""

    LATEX = "latex"
    TEXT = "text"
    MATHML = "mathml"
    SYMPY = "sympy"
    JSON = "json"


@app.command(cls=Command, epilog=EXIT_CODES)
def read(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES", help="Pictures, folders of them, or - for one on standard input."
        ),
    ],
    form: Annotated[
        Format,
        typer.Option(
            "--format", metavar="latex|text|mathml|sympy|json", help="How each line is printed."
        ),
    ] = Format.LATEX,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Short for --format json: text, LaTeX, symbols, boxes."),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Say beside each line whether it is true, or what it comes to."
        ),
    ] = False,
    alphabet: Alphabet = None,
    annotate: Annotated[
        Path | None,
        typer.Option(metavar="OUT.png", help="Draw boxes and labels into a copy of the picture."),
    ] = None,
    model: Model = None,
) -> None:
    """Print in LaTeX what each picture holds: a line, an expression, or a page of lines.

    Where there are several pictures, a line begins with the file's name; of a folder, all of its
    pictures are read, sorted by name. All but the last line of a page end in \\\\, as in LaTeX.
    A reading not to be trusted is said on stderr, and so is a file that can't be read; the others
    are read all the same. Beside such a reading, --check says only that it is unsure.

    \b
    Examples:
      handmath read photo.jpg                       12 \\div 4 = 3
      handmath read *.png                           page1.png: 12 \\div 4 = 3 …
      handmath read worksheets --check              worksheets/1.png: 12 \\div 4 = 3  true …
      handmath read *.png --json | jq .text         "12÷4=3" …
      handmath read photo.jpg --annotate out.png    what was taken for what
    """
    paths = named(files)
    if annotate:
        check_annotate(annotate, paths)
    if form is Format.SYMPY:
        with errors.brought_by("algebra"):
            import sympy  # noqa: F401  # or reading would be for nothing
    reader = load(model, alphabet)
    from handmath.reading import many

    failed = False
    pictures, names = [], []
    for name in paths:
        try:
            pictures.append(picture(name))
            names.append(name)
        except InputError as error:
            complain(error)
            failed = True
    form = Format.JSON if as_json else form
    for name, own, outcome in zip(names, pictures, many.read_pages(reader, pictures), strict=True):
        if isinstance(outcome, InputError):
            complain(outcome)
            failed = True
            continue
        for number, reading in enumerate(outcome, start=1):
            try:
                line = printed(name, reading, reader, form, check)
            except InputError as error:
                complain(InputError(f"{name}: {error}"))
                failed = True
                continue
            if form is Format.LATEX and not check and number < len(outcome):
                line += r" \\"
            several = len(names) > 1 and form is not Format.JSON
            print(f"{name}: {line}" if several else line)
            warn_if_unsure(f"{name}, line {number}" if len(outcome) > 1 else name, reading)
        if annotate:
            draw(own, outcome, annotate)
    if failed:
        raise typer.Exit(1)


@app.command(cls=Command, epilog=EXIT_CODES)
def score(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Has pictures and labels.csv.")],
    table: Annotated[
        Path | None,
        typer.Option("--csv", metavar="OUT.csv", help="Write a row a picture into this table."),
    ] = None,
    split: Annotated[
        Split | None,
        typer.Option(
            metavar="validation|test",
            help="Score one half of the sources: to choose on, or to report at the end.",
        ),
    ] = None,
    alphabet: Alphabet = None,
    model: Model = None,
) -> None:
    """Score the reader on a folder of labelled pictures.

    Prints a line for each miss, then the shares of lines with no wrong symbol, at most one and at
    most two, and the character error rate. In brackets is the interval in which the share of all
    such lines lies with 95% confidence (Wilson's). Wrong symbols are inserted, deleted or
    replaced (Levenshtein). A picture that can't be read is a line of which nothing was read.
    Where labels.csv has a column `source`, such as who wrote the line, each source has a line too,
    and one more says what a new one may expect on average: the mean of the sources' shares, its
    interval as if each source were one picture, and the share of all pictures without the source
    that raises it most, and without the one that lowers it most.
    --split validation scores about half of the sources, which their names decide. --split test
    scores the others, and prints no misses: what was looked at is no test any more.
    Expressions are labelled in LaTeX, and compared by its tokens: how a symbol is spelled, spaces,
    braces that change nothing and the order of scripts don't count. A column `level`, such as
    fraction, gives each level a line.
    The table of --csv has for each picture what was read, in text and LaTeX, what that comes to
    or whether it is true, whether the reading is right, and its confidence.

    \b
    In labels.csv the symbols are 0-9 . + - × ÷ =, also typed − * x /, with or without spaces:
      file,text
      page1.png,12÷4=3
      page2.png,1.5 * 2 = 3
    Or, of expressions, LaTeX:
      file,latex,level
      page3.png,x = \\frac{1}{2},fraction

    \b
    Example:
      handmath score my_lines
      handmath score my_lines --csv readings.csv
    """
    from tqdm import tqdm

    os.environ.setdefault(*ONE_THREAD)
    from handmath.reading import labelled, many

    labels = labelled.labels(folder)
    if split:
        labels = labelled.only(split, labels, folder)
    reader = load(model, alphabet)
    outcomes = many.read_lines(reader, [label.file for label in labels])
    readings: list[Reading | None] = []
    pairs = []
    unit = "expression" if labels[0].in_latex else "line"
    progress = tqdm(outcomes, total=len(labels), unit=unit, leave=False, disable=None)
    for label, outcome in zip(labels, progress, strict=True):
        if isinstance(outcome, InputError):
            complain(outcome)
        reading = None if isinstance(outcome, InputError) else outcome
        readings.append(reading)
        pairs.append((label, label.read(reading) if reading else ""))
    for label, read in pairs:
        if split is not Split.TEST and (wrong := label.errors(read)):
            what = read or "nothing"
            print(f"{label.file.name}: {label.written} read as {what}, {wrong} wrong")
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
    if table:
        write_table(table, labels, readings)
    if None in readings:
        raise typer.Exit(1)


@app.command(cls=Command, epilog=EXIT_CODES)
def demo(
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Serve to a network: this machine's address there, or 0.0.0.0 for all it has.",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", min=1, max=65535, help="Of that address.")
    ] = 7860,
    model: Model = None,
) -> None:
    """Serve a page to draw a line on, or drop a photo into.

    The page is at http://127.0.0.1:7860 until Ctrl+C, for this machine alone. It shows the line,
    where a symbol can be corrected, whether it is true, its LaTeX and the boxes. It works offline
    and keeps no picture.

    With --host, everyone in that network can open the page, without a password or encryption.

    \b
    Examples:
      handmath demo --port 8080
      handmath demo --host 0.0.0.0      for a class
    """
    from handmath.commands.demo import address

    address.check(host, port)
    with errors.brought_by("demo"):
        from handmath.commands.demo import server
    server.serve(host, port, model)


@app.command(cls=Command, epilog=EXIT_CODES)
def fetch() -> None:
    """Download the notebook's images from Kaggle into data/ and version them with `dvc add`.

    They are checked by their content id. No account is needed.
    """
    with errors.brought_by("pipeline"):
        from handmath.commands import fetch as images

    images.fetch()


@app.command(cls=Command, epilog=EXIT_CODES)
def export() -> None:
    """Write models/model.onnx, checked against PyTorch on every test image."""
    with errors.brought_by("export"):
        from handmath.commands import export as onnx

    onnx.export()


@app.command(cls=Command, epilog=EXIT_CODES)
def heatmap(
    from_experiments: Annotated[
        bool, typer.Option("--from-experiments", help="Of the experiments, not of the sweep.")
    ] = False,
) -> None:
    """Draw accuracy over learning rate and epochs, Figure 7.

    Of the sweep into plots/heatmap.png, as the stage does, or of the current commit's experiments
    into plots/experiments.png.

    \b
    Example:
      dvc exp run --queue -S 'lr=0.001,0.0025' -S 'epochs=3,7'
      dvc exp run --run-all
      handmath heatmap --from-experiments
    """
    with errors.brought_by("pipeline"):
        if from_experiments:
            from handmath.commands import experiments

            experiments.main()
        else:
            import pandas as pd

            from handmath.data import results
            from handmath.figures import heatmap as figure

            figure.draw(pd.DataFrame(map(dict, results.Cell.read())), "plots/heatmap.png")


def load(model: Path | None, alphabet: str | None = None) -> "Reader":
    """Load the reader, and NumPy and OpenCV before it."""
    os.environ.setdefault(*ONE_THREAD)
    from handmath.reading.reader import Reader

    reader = Reader.load(model)
    return reader if alphabet is None else reader.restricted(alphabet)


def named(files: list[Path]) -> list[Path]:
    """The files, and in place of each folder its pictures, sorted by name.

    A folder without any stays: it is no picture, and that is said when it is read.
    """
    found: list[Path] = []
    for file in files:
        inside = sorted(path for path in file.glob("*") if path.suffix.lower() in PICTURES)
        found += inside or [file]
    return found


def picture(name: Path) -> "Picture":
    """The picture on standard input for `-`; else its file."""
    if name != STDIN:
        return name
    from handmath.data import image_file
    from handmath.reading.picture import LARGEST_FILE

    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise InputError(f"standard input has more than {LARGEST_FILE >> 20} MB")
    try:
        return image_file.open_image(data)
    except image_file.UnreadableError as error:
        raise InputError(f"standard input {error}") from None


def printed(name: Path, reading: "Reading", reader: "Reader", form: Format, check: bool) -> str:
    """A line as `read` prints it.

    Raises:
        InputError: it is no calculation, and so nothing for SymPy.
    """
    if form is Format.JSON:
        values = facts(name, reading, reader)
        if check:
            values["check"] = verdict(reading)
        return json.dumps(values, ensure_ascii=False)
    if form is Format.MATHML:
        from handmath.reading import mathml

        line = mathml.of(reading.tree)
    elif form is Format.SYMPY:
        from handmath.reading import algebra

        line = algebra.text(reading.tree)
    else:
        line = reading.text if form is Format.TEXT else reading.latex
    return f"{line}\t{verdict(reading)}" if check else line


def verdict(reading: "Reading") -> str:
    """What a line comes to, or true or false; `unsure` where it may be misread."""
    return answer(reading) if reading.sure else "unsure"


def answer(reading: "Reading") -> str:
    """What a line comes to, or true or false, or why neither can be said."""
    from handmath.reading import value

    try:
        return value.answer(reading.tree)
    except InputError as error:
        return str(error)


def summary(pairs: "list[tuple[Labelled, str]]") -> str:
    """How well lines, or expressions, were read; each with what was read of it."""
    from handmath.reading.scores import Scores

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


def across(groups: "dict[str, list[tuple[Labelled, str]]]") -> str:
    """How far the score hangs on the sources; their pictures, each with what was read of it."""
    from handmath.reading.scores import Scores, Sources

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


def to(bounds: list[float]) -> str:
    """An interval, as `0.450 to 0.550`."""
    low, high = bounds
    return f"{low:.3f} to {high:.3f}"


def write_table(path: Path, labels: "list[Labelled]", readings: "list[Reading | None]") -> None:
    """Write what was read of each picture; of one that can't be read all but `right` is empty."""
    from handmath.base import files

    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "text", "latex", "value", "right", "confidence"])
    for label, reading in zip(labels, readings, strict=True):
        if reading is None:
            table.writerow([label.file.name, "", "", "", "false", ""])
            continue
        right = "false" if label.errors(label.read(reading)) else "true"
        value, sure = answer(reading), f"{reading.confidence:.6f}"
        table.writerow([label.file.name, reading.text, reading.latex, value, right, sure])
    files.write_text(path, text.getvalue())


def check_annotate(annotate: Path, files: list[Path]) -> None:
    """Refuse, before anything is read, what --annotate can't do."""
    if len(files) > 1:
        raise typer.BadParameter("draws one file at a time", param_hint="--annotate")
    if annotate.suffix.lower() not in DRAWN:
        raise typer.BadParameter(f"{annotate} should end in .png or .jpg", param_hint="--annotate")
    if annotate.resolve() == files[0].resolve():
        raise typer.BadParameter(f"{annotate} is the picture itself", param_hint="--annotate")


def complain(error: InputError) -> None:
    """Say what is wrong with one file, and go on."""
    print(f"error: {error}", file=sys.stderr)


def warn_if_unsure(name: object, reading: "Reading") -> None:
    """Say on stderr that a reading is not to be trusted, or not of all that is written."""
    from handmath.reading.thresholds import THRESHOLDS

    if reading.confidence < THRESHOLDS.min_confidence:
        unsure = f"its confidence is only {reading.confidence:.2f}"
        print(f"warning: {name}: don't trust this reading, {unsure}", file=sys.stderr)
    if reading.ink_share < THRESHOLDS.min_ink_share:
        part = f"only {100 * reading.ink_share:.0f}% of the ink is in this reading"
        print(f"warning: {name}: {part}", file=sys.stderr)


def facts(file: Path, reading: "Reading", reader: "Reader") -> dict[str, Any]:
    """The JSON object of a file."""
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


def draw(own: "Picture", readings: "list[Reading]", out: Path) -> None:
    """Write the picture with the readings drawn in."""
    from handmath.base.files import atomic_write
    from handmath.data.tree import Link
    from handmath.figures.annotate import annotate

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


if __name__ == "__main__":
    main()
