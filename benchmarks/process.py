"""What a command takes: its time, and the memory of all its processes together."""

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

import psutil

EVERY = 0.05  # seconds between two looks at the memory


class Used(NamedTuple):
    """Seconds from start to end; the most memory at a time, of the whole tree of processes."""

    seconds: float
    peak_mb: float


def run(command: list[str], folder: Path, programs: Path | None = None) -> Used:
    """Run a command in a folder that has the project's `src`; end if it fails.

    Args:
        command: it and its arguments.
        folder: where to.
        programs: a folder to look for it, and for what it runs, before all others.
    """
    environment = {**os.environ, "PYTHONPATH": "src"}
    if programs:
        environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
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
