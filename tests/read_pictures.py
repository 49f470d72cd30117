"""Reads pictures with nothing but `handmath.reading`, and prints a line of JSON for each.

    python tests/read_pictures.py PICTURES

One whose name begins with `page` is read as a page. Python for ARM64, which
tests/test_same_reading.py runs this with, has no more than reading needs.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from handmath.base.errors import InputError
from handmath.reading.expression.perceptron import Perceptron
from handmath.reading.network import Network
from handmath.reading.reader import Reader

Call = Callable[..., np.ndarray]


def watched(call: Call, seen: list[bytes]) -> Call:
    """The same function, which keeps what it returns."""

    def function(*arguments: Any) -> np.ndarray:
        logits = call(*arguments)
        seen.append(logits.tobytes())
        return logits

    return function


def main() -> None:
    """Read every picture that is named."""
    seen: list[bytes] = []
    for kind, name in ((Network, "logits"), (Perceptron, "__call__")):
        setattr(kind, name, watched(getattr(kind, name), seen))
    reader = Reader.load()
    for path in map(Path, sys.argv[1:]):
        seen.clear()
        try:
            page = path.name.startswith("page")
            read = reader.read_page(path) if page else [reader.read(path)]
            found: dict[str, Any] = {"readings": [asdict(reading) for reading in read]}
        except InputError as error:
            found = {"refused": str(error)}
        logits = hashlib.sha256(b"".join(seen)).hexdigest()
        # repr of a float, which JSON has, is the shortest that no other float has.
        print(json.dumps({"file": path.name, "logits": logits, **found}), flush=True)


if __name__ == "__main__":
    main()
