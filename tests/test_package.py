"""Installing the package leaves the clone clean, and brings all that it needs."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Project

pytestmark = pytest.mark.slow


def test_an_installation_leaves_nothing_behind(
    clone: Callable[[str], Project], tmp_path: Path
) -> None:
    project = clone("package")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    project.run(*command, "--no-build-isolation", "--target", str(tmp_path), ".")
    assert project.run("git", "status", "--porcelain").stdout == ""
    package = tmp_path / "handmath"
    models = (f"reading/{name}.safetensors" for name in ("reader", "expressions", "layout"))
    code = ("py.typed", "commands/demo/draw.js", "figures/page.html", "reading/reader.py")
    for file in (*code, *models):
        assert (package / file).is_file(), file
