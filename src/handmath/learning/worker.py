"""What a worker of the sweep is asked for, on this machine or another one.

A module of its own: what a Dask worker is to run must not come from `__main__`, which it lacks.
"""

import hashlib
import socket
from importlib.metadata import version
from pathlib import Path
from typing import Any

from handmath.base.errors import InputError
from handmath.base.params import Params

PACKAGE = Path(__file__).parents[1]
CODE = ("base/*.py", "data/dataset.py", "learning/*.py")


def train_row(
    p: Params, lr: float, images: Path | bytes, code: str
) -> tuple[float, list[dict[str, Any]]]:
    """Train a row of the grid, in a worker; torch is imported there alone, to save seconds.

    Raises:
        InputError: the worker has other code than the one who asks, whose `code_sha256` is `code`,
            or has loaded PyTorch with settings that lead to other bits.
    """
    if code != code_sha256():
        raise InputError("a Dask worker has another version of this project or of PyTorch")
    try:
        from handmath.base import determinism  # noqa: F401  (before PyTorch, which it sets up)
    except InputError:
        raise InputError(
            f"the worker on {socket.gethostname()} has loaded PyTorch for something else; "
            "start it anew, with `dask worker --preload handmath.base.determinism`"
        ) from None
    from handmath.learning import grid

    if isinstance(images, Path):
        return lr, grid.train_row(p, lr, images)
    return lr, grid.train_row_elsewhere(p, lr, images)


def code_sha256() -> str:
    """Hash of what a row depends on: modules, and PyTorch's version without its build (`+cpu`)."""
    digest = hashlib.sha256(version("torch").split("+")[0].encode())
    for path in sorted(path for part in CODE for path in PACKAGE.glob(part)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
