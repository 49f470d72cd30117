"""The command line, `handmath`.

NumPy, pandas and Gradio are imported by the command that needs them, so that help and shell
completion answer at once.
"""

import importlib.metadata
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand

from handmath.base import errors
from handmath.base.errors import InputError

if TYPE_CHECKING:
    from handmath.reading.reader import Reader, Reading

PICTURES = {".png", ".jpg", ".jpeg"}  # what --annotate writes, by suffix
EXIT_CODES = (
    "Exit code: 0 if all was read, 1 if something was not (a line on stderr says what), "
    "2 if the command itself is wrong."
)

app = typer.Typer(
    help="Read a handwritten line of arithmetic, such as 12 ÷ 4 = 3, and write it in LaTeX; "
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
    """A command whose arguments are shown so."""

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
    """Take what stands before a command."""


def main() -> None:
    """Run the command line; an `InputError` becomes one line on stderr and exit code 1."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text
    errors.run(lambda: app(prog_name="handmath"))


@app.command(cls=Command, epilog=EXIT_CODES)
def read(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="Pictures, of one line each.")
    ],
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print a JSON object a file: text, LaTeX, symbols, boxes."),
    ] = False,
    annotate: Annotated[
        Path | None,
        typer.Option(metavar="OUT.png", help="Draw boxes and labels into a copy of the picture."),
    ] = None,
    model: Model = None,
) -> None:
    """Print in LaTeX the line that each picture holds.

    Where there are several files, a line begins with the file's name.
    A reading not to be trusted is said on stderr, and so is a file that can't be read; the others
    are read all the same.

    \b
    Examples:
      handmath read photo.jpg                       12 \\div 4 = 3
      handmath read *.png                           page1.png: 12 \\div 4 = 3 …
      handmath read *.png --json | jq .text         "12÷4=3" …
      handmath read photo.jpg --annotate out.png    what was taken for what
    """
    if annotate:
        check_annotate(annotate, files)
    reader = load(model)
    failed = False
    for file in files:
        try:
            reading = reader.read(file)
        except InputError as error:
            complain(error)
            failed = True
            continue
        if as_json:
            print(json.dumps(facts(file, reading, reader), ensure_ascii=False))
        else:
            print(f"{file}: {reading.latex}" if len(files) > 1 else reading.latex)
        warn_if_unsure(file, reading)
        if annotate:
            draw(file, reading, annotate)
    if failed:
        raise typer.Exit(1)


@app.command(cls=Command, epilog=EXIT_CODES)
def score(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Has pictures and labels.csv (file,text).")
    ],
    model: Model = None,
) -> None:
    """Score the reader on a folder of labelled pictures.

    Prints a line for each miss, then the shares of lines with no wrong symbol, at most one and at
    most two, and the character error rate. In brackets is the interval in which the share of all
    such lines lies with 95% confidence (Wilson's). Wrong symbols are inserted, deleted or
    replaced (Levenshtein). A picture that can't be read is a line of which nothing was read.

    \b
    In labels.csv the symbols are 0-9 . + - × ÷ =, also typed − * x /, with or without spaces:
      file,text
      page1.png,12÷4=3
      page2.png,1.5 * 2 = 3

    \b
    Example:
      handmath score my_lines
    """
    from tqdm import tqdm

    from handmath.data.interval import wilson
    from handmath.reading import scores

    labels = scores.labels(folder)
    reader = load(model)
    texts = []
    failed = False
    for file, _ in tqdm(labels, unit="line", leave=False, disable=None):
        try:
            texts.append(reader.read(file).text)
        except InputError as error:
            complain(error)
            failed = True
            texts.append("")
    for (file, written), text in zip(labels, texts, strict=True):
        if errors := scores.wrong(written, text):
            print(f"{file.name}: {written} read as {text or 'nothing'}, {errors} wrong")
    found = scores.score([written for _, written in labels], texts)
    low, high = wilson(round(found.exact * found.lines), found.lines)
    print(
        f"{found.lines} lines: {found.exact:.3f} exact (95% interval {low:.3f} to {high:.3f}), "
        f"{found.at_most_1:.3f} at most 1 wrong, {found.at_most_2:.3f} at most 2 wrong, "
        f"character error rate {found.cer:.3f}"
    )
    if failed:
        raise typer.Exit(1)


@app.command(cls=Command, epilog=EXIT_CODES)
def demo(
    port: Annotated[
        int, typer.Option(metavar="PORT", min=1, max=65535, help="Of 127.0.0.1.")
    ] = 7860,
    model: Model = None,
) -> None:
    """Serve a page to draw a line on, or drop a photo into.

    The page is at http://127.0.0.1:7860 until Ctrl+C, for this machine alone. It shows the LaTeX,
    the boxes and what the line comes to, works offline and keeps no picture.

    \b
    Example:
      handmath demo --port 8080
    """
    with errors.brought_by("demo"):
        from handmath.commands import demo as page
    page.serve(port, model)


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
            from handmath.figures import heatmap as figure

            figure.draw(figure.read_sweep(), "plots/heatmap.png")


def load(model: Path | None) -> "Reader":
    """Load the reader, and NumPy and OpenCV before it."""
    from handmath.reading.reader import Reader

    return Reader.load(model)


def check_annotate(annotate: Path, files: list[Path]) -> None:
    """Refuse, before anything is read, what --annotate can't do."""
    if len(files) > 1:
        raise typer.BadParameter("draws one file at a time", param_hint="--annotate")
    if annotate.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"{annotate} should end in .png or .jpg", param_hint="--annotate")
    if annotate.resolve() == files[0].resolve():
        raise typer.BadParameter(f"{annotate} is the picture itself", param_hint="--annotate")


def complain(error: InputError) -> None:
    """Say what is wrong with one file, and go on."""
    print(f"error: {error}", file=sys.stderr)


def warn_if_unsure(file: Path, reading: "Reading") -> None:
    """Say on stderr that a reading is not to be trusted, or not of all that is written."""
    from handmath.reading.thresholds import THRESHOLDS

    if reading.confidence < THRESHOLDS.min_confidence:
        unsure = f"its confidence is only {reading.confidence:.2f}"
        print(f"warning: {file}: don't trust this reading, {unsure}", file=sys.stderr)
    if reading.ink_share < THRESHOLDS.min_ink_share:
        part = f"only {100 * reading.ink_share:.0f}% of the ink is in this reading"
        print(f"warning: {file}: {part}; one line is read at a time", file=sys.stderr)


def facts(file: Path, reading: "Reading", reader: "Reader") -> dict[str, Any]:
    """The JSON object of a file."""
    return {
        "file": str(file),
        "model": reader.name,
        "latex": reading.latex,
        "text": reading.text,
        "confidence": reading.confidence,
        "ink_share": reading.ink_share,
        "left_out": reading.left_out,
        "symbols": [
            {"label": symbol.label, "box": symbol.box, "confidence": symbol.confidence}
            for symbol in reading.symbols
        ],
    }


def draw(file: Path, reading: "Reading", out: Path) -> None:
    """Write the picture with the reading drawn in."""
    from handmath.base.files import atomic_write
    from handmath.figures.annotate import annotate

    drawn = annotate(file, reading)
    with atomic_write(out) as partial:
        drawn.save(partial)


if __name__ == "__main__":
    main()
