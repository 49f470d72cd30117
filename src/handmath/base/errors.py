"""Bad input ends a stage with one clear line and exit code 1, never a traceback."""

import gc
import sys
from collections.abc import Callable


class InputError(Exception):
    """What a person gave cannot be used; the message names the file or key and what to do."""


def run(main: Callable[[], None]) -> None:
    """Run a stage's `main`; turn an `InputError` into one line on stderr and exit code 1."""
    try:
        main()
    except InputError as error:
        sys.exit(f"error: {error}")
    finally:
        gc.freeze()  # or Python looks through all of PyTorch for garbage as it ends: half a second
