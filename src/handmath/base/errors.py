"""Bad input ends a stage with one clear line and exit code 1, never a traceback."""

import gc
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_REASON = 200  # characters: a damaged file may be quoted at length
INTERRUPTED = "interrupted"
INTERRUPTED_CODE = 130  # of a program that SIGINT ended, as shells have it
BROKEN_PIPE_CODE = 141  # the same of SIGPIPE: whoever read what it prints has gone, as `head` does


class InputError(Exception):
    """What a person gave cannot be used; the message names the file or key and what to do.

    It is one line of printable characters, whatever the names in it hold: others are escaped.
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


def printable(text: str) -> str:
    """Escape what is not printable, such as a line's end or a terminal's commands."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def reason(error: Exception) -> str:
    """What an exception says, without an error's number, its path or an object's address."""
    text = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    text = re.sub(r" <\S+ object at 0x[0-9a-f]+>| \(os error \d+\)", "", text)
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}…"


@contextmanager
def brought_by(extra: str) -> Iterator[None]:
    """Import inside this what only pyproject.toml's extra of that name brings.

    Raises:
        InputError: a package is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(
            f"{error.name} is not installed; `pip install 'handmath[{extra}]'` brings it, "
            "and `make dev` in a clone"
        ) from None


def run(main: Callable[[], None]) -> None:
    """Run a stage's `main`.

    An `InputError` becomes one line on stderr and exit code 1, and so does Ctrl-C, with its own.
    A closed pipe needs no line.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # instead of `interrupt`'s
    gc.freeze()  # what is imported stays
    gc.enable()
    try:
        main()
        _flush()
    except InputError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        sys.exit(INTERRUPTED_CODE)
    except BrokenPipeError:
        _discard()
        sys.exit(BROKEN_PIPE_CODE)
    finally:
        gc.freeze()  # or Python looks through all of PyTorch for garbage as it ends: half a second


def _flush() -> None:
    """Write what is printed now, not while Python ends: then an error would be no line of ours.

    Raises:
        InputError: the disk that it goes to is full.
    """
    try:
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard()
        raise InputError(f"standard output cannot be written ({reason(error)})") from None


def _discard() -> None:
    """Let what is still to be printed go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
