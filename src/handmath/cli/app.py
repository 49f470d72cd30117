"""The command line, `handmath`.

NumPy, pandas and Gradio are imported by the command that needs them, so that help and shell
completion answer at once.
"""

import importlib.metadata
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand

from handmath.base import errors
from handmath.cli.options import (
    Alphabet,
    Format,
    Model,
    Split,
    check_annotate,
    check_table,
    pictures,
)

if TYPE_CHECKING:
    from handmath.reading.reader import Reader

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
    errors.run(command)


def command() -> None:
    """Run the command line, and come back if all went well."""
    try:
        app(prog_name="handmath")
    except SystemExit as ended:
        if ended.code:
            raise


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
    paths = pictures(files)
    if annotate:
        check_annotate(annotate, paths)
    form = Format.JSON if as_json else form
    if form is Format.SYMPY:
        with errors.brought_by("algebra"):
            import sympy  # noqa: F401  # or reading would be for nothing
    reader = load(model, alphabet)
    from handmath.cli import readings

    if not readings.print_all(reader, paths, form, check, annotate):
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
    os.environ.setdefault(*ONE_THREAD)
    from handmath.cli import scores
    from handmath.reading import labelled

    labels = labelled.labels(folder)
    if table:
        check_table(table, [folder / labelled.TABLE, *(label.file for label in labels)])
    if split:
        labels = labelled.only(split, labels, folder)
    readings = scores.read_all(load(model, alphabet), labels)
    if table:
        scores.write_table(table, labels, readings)
    scores.print_all(labels, readings, misses=split is not Split.TEST)
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
