"""Files appear whole or not at all."""

from pathlib import Path

import pytest

from handmath.base.files import atomic_write, write_json


def test_an_exception_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"accuracy": 0.5})
    with pytest.raises(ZeroDivisionError), atomic_write(path) as partial:
        partial.write_text(str(1 / 0))
    assert path.read_text() == '{\n  "accuracy": 0.5\n}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_is_absent_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.png"
    with atomic_write(path) as partial:
        partial.write_text("half")
        assert not path.exists()
        assert partial.suffix == ".png"
    assert path.read_text() == "half"
