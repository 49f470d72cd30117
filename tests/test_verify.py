"""`make verify` touches nothing but a folder of its own, and says what it can't work with."""

import subprocess
from pathlib import Path

import pytest

from conftest import ROOT
from handmath.base.errors import InputError
from handmath.commands import verify


@pytest.mark.parametrize(
    "text", ["", "stages: 7", "<<<<<<< ours\n=======\n", "[", "stages: {a: 1}"]
)
def test_a_damaged_lock(text: str, tmp_path: Path) -> None:
    (lock := tmp_path / "dvc.lock").write_text(text)
    with pytest.raises(InputError, match=r"dvc\.lock is damaged \(.*git restore"):
        verify.outputs(lock)


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"`git stash` fails: .*not a git repository"):
        verify.git("stash", "create")


@pytest.mark.parametrize("up", ["..", "../..", "absolute"])
def test_an_archive_elsewhere(up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "a/b/project"
    (project / "data").mkdir(parents=True)
    archive = project / up / "images.zip" if up != "absolute" else tmp_path / "images.zip"
    archive.write_bytes(b"mine")
    text = (ROOT / "params.yaml").read_text()
    shown = f"{up}/images.zip" if up != "absolute" else str(archive)
    (project / "params.yaml").write_text(text.replace("data/synthetic.zip", shown))
    (project / "dvc.lock").write_text("stages: {}\n")
    person = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    for command in (("init",), ("add", "."), (*person, "commit", "--message", "Begin")):
        subprocess.run(["git", *command], cwd=project, check=True, timeout=60)
    subprocess.run(["dvc", "init", "--quiet"], cwd=project, check=True, timeout=60)
    subprocess.run(["git", *person, "commit", "--message", "DVC"], cwd=project, check=True)
    temporary = tmp_path / "temporary/own"
    temporary.mkdir(parents=True)
    (temporary.parent / "images.zip").write_bytes(b"precious")
    monkeypatch.chdir(project)
    copied = verify.clone(temporary)
    assert (copied / shown).read_bytes() == b"mine"
    assert (temporary.parent / "images.zip").read_bytes() == b"precious"
    assert copied.is_relative_to(temporary)
