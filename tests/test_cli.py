"""The command line as a person runs it: in a process of its own, on real files."""

import hashlib
import importlib.metadata
import io
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from conftest import LIMIT, LINE, ROOT, draw_line, png
from handmath import cli
from handmath.learning.checkpoint import Model
from handmath.reading.reader import Reading

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
    cli.warn_if_unsure(Path("line.png"), reading)
    out, err = capsys.readouterr()
    assert out == ""
    for line, said in zip(err.splitlines(), warned, strict=True):
        assert line.startswith("warning: line.png: ")
        assert said in line


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
        pytest.param("demo", "pickle", marks=pytest.mark.slow),  # imports Gradio
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


def test_help_does_not_wait_for_torch() -> None:
    code = (
        "import sys; from handmath.cli import main; sys.argv = ['handmath', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "slow = {'torch', 'matplotlib', 'gradio', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'imported: {slow}' if slow else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, capture_output=True, text=True, check=False, timeout=LIMIT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "read" in done.stdout


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
    digest = hashlib.sha256(model.read_bytes()).hexdigest()[:12]
    version = importlib.metadata.version("handmath")
    assert done.stdout == f"handmath {version}, reader {model} ({digest})\n"


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
