"""Bad input ends a stage with one clear line and exit code 1, never a traceback."""

import gc
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class InputError(Exception):
    """What a person gave cannot be used; the message names the file or key and what to do."""


def reason(error: Exception) -> str:
    """What an exception says, without an error's number, its path or an object's address."""
    text = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    return re.sub(r" <\S+ object at 0x[0-9a-f]+>| \(os error \d+\)", "", text)


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
            f"{error.name} is not installed; `make dev` brings it, or `pip install '.[{extra}]'`"
        ) from None


def run(main: Callable[[], None]) -> None:
    """Run a stage's `main`; turn an `InputError` into one line on stderr and exit code 1."""
    try:
        main()
    except InputError as error:
        sys.exit(f"error: {error}")
    finally:
        gc.freeze()  # or Python looks through all of PyTorch for garbage as it ends: half a second
