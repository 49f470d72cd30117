"""What stages measured is read back whole, or refused in one line that names the file."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from handmath.base.errors import InputError
from handmath.commands import summary
from handmath.stages import card, heatmap

# Who reads a file, and the stage that makes it anew.
READ_BY: dict[str, tuple[Callable[[], None], str]] = {
    "metrics/data.json": (card.main, "audit"),
    "metrics/train.json": (card.main, "train"),
    "metrics/test.json": (card.main, "evaluate"),
    "metrics/lines.json": (card.main, "lines"),
    "metrics/expressions.json": (card.main, "expressions"),
    "metrics/sweep.json": (summary.main, "sweep"),
    "plots/per_class.csv": (card.main, "evaluate"),
    "plots/lookalikes.csv": (card.main, "evaluate"),
    "plots/sweep.csv": (heatmap.main, "sweep"),
    "data/content_id.txt": (card.main, "audit"),
    "models/weights_sha256.txt": (card.main, "train"),
}
METRICS = sorted(file for file in READ_BY if file.endswith(".json"))
TABLES = sorted(file for file in READ_BY if file.endswith(".csv"))
NO_FILE: dict[str, bytes] = {
    "empty": b"",
    "no text": b"\xff\xfe\x00\x01",
    "marks of a merge": b"<<<<<<< HEAD\n{}\n=======\n>>>>>>> other\n",
    "20 MB": b" " * 20_000_000,
    "a page": b"<html>Please sign in</html>",
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project in which the pipeline has run, as far as these read it."""
    monkeypatch.chdir(tmp_path)
    for folder in ("metrics", "plots"):
        shutil.copytree(ROOT / folder, folder)
    for file in ("params.yaml", "models/weights_sha256.txt"):
        Path(file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, file)
    Path("data").mkdir()
    Path("data/content_id.txt").write_text("c0ffee".rjust(64, "0") + "\n")


def refused(file: str, said: str) -> None:
    main, stage = READ_BY[file]
    before = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
    with pytest.raises(InputError, match=said) as caught:
        main()
    message = str(caught.value)
    assert file in message
    assert f"`dvc repro {stage}` makes it" in message
    assert len(message) < 500
    assert message.isprintable()
    assert {path: path.stat().st_mtime_ns for path in Path().rglob("*")} == before


@pytest.mark.parametrize("file", READ_BY)
def test_missing(file: str) -> None:
    Path(file).unlink()
    refused(file, "is missing")


@pytest.mark.parametrize("file", READ_BY)
def test_something_else_in_its_place(file: str) -> None:
    Path(file).unlink()
    Path(file).mkdir()
    refused(file, "can't be read .it is no file")
    Path(file).rmdir()
    os.mkfifo(file)
    refused(file, "can't be read .it is no file")


@pytest.mark.parametrize("kind", NO_FILE)
@pytest.mark.parametrize("file", READ_BY)
def test_no_such_file_at_all(file: str, kind: str) -> None:
    Path(file).write_bytes(NO_FILE[kind])
    refused(file, "is damaged")


def keys(file: str) -> list[str]:
    """Those that somebody reads: without them all is refused."""
    return {
        "metrics/data.json": ["classes", "train_images", "leaked_by_pixels"],
        "metrics/train.json": ["train_accuracy", "validation_accuracy", "parameters"],
        "metrics/test.json": ["accuracy", "accuracy_low", "macro_f1", "loss", "calibration_error"],
        "metrics/lines.json": ["exact", "exact_high", "at_most_1", "cer"],
        "metrics/expressions.json": ["exact", "exact_low", "at_most_1"],
        "metrics/sweep.json": ["best_lr", "best_epochs", "best_test_accuracy"],
    }[file]


@pytest.mark.parametrize(
    "text", ["[]", "null", "7", '"text"', "{", "{}", "[" * 100_000, '{"a": 1' + "0" * 5000 + "}"]
)
@pytest.mark.parametrize("file", METRICS)
def test_json_of_another_kind(file: str, text: str) -> None:
    Path(file).write_text(text)
    refused(file, "is damaged")


@pytest.mark.parametrize(
    "value",
    [
        "null",
        "true",
        '"0.5"',
        "[]",
        "{}",
        "-1",
        "NaN",
        "Infinity",
        "-0.5",
        "1e999",
        "1" + "0" * 400,
    ],
)
@pytest.mark.parametrize("file", METRICS)
def test_a_value_of_another_kind(file: str, value: str) -> None:
    for key in keys(file):
        values = json.loads((ROOT / file).read_text()) | {key: "changed"}
        Path(file).write_text(json.dumps(values).replace('"changed"', value))
        refused(file, f"is damaged .*{key}")


@pytest.mark.parametrize("file", METRICS)
def test_a_key_is_missing(file: str) -> None:
    for key in keys(file):
        values = json.loads((ROOT / file).read_text())
        del values[key]
        Path(file).write_text(json.dumps(values))
        refused(file, f"is damaged .*{key}")


@pytest.mark.parametrize("file", TABLES)
def test_a_column_is_missing(file: str) -> None:
    header, *rows = (ROOT / file).read_text().splitlines()
    Path(file).write_text("\n".join([header.replace(",", ";"), *rows]) + "\n")
    refused(file, "is damaged")


@pytest.mark.parametrize("cell", ["", "text", "nan", "inf", "-1", "1e999", "true", '"open'])
@pytest.mark.parametrize("column", ["lr", "epochs", "validation_accuracy", "test_accuracy"])
def test_a_cell_of_another_kind(column: str, cell: str) -> None:
    file = "plots/sweep.csv"
    header, first, *rows = (ROOT / file).read_text().splitlines()
    cells = dict(zip(header.split(","), first.split(","), strict=True)) | {column: cell}
    Path(file).write_text("\n".join([header, ",".join(cells.values()), *rows]) + "\n")
    refused(file, r"is damaged \((row 1, |unexpected end)")


@pytest.mark.parametrize("file", ["plots/sweep.csv", "plots/per_class.csv"])
def test_a_row_that_is_cut_and_no_row(file: str) -> None:
    header, *rows = (ROOT / file).read_text().splitlines()
    Path(file).write_text("\n".join([header, *rows, rows[-1].split(",")[0]]))
    refused(file, f"is damaged .row {len(rows) + 1}, ")
    Path(file).write_text(header + "\n")
    refused(file, "is damaged")


@pytest.mark.parametrize("name", ["nan", "NA", "null", "None", "1e5", '"', "a,b", "007"])
def test_any_name_of_a_class_stays_a_name(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    with Path("plots/per_class.csv").open("a") as table:
        table.write(f"{quoted},0.1,0.1,0.1,5\n")
    with Path("plots/lookalikes.csv").open("a") as table:
        table.write(f"{quoted},zero,0.1,3\n")
    card.main()
    text = Path("models/README.md").read_text()
    assert f"`{name}` (0.10)" in text
    assert f"Hardly told apart: `{name}` and `zero`." in text


def test_the_calibration_error_is_the_networks_not_the_readers() -> None:
    own = json.loads(Path("metrics/test.json").read_text())["calibration_error"]
    readers = json.loads(Path("metrics/lines.json").read_text())["calibration_error"]
    assert abs(own - readers) > 0.01
    card.main()
    assert f"Calibration error | {own:.3f}" in Path("models/README.md").read_text()
    assert f"Calibration error,{own:.3f}\n" in Path("plots/metrics.csv").read_text()


def test_the_mark_and_line_ends_that_spreadsheets_write() -> None:
    table = Path("plots/sweep.csv")
    heatmap.main()
    expected = Path("plots/heatmap.png").read_bytes()
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"\n", b"\r\n"))
    heatmap.main()
    assert Path("plots/heatmap.png").read_bytes() == expected
