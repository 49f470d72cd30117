"""Ctrl-C: one line instead of tracebacks, out of this process and of those that work for it.

Stages and commands import this first, so that it holds while they import what takes long to load;
then `errors.run` has the signal, and collects garbage again.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from handmath.base import errors


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Processes that are started inside leave Ctrl-C to this one, which ends them.

    The terminal sends it to all of them, and each would print where it was, half imported.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a new program goes on to ignore it
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(*_: object) -> NoReturn:
    """Leave at once: nothing is begun yet, and an import may swallow an exception."""
    os.write(sys.stderr.fileno(), f"{errors.INTERRUPTED}\n".encode())
    os._exit(errors.INTERRUPTED_CODE)


# Of `python -m handmath.…` alone.
if sys.argv[0] == "-m" and any(argument.startswith("handmath.") for argument in sys.orig_argv):
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored
        signal.signal(signal.SIGINT, _end)
    gc.disable()  # nothing that is imported is garbage: looking for it is a tenth of the time
