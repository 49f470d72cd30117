"""The command line as a person runs it: in a process of its own, on real files."""

import csv
import hashlib
import importlib.metadata
import io
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from conftest import LIMIT, LINE, ROOT, draw_line, png
from handmath.base.errors import InputError
from handmath.cli import readings, said
from handmath.learning.checkpoint import Model
from handmath.reading import many
from handmath.reading.reader import Reader
from handmath.reading.result import Reading, Symbol

EQUATIONS = os.environ.get("HANDMATH_EQUATIONS")


def handmath(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "handmath.cli", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT
    )


def picture(kind: str, shade: int = 255) -> bytes:
    file = io.BytesIO()
    Image.new("L", (400, 100), shade).save(file, kind)
    return file.getvalue()


BAD: dict[str, bytes] = {
    "empty.png": picture("PNG"),
    "black.png": picture("PNG", 0),
    "nothing.png": b"",
    "text.png": b"12 / 4 = 3\n",
    "cut.jpg": picture("JPEG")[:-100],
    "header.jpg": picture("JPEG")[:30],
    "bomb.png": png(60_000, 60_000),
    "warned.png": png(12_000, 10_000),  # Pillow only warns of it
    "vector.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, data in BAD.items():
        (folder / name).write_bytes(data)
    (folder / "folder.png").mkdir()
    return folder


def test_bad_pictures_get_a_line_each(bad: Path, reader_model: Path) -> None:
    files = [bad / name for name in (*BAD, "folder.png", "missing.png")]
    done = handmath("read", *files, "--json", "--model", reader_model)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    for file, line in zip(files, lines, strict=True):
        assert line.startswith("error: ")
        assert str(file) in line


def test_scoring_counts_a_bad_picture_as_nothing_read(bad: Path, reader_model: Path) -> None:
    names = [*BAD, "folder.png", "missing.png"]
    (bad / "labels.csv").write_text("file,text\n" + "".join(f"{name},1+1\n" for name in names))
    done = handmath("score", bad, "--model", reader_model)
    assert done.returncode == 1
    assert [line[:7] for line in done.stderr.splitlines()] == ["error: "] * len(names)
    *misses, summary = done.stdout.splitlines()
    assert misses == [f"{name}: 1+1 read as nothing, 3 wrong" for name in names]
    assert summary == (
        f"{len(names)} lines: 0.000 exact (95% interval 0.000 to 0.259), "
        "0.000 at most 1 wrong, 0.000 at most 2 wrong, "
        "character error rate 1.000"
    )


@pytest.mark.parametrize(
    ("confidence", "ink_share", "warned"),
    [(0.9, 1.0, []), (0.3, 1.0, ["confidence is only 0.30"]), (0.7, 0.8, ["only 80% of the ink"]),
     (0.3, 0.8, ["confidence is only 0.30", "only 80% of the ink"])],
)  # fmt: skip
def test_what_is_not_to_be_trusted_is_said(
    capsys: pytest.CaptureFixture[str], confidence: float, ink_share: float, warned: list[str]
) -> None:
    reading = Reading((), "1+1", "1 + 1", confidence, (40, 10), ink_share)
    readings.warn_if_unsure(Path("line.png"), reading)
    out, err = capsys.readouterr()
    assert out == ""
    for line, part in zip(err.splitlines(), warned, strict=True):
        assert line.startswith("warning: line.png: ")
        assert part in line


def test_a_good_picture_is_read(tmp_path: Path, reader_model: Path) -> None:
    picture = draw_line(tmp_path / "line.png")
    out = tmp_path / "new" / "out.png"
    done = handmath("read", picture, "--model", reader_model, "--annotate", out)
    assert (done.returncode, done.stdout) == (0, "1 + 2 = 3\n")
    with Image.open(out) as drawn, Image.open(picture) as plain:
        assert drawn.size == plain.size
        assert drawn.tobytes() != plain.convert("RGB").tobytes()
    assert [path.name for path in out.parent.iterdir()] == ["out.png"]

    (tmp_path / "file").touch()
    done = handmath("read", picture, "--model", reader_model, "--annotate", tmp_path / "file/o.png")
    assert done.returncode == 1
    assert re.fullmatch(r"error: \S*file/o.png cannot be written \(.+\)\n", done.stderr)


def test_good_pictures_are_read_beside_bad_ones(bad: Path, reader_model: Path) -> None:
    files = [draw_line(bad / "1.png"), bad / "text.png", draw_line(bad / "2.png")]
    done = handmath("read", *files, "--model", reader_model)
    assert done.returncode == 1
    assert done.stdout == f"{files[0]}: 1 + 2 = 3\n{files[2]}: 1 + 2 = 3\n"
    assert done.stderr.startswith(f"error: {files[1]}")

    done = handmath("read", *files, "--model", reader_model, "--json")
    facts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [fact["file"] for fact in facts] == [str(files[0]), str(files[2])]
    fact = facts[0]
    assert (fact["text"], fact["latex"]) == ("1+2=3", "1 + 2 = 3")
    assert 0 < fact["confidence"] <= 1
    labels = [symbol["label"] for symbol in fact["symbols"]]
    assert labels == ["one", "plus", "two", "equal", "three"]
    for symbol, (left, right) in zip(
        fact["symbols"], [(40, 40), (90, 150), (194, 246), (290, 350), (388, 440)], strict=True
    ):
        assert symbol["box"][0::2] == pytest.approx([left, right], abs=8)
        assert 0 < symbol["confidence"] <= 1


def test_a_slash_is_division(tmp_path: Path, reader_model: Path) -> None:
    one, _, _, two, upper, lower, _ = LINE
    line = [
        [(x - 77, y) for x, y in two], [(92, 20), (58, 82)], [(x + 90, y) for x, y in one],
        upper, lower, [(x + 95, y) for x, y in two],
    ]  # fmt: skip
    picture = draw_line(tmp_path / "line.png", line)
    assert handmath("read", picture, "--model", reader_model).stdout == "2 \\div 1 = 2\n"


def test_what_is_no_line_is_read_with_a_warning(tmp_path: Path, reader_model: Path) -> None:
    scribble = [[(20 + 7 * i, 20 + i * i * 37 % 61) for i in range(26)]]
    picture = draw_line(tmp_path / "scribble.png", scribble)
    done = handmath("read", picture, "--model", reader_model)
    assert re.fullmatch(rf"warning: {picture}: don't trust this reading, .*\n", done.stderr)


def test_scoring_tells_the_misses(bad: Path, reader_model: Path) -> None:
    for name in ("right.png", "wrong.png"):
        draw_line(bad / name)
    (bad / "labels.csv").write_text("file,text\nright.png,1 + 2 = 3\nwrong.png,1x2=33\n")
    done = handmath("score", bad, "--model", reader_model)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "wrong.png: 1×2=33 read as 1+2=3, 2 wrong\n"
        "2 lines: 0.500 exact (95% interval 0.095 to 0.905), 0.500 at most 1 wrong, "
        "1.000 at most 2 wrong, "
        "character error rate 0.182\n"  # 2 of 11 symbols
    )


def test_scoring_has_a_line_for_each_source(bad: Path, reader_model: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        draw_line(bad / name)
    rows = ["file,text,source", "a.png,1+2=3,", "b.png,1+2=8,Bob", "c.png,1+2=3,Ann"]
    (bad / "labels.csv").write_text("\n".join(rows))
    done = handmath("score", bad, "--model", reader_model)
    _, *found, alike, whole = done.stdout.splitlines()
    assert [line.partition(" exact (")[0] for line in found] == [
        "no source: 1 line: 1.000",
        "Ann: 1 line: 1.000",
        "Bob: 1 line: 0.000",
    ]
    assert alike == (
        "3 sources, each counted alike: 0.667 exact (95% interval 0.208 to 0.939); "
        "all lines: 0.500 without those of no source, 1.000 without Bob"
    )
    assert whole.startswith("3 lines: 0.667 exact (95% interval 0.208 to 0.939)")


def test_the_splits_are_scored_apart_and_the_test_tells_no_misses(
    bad: Path, reader_model: Path
) -> None:
    for name in ("a.png", "b.png", "c.png"):
        draw_line(bad / name)
    rows = ["file,text,source", "a.png,1+2=8,Ann", "b.png,1+2=3,Ann", "c.png,1+2=8,Fay"]
    (bad / "labels.csv").write_text("\n".join(rows))
    scored = {
        split: handmath("score", bad, "--split", split, "--model", reader_model).stdout.splitlines()
        for split in ("validation", "test")
    }
    miss, validation = scored["validation"]
    assert miss == "c.png: 1+2=8 read as 1+2=3, 1 wrong"
    assert validation.startswith("1 line: 0.000 exact")
    (test,) = scored["test"]
    assert test.startswith("2 lines: 0.500 exact")


def test_scoring_expressions_by_level_and_source(bad: Path, reader_model: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        draw_line(bad / name)
    rows = [
        "file,latex,level,source", "a.png,1+{2}=3,line,Ann", r"b.png,1+2=3^4,script,Bob",
        r"c.png,\frac{1}{2}=3,fraction,Bob",
    ]  # fmt: skip
    (bad / "labels.csv").write_text("\n".join(rows))
    out = bad / "out.csv"
    done = handmath("score", bad, "--model", reader_model, "--csv", out)
    assert (done.returncode, done.stderr) == (0, "")
    *found, whole = done.stdout.splitlines()
    assert found[:2] == [
        "b.png: 1+2=3^4 read as 1 + 2 = 3, 4 wrong",
        r"c.png: \frac{1}{2}=3 read as 1 + 2 = 3, 5 wrong",
    ]
    assert [line.partition(" exact (")[0] for line in found[2:]] == [
        "fraction: 1 expression: 0.000",
        "line: 1 expression: 1.000",
        "script: 1 expression: 0.000",
        "Ann: 1 expression: 1.000",
        "Bob: 2 expressions: 0.000",
        "2 sources, each counted alike: 0.500",
    ]
    assert whole == (
        "3 expressions: 0.333 exact (95% interval 0.061 to 0.792), "
        "0.333 at most 1 wrong (0.061 to 0.792), 0.333 at most 2 wrong (0.061 to 0.792), "
        "token error rate 0.391"  # 9 of 5 + 9 + 9 tokens
    )
    rights = [row["right"] for row in csv.DictReader(out.read_text().splitlines())]
    assert rights == ["true", "false", "false"]


@pytest.mark.slow
@pytest.mark.skipif(not EQUATIONS, reason="HANDMATH_EQUATIONS names no folder of real lines")
def test_photographs_are_read_by_what_the_stand_in_teaches(reader_model: Path) -> None:
    done = handmath("score", Path(str(EQUATIONS)) / "photos", "--model", reader_model)
    exact = re.search(r"^42 lines: ([\d.]+) exact", done.stdout, re.MULTILINE)
    assert exact
    assert float(exact[1]) >= 0.9


class Payload:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch unpickled",)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("read", "pickle"),
        ("read", "missing"),
        ("read", "empty"),
        ("read", "another"),
        ("score", "pickle"),
        pytest.param("demo", "pickle", marks=pytest.mark.real),  # imports Gradio
    ],
)
def test_a_bad_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    model = tmp_path / "model.safetensors"
    if kind == "pickle":
        model.write_bytes(pickle.dumps(Payload()))
    elif kind == "empty":
        model.write_bytes(b"")
    elif kind == "another":
        Model.build("notebook", ["one", "two"], 32, 0.5, 0.5).write(model)
    (tmp_path / "labels.csv").write_text("file,text\na.png,1\n")
    targets = {"read": ["a.png"], "score": ["."], "demo": []}
    done = handmath(command, *targets[command], "--model", model)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {model} ")
    assert len(done.stderr.splitlines()) == 1
    assert not Path("unpickled").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["read"], "Missing argument"),
        (["read", "a.png", "b.png", "--annotate", "out.png"], "one file at a time"),
        (["read", "a.png", "--annotate", "out.txt"], "out.txt should end in .png or .jpg"),
        (["read", "a.png", "--annotate", "./a.png"], "is the picture itself"),
        (["demo", "--port", "80000"], "65535"),
        (["reed"], "No such command"),
    ],
)
def test_a_wrong_command_exits_with_2(arguments: list[str], complaint: str) -> None:
    done = handmath(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["read", "score", "demo"])
def test_help_shows_examples_and_exit_codes(command: str) -> None:
    done = handmath(command, "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout
    assert f"\n    handmath {command}" in done.stdout
    assert "Exit code: 0 if all was read" in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["read", str(ROOT / "docs/line.png")]])
def test_what_a_command_does_not_wait_for(arguments: list[str]) -> None:
    code = (
        f"import sys; from handmath.cli import main; sys.argv = ['handmath', *{arguments}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "slow = {'torch', 'matplotlib', 'gradio', 'pandas', 'sympy'} & set(sys.modules)\n"
        "sys.exit(f'imported: {slow}' if slow else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, capture_output=True, text=True, check=False, timeout=LIMIT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_can_complete(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_HANDMATH_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("COMP_WORDS", "handmath re")
    monkeypatch.setenv("COMP_CWORD", "1")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "handmath re")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    assert "read" in handmath().stdout


@pytest.mark.parametrize("command", ["read", "score", "demo"])
def test_help_names_arguments_not_types(command: str) -> None:
    lines = handmath(command, "--help").stdout.splitlines()
    assert not [line for line in lines if re.search(r"<[^=]", line)]
    assert any("--model MODEL.safetensors" in line for line in lines)


def test_version() -> None:
    done = handmath("--version")
    assert done.returncode == 0, done.stderr
    model = ROOT / "models/reader.safetensors"
    reader, *others = (
        f"({hashlib.sha256(model.with_name(name).read_bytes()).hexdigest()[:12]})"
        for name in ("reader.safetensors", "expressions.safetensors", "layout.safetensors")
    )
    beside = f"expressions.safetensors {others[0]}, layout.safetensors {others[1]}"
    version = importlib.metadata.version("handmath")
    assert done.stdout == f"handmath {version}, reader {model} {reader}, {beside}\n"


def test_messages_hold_no_object_and_no_number_of_an_error(
    tmp_path: Path, reader_model: Path
) -> None:
    (folder := tmp_path / "folder.png").mkdir()
    (text := tmp_path / "text.png").write_text("no image")
    for arguments in (
        ["read", folder, "--model", reader_model], ["read", text, "--model", reader_model],
        ["read", text, "--model", folder], ["read", text, "--model", text],
        ["score", text, "--model", reader_model],
    ):  # fmt: skip
        done = handmath(*arguments)
        assert done.returncode == 1
        assert re.fullmatch(r"error: [^\n]+\n", done.stderr)
        for noise in ("object at 0x", "Errno", "os error", "Traceback"):
            assert noise not in done.stderr


# What `read` takes, and how it prints


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """1 + 2 = 3, 2 = 3 and 2 + 2, one below the other."""
    _, bar, upright, two, upper, lower, three = LINE
    lines = (
        LINE,
        [[(x - 80, y) for x, y in two], *([(x - 80, y) for x, y in s] for s in (upper, lower)),
         [(x - 80, y) for x, y in three]],
        [[(x - 80, y) for x, y in two], bar, upright, two],
    )  # fmt: skip
    together = Image.new("L", (480, 600), 255)
    for row, line in enumerate(lines):
        together.paste(Image.open(draw_line(tmp_path / "row.png", line)), (0, 200 * row))
    (tmp_path / "row.png").unlink()
    together.save(tmp_path / "sheet.png")
    return tmp_path / "sheet.png"


def test_a_page_is_printed_line_by_line(sheet: Path, reader_model: Path) -> None:
    done = handmath("read", sheet, "--model", reader_model)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 + 2 = 3 \\\\\n2 = 3 \\\\\n2 + 2\n"
    done = handmath("read", sheet, "--model", reader_model, "--json")
    facts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [fact["text"] for fact in facts] == ["1+2=3", "2=3", "2+2"]
    for row, (_, top, _, bottom) in enumerate(fact["box"] for fact in facts):
        assert 200 * row < top < bottom < 200 * (row + 1)


def test_a_page_is_drawn_with_all_of_its_lines(
    sheet: Path, tmp_path: Path, reader_model: Path
) -> None:
    out = tmp_path / "out.png"
    done = handmath("read", sheet, "--model", reader_model, "--annotate", out)
    assert done.returncode == 0, done.stderr
    with Image.open(out) as drawn:
        for row in range(3):
            colours = drawn.crop((0, 200 * row, 480, 200 * (row + 1))).getcolors(1 << 16) or []
            assert (0x1D, 0x4E, 0xD8) in {colour for _, colour in colours}


def test_each_line_is_checked_where_the_reading_is_sure(sheet: Path, reader_model: Path) -> None:
    done = handmath("read", sheet, "--model", reader_model, "--check")
    assert done.stdout == "1 + 2 = 3\ttrue\n2 = 3\tfalse\n2 + 2\t4\n"
    done = handmath("read", sheet, "--model", reader_model, "--check", "--json")
    checks = [json.loads(line)["check"] for line in done.stdout.splitlines()]
    assert checks == ["true", "false", "4"]


@pytest.mark.parametrize(
    ("text", "confidence", "ink_share", "expected"),
    [("1+1=2", 0.9, 1.0, "true"), ("1+1=2", 0.4, 1.0, "unsure"), ("1+1=3", 0.9, 0.8, "unsure"),
     ("1+", 0.9, 1.0, "“1 +” is no complete calculation")],
)  # fmt: skip
def test_an_unsure_reading_is_not_judged(
    text: str, confidence: float, ink_share: float, expected: str
) -> None:
    symbols = tuple(Symbol.of(character, (0, 0, 9, 9), 1.0) for character in text)
    assert said.verdict(Reading(symbols, text, text, confidence, (40, 10), ink_share)) == expected


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("latex", "1 + 2 = 3"), ("text", "1+2=3"), ("mathml", "<math xmlns="),
        ("sympy", "Eq(1 + 2, 3)"),
    ],
)  # fmt: skip
def test_formats(tmp_path: Path, reader_model: Path, form: str, printed: str) -> None:
    picture = draw_line(tmp_path / "line.png")
    done = handmath("read", picture, "--model", reader_model, "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(printed)
    assert done.stdout.count("\n") == 1


def test_what_is_no_calculation_is_nothing_for_sympy(tmp_path: Path, reader_model: Path) -> None:
    picture = draw_line(tmp_path / "line.png", LINE[:3])  # 1+
    done = handmath("read", picture, "--model", reader_model, "--format", "sympy")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {picture}: “1+” is no complete calculation\n"


def test_json_has_a_short_form(tmp_path: Path, reader_model: Path) -> None:
    picture = draw_line(tmp_path / "line.png")
    long = handmath("read", picture, "--model", reader_model, "--format", "json")
    assert long.stdout == handmath("read", picture, "--model", reader_model, "--json").stdout
    assert json.loads(long.stdout)["text"] == "1+2=3"


def test_folders_are_read_sorted_between_files(tmp_path: Path, reader_model: Path) -> None:
    (folder := tmp_path / "sheets").mkdir()
    for name in ("b.png", "a.JPG", "c.png"):
        draw_line(folder / name)
    (folder / "notes.txt").write_text("not a picture")
    (empty := tmp_path / "empty").mkdir()
    last = draw_line(tmp_path / "0.png")
    done = handmath("read", folder, last, empty, "--model", reader_model)
    names = [folder / "a.JPG", folder / "b.png", folder / "c.png", last]
    assert done.stdout == "".join(f"{name}: 1 + 2 = 3\n" for name in names)
    assert done.returncode == 1
    assert re.fullmatch(rf"error: {empty} [^\n]+\n", done.stderr)


def test_a_picture_on_standard_input(tmp_path: Path, reader_model: Path) -> None:
    command = [sys.executable, "-m", "handmath.cli", "read", "-", "--model", str(reader_model)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for data, code, out, err in (
        (draw_line(tmp_path / "line.png").read_bytes(), 0, b"1 + 2 = 3\n", b""),
        (b"no picture", 1, b"", b"error: standard input is no image of a known kind\n"),
    ):
        done = subprocess.run(
            command, env=environment, input=data, capture_output=True, check=False, timeout=60
        )
        assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


def test_an_alphabet(tmp_path: Path, reader_model: Path) -> None:
    picture = draw_line(tmp_path / "line.png")
    done = handmath("read", picture, "--model", reader_model, "--alphabet", "digits")
    assert re.fullmatch(r"\d+\n", done.stdout)
    done = handmath("read", picture, "--model", reader_model, "--alphabet", "12Ω")
    assert done.returncode == 1
    assert re.fullmatch(r"error: the alphabet “12Ω” has Ω, [^\n]+\n", done.stderr)


def test_many_files_are_read_by_several_processes_in_their_order(
    tmp_path: Path, reader_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, three = LINE[3], LINE[6]
    files = []
    for index in range(6):
        line = [[(x - 80, y) for x, y in two], [(x - 180, y) for x, y in three]][index % 2]
        files.append(draw_line(tmp_path / f"{index}.png", [line, LINE[1], LINE[2], LINE[3]]))
    (bad := tmp_path / "bad.png").write_bytes(b"")
    monkeypatch.setattr(many, "FEW", 3)
    monkeypatch.setattr(many, "CHUNK", 1)
    reader = Reader.load(reader_model)
    outcomes = list(many.read_pages(reader, [*files, bad]))
    assert outcomes[:-1] == [reader.read_page(file) for file in files]
    assert [outcome[0].text for outcome in outcomes[:2] if isinstance(outcome, list)] == [
        "2+2", "3+2"
    ]  # fmt: skip
    assert isinstance(outcomes[-1], InputError)
    assert str(outcomes[-1]).startswith(str(bad))


def test_the_table_of_scores(bad: Path, reader_model: Path, tmp_path: Path) -> None:
    for name in ("right.png", "wrong.png"):
        draw_line(bad / name)
    (bad / "labels.csv").write_text(
        "file,text\nright.png,1 + 2 = 3\nwrong.png,1x2=33\ntext.png,1+1\n"
    )
    out = tmp_path / "new/out.csv"
    done = handmath("score", bad, "--model", reader_model, "--csv", out)
    assert done.returncode == 1  # for text.png
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [path.name for path in out.parent.iterdir()] == ["out.csv"]
    for row, name, right in zip(
        rows[:2], ("right.png", "wrong.png"), ("true", "false"), strict=True
    ):
        assert 0.5 < float(row.pop("confidence")) <= 1
        assert row == {
            "file": name, "text": "1+2=3", "latex": "1 + 2 = 3", "value": "true", "right": right
        }  # fmt: skip
    assert list(rows[2].values()) == ["text.png", "", "", "", "false", ""]


def test_a_table_over_what_is_scored_is_refused(
    bad: Path, reader_model: Path, tmp_path: Path
) -> None:
    draw_line(tmp_path / "a.png")
    labels = tmp_path / "labels.csv"
    labels.write_text("file,text\na.png,1+2=3\n")
    before = [path.read_bytes() for path in (labels, tmp_path / "a.png")]
    for table in (labels, tmp_path / "a.png", bad / ".." / tmp_path.name / "labels.csv"):
        done = handmath("score", tmp_path, "--model", reader_model, "--csv", table)
        assert done.returncode == (2 if table.exists() else 0)
        assert "is what is scored" in done.stderr or not table.exists()
    assert [path.read_bytes() for path in (labels, tmp_path / "a.png")] == before


def test_the_table_is_written_though_nobody_reads_the_scores(
    reader_model: Path, tmp_path: Path
) -> None:
    """It names the pictures as labels.csv does: two folders may hold files of one name."""
    for name in ("anna", "ben"):
        (tmp_path / name).mkdir()
        draw_line(tmp_path / name / "1.png")
    (tmp_path / "labels.csv").write_text("file,text\nanna/1.png,1+2=3\nben/1.png,1+2=4\n")
    out = tmp_path / "out.csv"
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "handmath.cli", "score", str(tmp_path), "--csv", str(out),
         "--model", str(reader_model)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    process.stdout.close()
    assert process.wait(timeout=LIMIT) != 0
    assert process.stderr
    with process.stderr:
        assert b"Traceback" not in process.stderr.read()
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["file"] for row in csv.DictReader(file)] == ["anna/1.png", "ben/1.png"]


def test_a_path_that_cannot_be_looked_at_costs_the_others_nothing(
    reader_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "loop.png").symlink_to("loop.png")
    good = draw_line(tmp_path / "good.png")
    files = ["a" * 300, tmp_path / "loop.png", good]
    done = handmath("read", *files, "--format", "text", "--model", reader_model)
    assert done.returncode == 1
    assert done.stdout == f"{good}: 1+2=3\n"
    assert [line.startswith("error: ") for line in done.stderr.splitlines()] == [True, True]
    done = handmath("read", good, "--model", reader_model, "--annotate", tmp_path / "loop.png")
    assert "Traceback" not in done.stderr


def test_hidden_files_of_a_folder_are_left_out(reader_model: Path, tmp_path: Path) -> None:
    """As macOS leaves them on a stick."""
    (tmp_path / "._1.png").write_bytes(b"Mac OS X")
    draw_line(tmp_path / "1.png")
    done = handmath("read", tmp_path, "--format", "text", "--model", reader_model)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1+2=3\n", "")


def test_json_in_any_encoding(
    reader_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    folder = tmp_path / "mañana"
    folder.mkdir()
    draw_line(folder / "1.png")
    done = handmath("read", folder, "--json", "--model", reader_model)
    assert json.loads(done.stdout)["file"] == str(folder / "1.png")


def test_a_damaged_picture_on_standard_input_beside_many(
    reader_model: Path, tmp_path: Path
) -> None:
    good = draw_line(tmp_path / "good.png")
    files = ["-", *[str(good)] * (many.FEW + 1)]
    done = subprocess.run(
        [sys.executable, "-m", "handmath.cli", "read", *files, "--format", "text", "--model",
         str(reader_model)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        input=good.read_bytes()[:-200], capture_output=True, check=False, timeout=LIMIT,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.count(b": 1+2=3\n") == many.FEW + 1
    assert done.stderr.startswith(b"error: standard input is a damaged or cut-off image (")
    assert done.stderr.count(b"\n") == 1


def reading_many(reader_model: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """`handmath read` of pictures that keep several processes busy for long; some are read."""
    picture = draw_line(folder / "1.png")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "handmath.cli", "read", *[str(picture)] * 5000, "--model",
         str(reader_model)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    process.stdout.readline()
    return process


def are_gone(group: int) -> bool:
    """All processes of a group have ended, or do so in a few seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="has one core")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_who_is_ended_leaves_no_process(
    number: signal.Signals, reader_model: Path, tmp_path: Path
) -> None:
    process = reading_many(reader_model, tmp_path)
    process.send_signal(number)
    time.sleep(0.05)
    if number == signal.SIGINT:
        process.send_signal(number)  # people press it again
    _, said = process.communicate(timeout=20)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert b"Traceback" not in said
    assert are_gone(process.pid)
