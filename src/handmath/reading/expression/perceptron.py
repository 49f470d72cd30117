"""A perceptron in integers, with NumPy alone: the same logits on every machine.

As of the network, weights are integers of 8 bits and sums have so few terms that they are exact;
see `reading/network.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from handmath.reading.network import FAR, MOST_TERMS, TOP


@dataclass(frozen=True)
class Dense:
    """A layer: sums of products become sum * scale + offset.

    Attributes:
        weight: int8 [outputs, inputs], -127 to 127.
        scale, offset: float64 [outputs].
    """

    weight: np.ndarray
    scale: np.ndarray
    offset: np.ndarray

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Float32 [N, inputs], integers from -127 to 127 → float64 [N, outputs]."""
        sums = values @ self.weight.T.astype(np.float32)
        result: np.ndarray = sums * self.scale + self.offset
        return result


@dataclass(frozen=True)
class Perceptron:
    """Numbers → logits.

    Attributes:
        center, spread: float64 [inputs]; an input becomes (input - center) / spread, rounded.
        layers: one after the other; between two of them values are rounded and kept within 0 to
            127.
    """

    center: np.ndarray
    spread: np.ndarray
    layers: tuple[Dense, ...]

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        """Float64 [N, inputs] → logits, float64 [N, outputs]."""
        values = rounded(inputs, self.center, self.spread).astype(np.float32)
        for layer in self.layers[:-1]:
            values = np.rint(layer(values)).clip(0, TOP).astype(np.float32)
        return self.layers[-1](values)

    @property
    def size(self) -> tuple[int, int]:
        """Numbers of inputs and outputs."""
        return len(self.center), len(self.layers[-1].weight)

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """All arrays by name, as `of` takes them."""
        found = {f"{name}.center": self.center, f"{name}.spread": self.spread}
        for index, layer in enumerate(self.layers):
            found[f"{name}{index}.weight"] = layer.weight
            found[f"{name}{index}.scale"] = layer.scale
            found[f"{name}{index}.offset"] = layer.offset
        return found

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], name: str, depth: int) -> Self:
        """The perceptron of that name with so many layers.

        Raises:
            ValueError: they are not what a perceptron has, so that logits would not be exact.
        """
        parts = [
            f"{name}{i}.{part}" for i in range(depth) for part in ("weight", "scale", "offset")
        ]
        parts += [f"{name}.center", f"{name}.spread"]
        if not tensors.keys() >= {*parts}:
            raise ValueError(f"it lacks {', '.join(sorted({*parts} - tensors.keys()))}")
        center, spread = tensors[f"{name}.center"], tensors[f"{name}.spread"]
        layers = []
        inputs = center.size
        for i in range(depth):
            weight = tensors[f"{name}{i}.weight"]
            if weight.dtype != np.int8 or weight.ndim != 2 or (weight < -TOP).any():
                raise ValueError(f"{name}{i}.weight is not int8 from -{TOP} to {TOP}")
            if not (weight.size and weight.shape[1] == inputs <= MOST_TERMS):
                raise ValueError(f"{name}{i} does not take what comes before it")
            scale, offset = tensors[f"{name}{i}.scale"], tensors[f"{name}{i}.offset"]
            _check(f"{name}{i}", len(weight), scale, offset)
            layers.append(Dense(weight, scale, offset))
            inputs = len(weight)
        _check(name, center.size, center, spread)
        if not (spread > 1 / FAR).all():
            raise ValueError(f"{name}.spread is not above 0")
        return cls(center, spread, tuple(layers))


def rounded(inputs: np.ndarray, center: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Float64 [N, inputs] → int8 of the same shape, -127 to 127."""
    integers: np.ndarray = np.rint(((inputs - center) / spread).clip(-TOP, TOP))
    return integers.astype(np.int8)


def _check(name: str, count: int, *arrays: np.ndarray) -> None:
    """Look whether there are so many finite numbers in each array.

    Raises:
        ValueError: there are not.
    """
    for values in arrays:
        if values.shape != (count,) or values.dtype != np.float64:
            raise ValueError(f"{name} has no {count} float64 of each sort")
        if not (np.abs(values) <= FAR).all():
            raise ValueError(f"{name} has numbers that are not finite, or beyond ±{FAR:.0e}")
