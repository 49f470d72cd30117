"""What `import handmath` offers to programs."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import handmath
from conftest import ROOT, draw_line
from handmath.base.errors import InputError
from handmath.reading import reader, result

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def test_it_offers_what_it_says(tmp_path: Path, reader_model: Path) -> None:
    assert set(handmath.__all__) == {"read", "Reader", "Reading", "Symbol"}
    for name in handmath.__all__:
        assert getattr(handmath, name) is getattr(reader if hasattr(reader, name) else result, name)
        assert inspect.getdoc(getattr(handmath, name))
    picture = draw_line(tmp_path / "line.png")
    reading = handmath.read(picture, reader_model)
    assert isinstance(reading, handmath.Reading)
    assert isinstance(reading.symbols[0], handmath.Symbol)
    assert reading == handmath.Reader.load(reader_model).read(picture)
    with pytest.raises(AttributeError, match="nothing"):
        _ = handmath.nothing  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="missing"):
        handmath.read(tmp_path / "none.png", reader_model)


def test_importing_it_loads_nothing() -> None:
    code = "import sys, handmath; sys.exit(str({'numpy', 'cc3d', 'PIL'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.stderr == "set()\n"


@pytest.mark.slow
def test_mypy_sees_the_types(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import handmath\nreveal_type(handmath.read('a.png').box)\nhandmath.reed\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", program],
        cwd=tmp_path, env={**ENVIRONMENT, "MYPYPATH": str(ROOT / "src")}, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    assert 'Revealed type is "tuple[int, int, int, int]"' in done.stdout.replace("builtins.", "")
    assert 'Module has no attribute "reed"' in done.stdout
    assert (ROOT / "src/handmath/py.typed").is_file()
