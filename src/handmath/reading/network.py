"""The reader's network in integers, with NumPy alone: the same logits on every machine.

Weights are integers of 8 bits, activations of 7. A product of the two is at most 127², and no sum
has more than `MOST_TERMS` of them, so it stays below 2^24, up to where float32 holds every integer:
a matrix product in float32 is then exact, whatever the order of its sums, the library, the number
of threads or the CPU. All else is single operations that IEEE 754 rounds alike everywhere, one
after the other. See Jacob et al., "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference" (2018).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from handmath.base import files
from handmath.base.errors import InputError, reason
from handmath.base.files import atomic_write

TOP = 127  # the largest weight, up or down, and the largest activation
READER = Path("models/reader.safetensors")
EXPRESSIONS = Path("models/expressions.safetensors")
MOST_TERMS = 2**24 // TOP**2  # 1040
LARGEST = 256  # side of the crops in pixels
FAR = 1e30  # no scale or offset is beyond it, and so no product of one


@dataclass(frozen=True)
class Convolution:
    """A convolution, its batch norm and its ReLU, in integers.

    Attributes:
        weight: int8 [outputs, kernel, kernel, inputs], -127 to 127.
        scale, offset: float64 [outputs]; a sum of products becomes sum * scale + offset, rounded to
            the nearest integer and kept within 0 to 127.
        stride: pixels. The padding is half of the kernel.
        sizes: int8 [outputs, 2], of what is added to each pixel's sum, or None.
    """

    weight: np.ndarray
    scale: np.ndarray
    offset: np.ndarray
    stride: int
    sizes: np.ndarray | None = None

    def __call__(self, activations: np.ndarray, sizes: np.ndarray | None = None) -> np.ndarray:
        """Float32 [N, height, width, inputs] → [N, height / stride, width / stride, outputs].

        The values are integers, 0 to 127, at both ends; `sizes` are int8 [N, 2].
        """
        values: np.ndarray = np.rint(self.sums(activations, sizes) * self.scale + self.offset)
        return values.clip(0, TOP).astype(np.float32)

    def sums(self, activations: np.ndarray, sizes: np.ndarray | None = None) -> np.ndarray:
        """The sums of products, float32 [N, height / stride, width / stride, outputs]."""
        kernel = self.weight.shape[1]
        pad = kernel // 2
        padded = np.pad(activations, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        windows = sliding_window_view(padded, (kernel, kernel), axis=(1, 2))
        windows = windows[:, :: self.stride, :: self.stride].transpose(0, 1, 2, 4, 5, 3)
        n, height, width = windows.shape[:3]
        sums: np.ndarray = windows.reshape(n * height * width, -1) @ _matrix(self.weight)
        sums = sums.reshape(n, height, width, -1)
        if self.sizes is not None and sizes is not None:
            added = sizes.astype(np.float32) @ self.sizes.T.astype(np.float32)
            sums = sums + added[:, None, None]
        return sums


@dataclass(frozen=True)
class Network:
    """Crops of ink → log-probabilities of the classes.

    Attributes:
        convolutions: one after the other.
        weight: int8 [classes, height, width, channels], of the last, linear layer.
        scale, offset: float64 [classes]; as of a `Convolution`, but not rounded: logits.
        classes: names, in the order of the logits.
        size: side of the crops in pixels.
    """

    convolutions: tuple[Convolution, ...]
    weight: np.ndarray
    scale: np.ndarray
    offset: np.ndarray
    classes: tuple[str, ...]
    size: int

    def logits(self, crops: np.ndarray, sizes: np.ndarray | None = None) -> np.ndarray:
        """Crops, uint8 [N, size, size], 0 ink to 255 paper → float64 [N, classes].

        Args:
            crops: as above.
            sizes: int8 [N, 2], -127 to 127: how large each is, for a network that is told so.
        """
        first, *others = self.convolutions
        values = first(quantize(crops), sizes)
        for convolution in others:
            values = convolution(values)
        sums = values.reshape(len(values), -1) @ _matrix(self.weight)
        logits: np.ndarray = sums * self.scale + self.offset
        return logits

    def at_temperature(self, temperature: float) -> Self:
        """The same network, its logits divided by a temperature."""
        return replace(self, scale=self.scale / temperature, offset=self.offset / temperature)

    def write(self, path: Path) -> None:
        """Write the weights; the rest goes into the file's metadata, as JSON."""
        tensors = {"linear.weight": self.weight, "linear.scale": self.scale}
        tensors["linear.offset"] = self.offset
        for index, convolution in enumerate(self.convolutions):
            for name in ("weight", "scale", "offset"):
                tensors[f"convolution{index}.{name}"] = getattr(convolution, name)
            if convolution.sizes is not None:
                tensors["sizes"] = convolution.sizes
        facts = {
            "classes": self.classes,
            "size": self.size,
            "strides": [convolution.stride for convolution in self.convolutions],
        }
        with atomic_write(path) as partial:
            partial.write_bytes(save(tensors, metadata={"handmath": json.dumps(facts)}))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what `write` wrote.

        Raises:
            InputError: the file is missing or is no such network.
        """
        stage = "train_expressions" if path.name == EXPRESSIONS.name else "train_reader"
        try:
            files.check(path)
            with safe_open(path, framework="np") as file:
                classes, size, strides = _facts((file.metadata() or {}).get("handmath", ""))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            sizes = tensors.pop("sizes", None)
            network = cls(
                tuple(
                    Convolution(
                        *_layer(tensors, f"convolution{index}"), stride, None if index else sizes
                    )
                    for index, stride in enumerate(strides)
                ),
                *_layer(tensors, "linear"),
                classes,
                size,
            )
            if len(tensors) > 3 * (len(strides) + 1) or len(classes) != len(network.weight):
                raise ValueError("it has other layers or classes than weights")  # noqa: TRY301
            if sizes is not None and (
                sizes.dtype != np.int8 or sizes.shape != (len(network.convolutions[0].weight), 2)
            ):
                raise ValueError("its sizes are not int8, two of each output")  # noqa: TRY301
            blank = np.full((1, size, size), 255, dtype=np.uint8)
            network.logits(blank, np.zeros((1, 2), dtype=np.int8))
        except FileNotFoundError:
            raise InputError(f"{path} is missing; `dvc repro {stage}` makes one") from None
        except (SafetensorError, OSError, RecursionError, ValueError) as error:
            raise InputError(
                f"{path} is no reader's model ({reason(error)}); `dvc repro {stage}` makes one"
            ) from None
        return network


def quantize(crops: np.ndarray) -> np.ndarray:
    """Uint8 [N, size, size], ink 0 to paper 255 → float32 [N, size, size, 1], 127 to 0."""
    ink: np.ndarray = np.rint((255 - crops.astype(np.float64)) * TOP / 255)
    return ink.astype(np.float32)[..., None]


def _matrix(weight: np.ndarray) -> np.ndarray:
    """Weights of a layer as float32 [terms, outputs]."""
    return weight.reshape(len(weight), -1).T.astype(np.float32)


def _facts(text: str) -> tuple[tuple[str, ...], int, list[int]]:
    """Classes, size and strides, out of a file's metadata.

    Raises:
        ValueError: they are not what a network has.
    """
    facts: Any = json.loads(text)
    if not isinstance(facts, dict):
        raise ValueError("its metadata are no facts of a network")  # noqa: TRY004
    classes: Any = facts.get("classes")
    size: Any = facts.get("size")
    strides: Any = facts.get("strides")
    if (
        not (isinstance(classes, list) and all(isinstance(name, str) for name in classes))
        or len(set(classes)) < len(classes)
        or not all(name.isprintable() for name in classes)
    ):
        raise ValueError("its classes are no distinct names")
    sides = [size, *strides] if isinstance(strides, list) else [None]
    if not all(type(side) is int and 1 <= side <= LARGEST for side in sides):
        raise ValueError(f"its size and strides are no whole numbers from 1 to {LARGEST}")
    return tuple(classes), size, strides


def _layer(
    tensors: Mapping[str, np.ndarray], name: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weight, scale and offset of a layer.

    Raises:
        ValueError: they are not what a layer has, so that logits would not be exact.
    """
    parts = [f"{name}.{part}" for part in ("weight", "scale", "offset")]
    if not tensors.keys() >= {*parts}:
        raise ValueError(f"it lacks {', '.join(sorted({*parts} - tensors.keys()))}")
    weight, scale, offset = (tensors[part] for part in parts)
    if weight.dtype != np.int8 or weight.ndim != 4 or weight.min() < -TOP:
        raise ValueError(f"{name}.weight is not int8 from -{TOP} to {TOP}")
    if weight[0].size > MOST_TERMS:
        raise ValueError(f"{name} has sums of more than {MOST_TERMS} terms")
    for values in (scale, offset):
        if values.shape != weight.shape[:1] or values.dtype != np.float64:
            raise ValueError(f"{name} has no float64 scale and offset of each output")
        if not (np.abs(values) <= FAR).all():
            raise ValueError(f"{name} has numbers that are not finite, or beyond ±{FAR:.0e}")
    return weight, scale, offset
