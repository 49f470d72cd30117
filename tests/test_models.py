"""Which reader is used where none is named, and where one stands."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from conftest import ROOT, draw_line, no_file
from handmath.base.errors import InputError
from handmath.reading import models
from handmath.reading.expression.layout import LAYOUT
from handmath.reading.network import EXPRESSIONS, READER
from handmath.reading.reader import Reader


@pytest.fixture
def project(tmp_path: Path, reader_model: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "deep/down").mkdir(parents=True)
    (folder / "dvc.yaml").write_text("stages: {}\n")
    shutil.copy(reader_model, folder / READER)
    return folder


def test_the_named_one_goes_first(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("HANDMATH_MODEL", str(tmp_path / "mine.safetensors"))
    assert models.default() == tmp_path / "mine.safetensors"


@pytest.mark.parametrize("below", [".", "deep", "deep/down"])
def test_in_a_project_its_own(project: Path, monkeypatch: pytest.MonkeyPatch, below: str) -> None:
    monkeypatch.chdir(project / below)
    assert models.default() == project / READER


def test_models_of_a_folder_that_is_no_project_are_left_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "dvc.yaml").unlink()
    monkeypatch.chdir(project)
    assert models.default() == ROOT / READER


def test_elsewhere_the_one_that_comes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert models.default() == ROOT / READER
    packaged = tmp_path / "packaged.safetensors"
    monkeypatch.setattr(models, "PACKAGED", packaged)
    assert models.default() == ROOT / READER
    packaged.touch()
    assert models.default() == packaged


def test_none_is_named_with_its_folder_and_the_way_to_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(models, "PACKAGED", tmp_path / "none")
    monkeypatch.setattr(models, "BESIDE", tmp_path / "none")
    said = f"{tmp_path}/models/reader.safetensors is missing.*--model"
    with pytest.raises(InputError, match=said):
        models.default()


def test_a_reading_says_which_model_read_it_and_needs_no_pytorch(tmp_path: Path) -> None:
    """In a folder that is no project, with PyTorch and what else training needs out of reach."""
    picture = draw_line(tmp_path / "line.png")
    blocked = ("torch", "pandas", "scipy", "sklearn", "matplotlib", "dvc", "yaml", "joblib")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({blocked!r})); sys.argv = "
        f"['handmath', 'read', {str(picture)!r}, '--json']; from handmath.cli import main; main()"
    )
    environment = {k: v for k, v in os.environ.items() if k != "HANDMATH_MODEL"}
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["text"] == "1+2=3"
    assert facts["model"] == models.describe(ROOT / READER)


def test_a_description_names_each_model_that_is_there(project: Path) -> None:
    alone = models.describe(project / READER)
    (project / EXPRESSIONS).write_bytes(b"weights")
    (project / LAYOUT).write_bytes(b"layout")
    digests = {path.name: sha256(path.read_bytes()).hexdigest()[:12]
               for path in (project / "models").iterdir()}  # fmt: skip
    assert alone == f"{project / READER} ({digests['reader.safetensors']})"
    assert models.describe(project / READER) == (
        f"{alone}, expressions.safetensors ({digests['expressions.safetensors']}), "
        f"layout.safetensors ({digests['layout.safetensors']})"
    )


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_no_file_is_described(project: Path, kind: str) -> None:
    with pytest.raises(InputError, match=r"reader\.safetensors can't be read"):
        models.describe(no_file(project / READER, kind))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none can't be read"):
        models.describe(tmp_path / "none")


def test_something_else_in_its_place_is_named_and_not_passed_over(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    no_file(project / READER, "folder")
    with pytest.raises(InputError, match=r"models/reader\.safetensors is no reader's model"):
        Reader.load()
