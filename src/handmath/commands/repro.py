"""`make run`: `dvc repro`, with stages that do not need each other side by side.

DVC runs one stage after the other. Several `dvc repro` may run at once, as long as no stage that
one of them looks at, be it unchanged, reads or writes what another one's stage has locked. So what
all need comes first, `--single-item` keeps each process to its own stages, and a last `dvc repro`
looks at all of them and runs what is left.
"""

import fcntl
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from pathlib import Path

from handmath.base.errors import run

DVC = ("dvc", "--wait-for-lock", "repro")
LOCK = Path(".dvc/tmp/lock")  # DVC holds it by flock while it looks at files and writes dvc.lock
FIRST = ("unzip", "preprocess")
# Each in the order in which it is run; neither needs what the other makes. Training on expressions
# takes as long as all else.
ARMS = (
    ("samples", "network", "audit", "train_expressions"),
    ("train", "evaluate", "sweep", "heatmap", "train_reader", "train_layout"),
)


def main() -> None:
    """Run the pipeline; where a stage fails, end with DVC's message and exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    together([*DVC, *FIRST])
    together(*([*DVC, "--single-item", *arm] for arm in ARMS))
    together([*DVC])


def together(*commands: Sequence[str]) -> None:
    """Run commands side by side and print whole lines of what they print.

    Raises:
        BrokenPipeError: nobody reads what is printed any more; the commands are interrupted.
        SystemExit: one has failed; the others are interrupted.
    """
    over = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    with ThreadPoolExecutor(len(commands)) as threads:
        try:
            running.extend(map(start, commands))
            followed = [threads.submit(follow, process, over) for process in running]
            for ended in as_completed(followed):
                if status := ended.result():
                    sys.exit(status)
        finally:
            over.set()  # so that the message of what has failed stays the last
            interrupt(running)
            for process in running:
                process.wait()


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command in a group of its own, to be interrupted with all that it has started."""
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def follow(process: subprocess.Popen[bytes], over: threading.Event) -> int:
    """Print what a process prints, until all is `over`; returns its exit code."""
    with process.stdout or io.BytesIO() as lines:
        for line in lines:
            if not over.is_set():
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
    return process.wait()


def interrupt(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Interrupt those that still run, while none of them has DVC's lock and may write dvc.lock.

    A second Ctrl-C does not wait for that.
    """
    alive = [process for process in processes if process.poll() is None]
    with ExitStack() as stack:
        try:
            if alive:
                LOCK.parent.mkdir(parents=True, exist_ok=True)
                fcntl.flock(stack.enter_context(LOCK.open("a")), fcntl.LOCK_EX)
        finally:
            for process in alive:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGINT)


if __name__ == "__main__":
    run(main)
