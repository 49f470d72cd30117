"""How much memory each stage takes: the most at a time, of all its processes together.

    python benchmarks/memory.py

Runs every stage once on the notebook's archive, which HANDMATH_ARCHIVE names, and writes a table to
docs/performance.md. Looking at the memory slows what is looked at, so `bench.py` times without.
"""

import datetime
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import yaml

from bench import PAGE, ROOT, archive, clone, cpu, markdown, write

BEGIN = "<!-- benchmarks/memory.py writes from here -->\n"
STAGES = [s for s in yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"] if s != "synthesize"]
EVERY = 0.05  # seconds between two looks at the memory


class Used(NamedTuple):
    """Seconds from start to end; the most memory at a time, of the whole tree of processes."""

    seconds: float
    peak_mib: float


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="handmath-memory-") as folder:
        project = clone(Path(folder) / "project", archive())
        stages = {}
        for name in STAGES:
            print(name, file=sys.stderr)
            stages[name] = watched([sys.executable, "-m", f"handmath.stages.{name}"], project)
    write(PAGE, report(stages), BEGIN)


def report(stages: dict[str, Used]) -> str:
    """The table as Markdown."""
    import pandas as pd

    rows = [(f"`{name}`", used.seconds, used.peak_mib) for name, used in stages.items()]
    said = (
        f"Each stage once, on {os.cpu_count()} cores of an {cpu()}, "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}. Pages that several of its processes "
        "share are counted once. Looking at the memory makes a stage up to a third slower."
    )
    return f"{said}\n\n{markdown(pd.DataFrame(rows, columns=['stage', 's', 'peak, MiB']), 1)}\n"


def watched(command: list[str], folder: Path) -> Used:
    """Run a command in a folder that has the project's `src`; end if it fails."""
    environment = {**os.environ, "PYTHONPATH": "src"}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    watch = Watch(process.pid)
    watch.start()
    status = process.wait()
    seconds = time.perf_counter() - start
    watch.ended.set()
    watch.join()
    if status:
        raise SystemExit(f"{command} failed")
    if not watch.peak:
        raise SystemExit(f"nobody could look at the memory of {command}")
    return Used(seconds, watch.peak / 2**20)


class Watch(threading.Thread):
    """Looks at the memory of a process and its descendants until `ended` is set.

    It counts each process's proportional set size, so that a page that several share is counted
    once; summing resident sizes would count PyTorch's libraries again for every worker.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.root = psutil.Process(pid)
        self.peak = 0
        self.ended = threading.Event()

    def run(self) -> None:
        """Look until it has ended."""
        while not self.ended.wait(EVERY):
            self.peak = max(self.peak, self.memory())

    def memory(self) -> int:
        """Bytes that the tree has now."""
        total = 0
        try:
            tree = [self.root, *self.root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return 0
        for process in tree:
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue  # it has just ended
        return total


if __name__ == "__main__":
    main()
