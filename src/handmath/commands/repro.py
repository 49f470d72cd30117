"""`make run`: `dvc repro`, with stages that do not need each other side by side.

DVC runs one stage after the other. Several `dvc repro` may run at once, as long as no stage that
one of them looks at, be it unchanged, reads or writes what another one's stage has locked. So what
all need comes first, `--single-item` keeps each process to its own stages, and a last `dvc repro`
looks at all of them and runs what is left.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from queue import SimpleQueue

from handmath.base.errors import run

DVC = ("dvc", "--wait-for-lock", "repro")
LOCK = ".dvc/tmp/lock"
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
        SystemExit: one has failed, or somebody has interrupted this; the others are interrupted.
    """
    over: threading.Event = threading.Event()
    ended: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
    running = [
        subprocess.Popen(
            command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, to be interrupted with all it has started
        )
        for command in commands
    ]  # fmt: skip
    try:
        for process in running:
            threading.Thread(target=follow, args=(process, ended, over)).start()
        for _ in running:
            if status := ended.get().wait():
                sys.exit(status)
    except BaseException:
        from dvc.lock import Lock  # not before: it takes long to import

        over.set()  # so that the message of what has failed stays the last
        with Lock(LOCK, wait=True):  # who has it may be writing dvc.lock
            for process in running:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGINT)
        raise
    finally:
        for process in running:
            process.wait()


def follow(
    process: subprocess.Popen[str],
    ended: "SimpleQueue[subprocess.Popen[str]]",
    over: threading.Event,
) -> None:
    """Print what a process prints, until all is `over`, and say that it has ended."""
    with process:
        for line in process.stdout or ():
            if not over.is_set():
                print(line, end="", flush=True)
    ended.put(process)


if __name__ == "__main__":
    run(main)
