"""The benchmark measures what its tables say."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import bench  # type: ignore[import-not-found]
import memory  # type: ignore[import-not-found]
import runtimes  # type: ignore[import-not-found]
from handmath.reading.reader import Reader

CHILD = "import time; held = bytearray(100 * 2**20); time.sleep(1)"
PARENT = f"""
import subprocess, sys
children = [subprocess.Popen([sys.executable, "-c", {CHILD!r}]) for _ in range(2)]
for child in children: child.wait()
"""
SAMPLES = {
    "notebook unzip": [1.0, 3.0, 2.0],
    "notebook loop": [14.0],
    "notebook epoch": [2.0],
    "notebook train_pass": [4.0],
    "notebook test_pass": [1.0],
    "notebook read": [6.0],
    "handmath read": [3.0],
    "handmath loop": [7.0],
    "handmath floor": [1.0],
    "handmath cold": [10.0],
    "handmath no-op": [1.0],
    "handmath sweep": [130.0],
}


def test_memory_is_of_all_processes_together(tmp_path: Path) -> None:
    used = memory.watched([sys.executable, "-c", PARENT], tmp_path)
    assert 200 < used.peak_mib < 300
    assert used.seconds > 1
    assert "| `train` | 9.0 | 250.0 |" in memory.report({"train": memory.Used(9.0, 250.0)})


@pytest.mark.parametrize("run", [bench.run, memory.watched])
def test_a_command_that_fails_ends_the_benchmark(
    tmp_path: Path, run: Callable[[list[str], Path], object]
) -> None:
    with pytest.raises(SystemExit, match="failed"):
        run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


def test_a_command_is_looked_for_in_its_own_environment_first(tmp_path: Path) -> None:
    for name in ("old", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dvc").write_text("#!/bin/sh\nexec tool\n")
        (tmp_path / name / "tool").write_text(f"#!/bin/sh\necho {name} > made\n")
        for program in ("dvc", "tool"):
            (tmp_path / name / program).chmod(0o755)
    for name in ("old", "other"):
        bench.run(["dvc"], tmp_path, tmp_path / name)
        assert (tmp_path / "made").read_text() == f"{name}\n"


def test_the_loop_is_compared_with_the_loop_and_not_with_the_stage() -> None:
    table = bench.comparison(SAMPLES).set_index("what")
    loop, sweep, whole, read = table.itertuples(index=False)
    assert tuple(loop) == (14.0, 7.0, 2.0)
    assert tuple(sweep) == (80 * 2 + 20 * 5, 130.0, 2.0)
    assert tuple(whole) == (2.0 + 14 + 5 + 260, 10.0, 28.1)
    assert tuple(read) == (6.0, 3.0, 2.0)


def test_a_name_holds_one_quantity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What scripts time and what a whole stage takes are never put together."""
    scripts = {
        "notebook.py": {name.split()[1]: 2.0 for name in SAMPLES if name.startswith("notebook")},
        "handmath_way.py": {"read": 3.0, "loop": 3.0, "floor": 3.0},
    }
    project = tmp_path / "project"
    project.mkdir()
    (project / "params.yaml").write_text("validation: {share: 0.1}\n")
    reported: list[tuple[bench.Samples, str | None]] = []

    def timed(command: list[str], folder: Path) -> float:
        assert folder == project
        assert (project / "params.yaml").read_text() == "validation:\n  share: 0.0001\n"
        return 5.0 if command[0] == "dvc" else 7.0

    monkeypatch.setenv("HANDMATH_ARCHIVE", __file__)
    monkeypatch.setattr(bench, "clone", lambda *_: project)
    monkeypatch.setattr(bench, "script", lambda name, *_, **__: scripts[name])
    monkeypatch.setattr(bench, "run", timed)
    monkeypatch.setattr(bench, "report", lambda *given: reported.append(given))
    monkeypatch.setattr(bench, "write", lambda *_: None)
    bench.main()
    [(samples, against)] = reported
    assert against is None
    assert samples == {
        name: [{"handmath cold": 5.0, "handmath no-op": 5.0, "handmath sweep": 7.0}.get(
            name, 2.0 if name.startswith("notebook") else 3.0)] * bench.ROUNDS
        for name in SAMPLES
    }  # fmt: skip


def test_the_archive_is_found_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDMATH_ARCHIVE", "my.zip")
    with pytest.raises(SystemExit, match=r"my\.zip, which HANDMATH_ARCHIVE names, is missing"):
        bench.archive()
    (tmp_path / "my.zip").touch()
    assert bench.archive() == tmp_path / "my.zip"


def test_then_and_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as it was run at its time: what has stages side by side runs them so."""
    done: list[tuple[str, str]] = []

    def runs(folder: Path) -> Path:
        return folder / ".dvc/cache/runs"

    def timed(command: list[str], folder: Path, programs: Path) -> float:
        assert programs == tmp_path / folder.name.replace("real", "drawn") / ".venv/bin"
        done.append((folder.name, " ".join(command[-4:])))
        if "lr=0.001" in command:
            assert not runs(folder).exists(), "it would be taken over, not run"
            runs(folder).mkdir(parents=True)
        return 2.0 if folder.name.startswith("old") else 1.0

    monkeypatch.setattr(bench, "run", timed)
    (tmp_path / "new-drawn/src/handmath/commands").mkdir(parents=True)
    (tmp_path / "new-drawn/src/handmath/commands/repro.py").touch()
    (tmp_path / "old-drawn").mkdir()
    (tmp_path / "old-drawn/params.yaml").touch()
    person = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    for command in (("init",), ("add", "."), (*person, "commit", "--message", "Begin")):
        for name in ("old-drawn", "new-drawn"):
            subprocess.run(["git", *command], cwd=tmp_path / name, check=True, timeout=60)
    left = tmp_path / "old-drawn/dvc.lock"  # of the round before: a fresh clone lacks it
    left.touch()
    samples: dict[str, list[float]] = dict(SAMPLES)
    for name in ("old", "new"):
        state = bench.State(name, tmp_path / f"{name}-drawn", tmp_path / f"{name}-real")
        samples |= {f"{name} {what}": [seconds] for what, seconds in state.times()}
    assert done[0] == ("old-drawn", "dvc repro")
    assert not left.exists()
    assert ("new-drawn", "python -m handmath.commands.repro") in done
    for name in ("old", "new"):
        assert done.count((f"{name}-real", "exp run -S lr=0.001")) == 1
        assert done.count((f"{name}-real", "run -S lr=0.001 evaluate")) == 1
    assert list(bench.progress(samples)["ratio"]) == [2.0, 2.0, 2.0, 2.0]
    tables = bench.report(samples, "5bcae89")
    assert "The project at 5bcae89 and now:" in tables
    assert "| `dvc repro` with nothing to do, on the drawn archive | 2.00 | 1.00 | 2.00 |" in tables


def test_networks_that_git_has_are_not_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(bench, "install", lambda _: None)
    monkeypatch.setattr(bench, "run", lambda command, *_: done.append(" ".join(command)))
    state = bench.State("old", tmp_path, tmp_path)
    (tmp_path / "dvc.yaml").write_text(
        "stages: {train: {outs: [a]}, train_reader: {outs: [a]}, train_layout: {outs: [{b: {}}]}}"
    )
    (tmp_path / "a").touch()
    for made in (["train_reader"], ["train_reader", "train_layout"]):
        done.clear()
        state.prepare()
        committed = [f"dvc commit --force {name}" for name in made]
        assert done == ["dvc repro preprocess", *committed, "dvc repro"]
        (tmp_path / "b").touch()


def test_the_page_is_written_between_its_marks_and_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# How fast\n\n{bench.BEGIN}stale words\n{bench.END}\nThe end.\n")
    tables = bench.report(SAMPLES)
    bench.write(page, tables)
    first = page.read_text()
    bench.write(page, tables)
    assert page.read_text() == first
    assert first.startswith("# How fast\n")
    assert first.endswith("\nThe end.\n")
    assert "stale words" not in first
    assert "| 7 epochs of its network, the training loop alone | 14.00 | 7.00 | 2.00 |" in first


def test_what_is_measured_is_the_working_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    (root / "data").mkdir(parents=True)
    (root / "params.yaml").write_text("data: {archive: data/synthetic.zip}\n")
    (root / "data/.gitignore").write_text("*.zip\n")
    (root / "code.py").write_text("committed\n")
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-mStart"],
    ):
        subprocess.run(["git", *command], cwd=root, check=True, timeout=60)
    (root / "code.py").write_text("changed\n")
    archive = tmp_path / "my.zip"
    archive.write_bytes(b"zip")
    monkeypatch.setattr(bench, "ROOT", root)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "T")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "t@example.com")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "T")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "t@example.com")
    project = bench.clone(tmp_path / "project", archive)
    first = bench.clone(tmp_path / "first", None, "HEAD")
    assert (first / "code.py").read_text() == "committed\n"
    assert not (first / "data/archive.zip").exists()
    assert (project / "code.py").read_text() == "changed\n"
    assert (project / "data/archive.zip").read_bytes() == b"zip"
    assert "archive: data/archive.zip" in (project / "params.yaml").read_text()


def test_every_runtime_reads_the_same(tmp_path: Path) -> None:
    """Floating point rounds otherwise, but seldom so that a line is read otherwise."""
    onnx = tmp_path / "reader.onnx"
    runtimes.export(Reader.load().line.network, onnx)
    for runtime in runtimes.RUNTIMES.values():
        used = runtimes.process(runtime, onnx, [ROOT / "docs/line.png"])
        assert used["texts"] == ["12÷4=3"], runtime
        assert 40 < used["megabytes"] < 1000
        assert used["seconds"] > 0


def test_what_reading_needs_anyway_counts_nothing_more() -> None:
    assert runtimes.megabytes("numpy") == 0
    assert runtimes.megabytes("onnxruntime") > 10
