"""Reads pictures with nothing but `handmath.reading`, and prints a line of JSON for each.

    python tests/read_lines.py PICTURES

Python for ARM64, which tests/test_same_reading.py runs it with, has no more than reading needs.
"""

import hashlib
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from handmath.base.errors import InputError
from handmath.reading.line import LineReader
from handmath.reading.network import Network
from handmath.reading.reader import Reader


class Watched(Network):
    """A network that keeps a hash of the logits of one picture."""

    seen = b""

    def logits(self, crops: np.ndarray, sizes: np.ndarray | None = None) -> np.ndarray:
        """Those of a network."""
        logits = super().logits(crops, sizes)
        Watched.seen += logits.tobytes()
        return logits


def main() -> None:
    """Read every picture that is named."""
    reader = Reader.load()
    reader = replace(reader, line=LineReader(Watched(**vars(reader.line.network))))
    for name in map(Path, sys.argv[1:]):
        Watched.seen = b""
        try:
            reading = asdict(reader.read(name))
        except InputError as error:
            reading = {"refused": str(error)}
        logits = hashlib.sha256(Watched.seen).hexdigest()
        # repr of a float, which JSON has, is the shortest that no other float has.
        print(json.dumps({"file": name.name, "logits": logits, **reading}), flush=True)


if __name__ == "__main__":
    main()
