"""Another archive, of other symbols, by one flag: the same pipeline to the last stage."""

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from conftest import Project

pytestmark = pytest.mark.slow

BHMSDS = os.environ.get("HANDMATH_BHMSDS")
EACH = 40  # images of a class


@pytest.mark.skipif(not BHMSDS, reason="HANDMATH_BHMSDS does not name the archive bhmsds.zip")
def test_another_archive_by_one_flag(finished: Callable[[str], Project]) -> None:
    project = finished("bhmsds")
    with (
        zipfile.ZipFile(str(BHMSDS)) as all_of_it,
        zipfile.ZipFile(project.folder / "data/bhmsds.zip", "w") as some,
    ):
        for name in all_of_it.namelist():
            if (number := re.search(r"-(\d+)\.png$", name)) and int(number[1]) < EACH:
                some.writestr(name, all_of_it.read(name))
    output = project.dvc("exp", "run", "-S", "data.archive=data/bhmsds.zip")
    assert f"{18 * EACH} images of 18 classes, split here" in output

    classes = pd.read_csv(project.folder / "plots/per_class.csv", dtype={"class": str})["class"]
    assert set(classes) == {*"0123456789wxyz", "dot", "minus", "plus", "slash"}
    test = json.loads((project.folder / "metrics/test.json").read_text())
    assert test["accuracy"] > 2 / 18
    lines = json.loads((project.folder / "metrics/lines.json").read_text())
    assert lines["symbol_accuracy"] > 2 / 18
    assert "of 18 classes" in Path(project.folder / "models/README.md").read_text()
