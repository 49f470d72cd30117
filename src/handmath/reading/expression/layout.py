"""What is known of how symbols stand together: the file that the parser's knowledge comes from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from handmath.base import files
from handmath.base.errors import InputError, reason
from handmath.base.files import atomic_write
from handmath.reading.expression import contain, rows
from handmath.reading.expression.bigram import RELATIONS, Bigram
from handmath.reading.expression.perceptron import Perceptron
from handmath.reading.expression.sketch import Sketch
from handmath.reading.expression.state import STEPS, Line, start
from handmath.reading.network import FAR

LAYOUT = Path("models/layout.safetensors")
LAYERS = 3  # of each perceptron
HABITS = 4
UNKNOWN = (-3.0,) * HABITS  # of a class that was never seen: seldom
_MOST_CLASSES = 1000


@dataclass(frozen=True)
class Layout:
    """What was learned of how symbols stand together.

    Attributes:
        contain: says of a container and a symbol where the symbol stands.
        rows: says how well a symbol continues a row or begins a script.
        habits: float64 [classes, 4]: logarithms of the odds that a symbol of a class has a
            superscript, has a subscript, begins a superscript, begins a subscript.
        bigram: what hangs on what; with the names of the classes.
    """

    contain: Perceptron
    rows: Perceptron
    habits: np.ndarray
    bigram: Bigram

    @cached_property
    def _habits(self) -> dict[str, tuple[float, ...]]:
        return dict(zip(self.bigram.classes, map(tuple, self.habits.tolist()), strict=True))

    def habits_of(self, labels: Sequence[str]) -> list[tuple[float, ...]]:
        """The row of `habits` of each label."""
        return [self._habits.get(label, UNKNOWN) for label in labels]

    def write(self, path: Path) -> None:
        """Write it; the names of the classes go into the file's metadata, as JSON."""
        tensors = {
            "habits": self.habits,
            "counts": self.bigram.counts,
            **self.contain.tensors("contain"),
            **self.rows.tensors("rows"),
        }
        tensors = {name: np.ascontiguousarray(values) for name, values in tensors.items()}
        with atomic_write(path) as partial:
            facts = json.dumps({"classes": self.bigram.classes})
            partial.write_bytes(save(tensors, metadata={"handmath": facts}))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what `write` wrote.

        Raises:
            InputError: the file is missing or is no such layout.
        """
        try:
            files.check(path)
            with safe_open(path, framework="np") as file:
                classes = _classes((file.metadata() or {}).get("handmath", ""))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return cls(
                _perceptron(tensors, "contain"),
                _perceptron(tensors, "rows"),
                *_tables(tensors, classes),
            )
        except FileNotFoundError:
            raise InputError(f"{path} is missing; `dvc repro train_layout` makes one") from None
        except (SafetensorError, OSError, RecursionError, ValueError) as error:
            raise InputError(
                f"{path} is no reader's layout ({reason(error)}); "
                "`dvc repro train_layout` makes one"
            ) from None


def sizes() -> dict[str, tuple[int, int]]:
    """Numbers of inputs and outputs of each perceptron."""
    sketch = Sketch(["minus", "one"], [(0, 9, 9, 10), (0, 0, 9, 9)])
    line = Line(sketch, [0, 1], sketch.boxes.tolist(), [UNKNOWN] * 2)
    pair = contain.features(sketch)
    step = rows.features(line, start(line), 1)
    return {
        "contain": (pair.shape[-1], len(contain.SIDES)),
        "rows": (len(step[0]), len(STEPS)),
    }


def _perceptron(tensors: Mapping[str, np.ndarray], name: str) -> Perceptron:
    """One of the two.

    Raises:
        ValueError: it is not what the parser asks.
    """
    perceptron = Perceptron.of(tensors, name, LAYERS)
    if perceptron.size != sizes()[name]:
        raise ValueError(f"{name} has other inputs or outputs than the parser")
    return perceptron


def _tables(
    tensors: Mapping[str, np.ndarray], classes: tuple[str, ...]
) -> tuple[np.ndarray, Bigram]:
    """Habits and the bigram.

    Raises:
        ValueError: they are not of these classes.
    """
    expected = {"habits", "counts"} | {
        f"{name}{part}"
        for name in sizes()
        for part in (
            ".center",
            ".spread",
            *(f"{i}.{of}" for i in range(LAYERS) for of in ("weight", "scale", "offset")),
        )
    }
    if tensors.keys() != expected:
        raise ValueError("it lacks some tensors, or has others")
    habits, counts = tensors["habits"], tensors["counts"]
    if habits.dtype != np.float64 or habits.shape != (len(classes), HABITS):
        raise ValueError(f"habits are not float64, {HABITS} of each class")
    if not (np.abs(habits) <= FAR).all():
        raise ValueError(f"habits are not finite, or beyond ±{FAR:.0e}")
    shape = len(RELATIONS), len(classes) + 1, len(classes)
    if counts.dtype != np.uint16 or counts.shape != shape:
        raise ValueError("counts are not uint16 of each relation, parent and child")
    return habits, Bigram(classes, counts)


def _classes(text: str) -> tuple[str, ...]:
    """Names of the classes, out of a file's metadata.

    Raises:
        ValueError: they are no distinct names.
    """
    facts: Any = json.loads(text)
    classes: Any = facts.get("classes") if isinstance(facts, dict) else None
    if (
        not (isinstance(classes, list) and all(isinstance(name, str) for name in classes))
        or not 1 <= len(classes) <= _MOST_CLASSES
        or len(set(classes)) < len(classes)
        or not all(name.isprintable() for name in classes)
    ):
        raise ValueError("its classes are no distinct names")
    return tuple(classes)
