"""Processes on this machine's cores that work for another one, and end with it."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection

from handmath.base.errors import InputError
from handmath.base.interrupt import without_interrupts


@contextmanager
def pool(
    count: int, fork: bool = True, begin: Callable[[], object] | None = None
) -> Iterator[ProcessPoolExecutor]:
    """Start so many processes, at least one; an exception ends them at once.

    On Linux they are forked, so that they have what this process has imported and need not load it
    again. That is safe as long as it has no threads: PyTorch has none before its first backward
    pass, where one core computes. Ctrl-C is left to this process, and none of them outlives it.

    Args:
        count: of processes.
        fork: not to be done where this process uses a GPU, which does not follow, or may have
            threads.
        begin: called in each process as it starts.

    Raises:
        InputError: one of the processes was killed.
    """
    context = multiprocessing.get_context("fork" if fork and sys.platform == "linux" else "spawn")
    executor = ProcessPoolExecutor(max(count, 1), context, partial(_begin, begin))
    try:
        with without_interrupts():
            executor.submit(int).result()  # starts them all, where they are forked
        yield executor
    except BaseException as error:
        for process in multiprocessing.active_children():
            process.terminate()
        if isinstance(error, BrokenProcessPool):
            raise InputError(
                "a process that worked for this one was killed, perhaps for want of memory"
            ) from None
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _begin(begin: Callable[[], object] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin:
        begin()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        connection.wait([parent.sentinel])
        os._exit(1)
