"""Files appear whole or not at all."""

import resource
from pathlib import Path

import pytest

from handmath.base.errors import InputError
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


def test_what_the_disk_refuses_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "plots").write_text("a file")
    with pytest.raises(InputError, match=r"plots/a.json cannot be written"):
        write_json(tmp_path / "plots/a.json", {})
    (tmp_path / "b.json").mkdir()
    with pytest.raises(InputError, match=r"b.json cannot be written"):
        write_json(tmp_path / "b.json", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.json", "plots"]
    with pytest.raises(InputError, match=r"a\.json cannot be written"):
        write_json("/proc/a.json", {})  # where not even root may write


def test_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    write_json(path := tmp_path / "a.json", {"accuracy": 0.5})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        with pytest.raises(InputError, match=r"a.json cannot be written"):
            write_json(path, {"accuracy": "0" * 1000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == '{\n  "accuracy": 0.5\n}\n'
    assert list(tmp_path.iterdir()) == [path]
