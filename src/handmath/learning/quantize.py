"""A trained compact network → the reader's network, in integers."""

import copy
import math
from collections.abc import Iterator
from typing import cast

import numpy as np
from torch import nn

from handmath.learning.checkpoint import Model
from handmath.learning.crops import in_parts
from handmath.learning.networks import Compact, Sized
from handmath.reading.exact import log_softmax
from handmath.reading.network import TOP, Convolution, Network, quantize

TEMPERATURES = [step / 100 for step in range(20, 301)]
PART = 1024  # images at a time: what is computed on the way takes ten times their logits
CLIPPED = 1e-4  # of a layer's activations: are larger than the largest integer, and cut to it


def to_integers(model: Model, crops: np.ndarray, sizes: np.ndarray | None = None) -> Network:
    """Fold batch norm into the convolutions, and round weights and activations to integers.

    Each output of a layer has a scale of its own for its weights; a layer's activations have one,
    so that `CLIPPED` of those that `crops` lead to are beyond it. No training follows: with these
    networks rounding costs no reading.

    Args:
        model: a trained compact network for paper of value 0, which is a `mean` of 1.
        crops: uint8 [N, size, size], 0 ink to 255 paper, as the network will be given.
        sizes: int8 [N, 2], of the crops, for a network that is told them.

    Raises:
        ValueError: it is another network, or its paper is not 0.
    """
    network = copy.deepcopy(model.network).cpu()
    if not isinstance(network, Compact) or model.mean != 1:
        raise ValueError("only a compact network for paper of value 0 can be written in integers")
    values = in_parts(lambda some, _: quantize(some), crops)
    unit = -1 / (TOP * model.std)  # what 1 of the input stands for
    convolutions = []
    told = sized(network) if isinstance(network, Sized) else None
    for weight, bias, stride in map(folded, network.features):
        integers, scale, added = _rounded_together(weight, told)
        exact = Convolution(integers, scale * unit, bias, stride, added)
        unit_after = max(_largest(exact, values, sizes), 1e-6) / TOP
        convolutions.append(
            Convolution(integers, scale * (unit / unit_after), bias / unit_after, stride, added)
        )
        values, unit = in_parts(convolutions[-1], values, sizes), unit_after
        told = None
    linear = network.classify
    side = values.shape[1]
    weight = linear.weight.detach().numpy().reshape(len(model.classes), -1, side, side)
    integers, scale = _rounded(weight.transpose(0, 2, 3, 1))
    return Network(
        tuple(convolutions),
        integers,
        scale * unit,
        linear.bias.detach().numpy().astype(np.float64),
        tuple(model.classes),
        model.size,
    )


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that makes probabilities right as often as they say.

    Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2: the least mean
    cross-entropy of the logits divided by it, of `TEMPERATURES`.

    Args:
        logits: float64 [N, classes], of images that the network has not learned from.
        labels: int64 [N].
    """

    def log_likelihoods(temperature: float) -> Iterator[float]:
        for start in range(0, len(labels), PART):
            some, right = logits[start : start + PART], labels[start : start + PART]
            found = log_softmax(some / temperature)
            yield from found[np.arange(len(right)), right].tolist()

    losses = [-math.fsum(log_likelihoods(t)) for t in TEMPERATURES]
    return TEMPERATURES[losses.index(min(losses))]


def folded(stage: nn.Module) -> tuple[np.ndarray, np.ndarray, int]:
    """A convolution with its batch norm folded into it.

    Args:
        stage: a convolution without bias, a batch norm, a ReLU.

    Returns:
        Weight, float64 [outputs, kernel, kernel, inputs]; bias, float64 [outputs]; the stride.
    """
    convolution, norm, _ = stage.children()
    state, gain = _normed(cast(nn.BatchNorm2d, norm))
    weight = convolution.state_dict()["weight"].double().permute(0, 2, 3, 1).numpy()
    bias = state["bias"] - state["running_mean"] * gain
    stride = cast(nn.Conv2d, convolution).stride[0]
    return weight * gain[:, None, None, None], bias, stride


def _largest(layer: Convolution, activations: np.ndarray, sizes: np.ndarray | None) -> float:
    """What `CLIPPED` of a layer's outputs are larger than, before they are rounded."""

    def outputs(some: np.ndarray, their_sizes: np.ndarray | None) -> np.ndarray:
        exact: np.ndarray = layer.sums(some, their_sizes) * layer.scale + layer.offset
        return exact

    found = in_parts(outputs, activations, sizes)
    return float(np.quantile(found, 1 - CLIPPED, overwrite_input=True))


def _normed(norm: nn.BatchNorm2d) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """A batch norm's numbers, and what it multiplies each output by."""
    # In NumPy and float64: a square root by PyTorch may end in another bit on another CPU.
    state = {name: of.double().numpy() for name, of in norm.state_dict().items()}
    gain: np.ndarray = state["weight"] / np.sqrt(state["running_var"] + norm.eps)
    return state, gain


def sized(network: Sized) -> np.ndarray:
    """What sizes count in the first convolution, its batch norm folded in: [outputs, 2]."""
    _, norm, _ = network.features[0].children()
    _, gain = _normed(cast(nn.BatchNorm2d, norm))
    weight: np.ndarray = network.sizes.weight.detach().double().numpy() * gain[:, None]
    return weight


def _rounded_together(
    weight: np.ndarray, sizes: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """A convolution's weights and those of its sizes in integers; 1 stands for the same in both."""
    if sizes is None:
        return *_rounded(weight), None
    both = np.concatenate([weight.reshape(len(weight), -1), sizes], axis=1)
    integers, scale = _rounded(both)
    own, added = integers[:, : -sizes.shape[1]], integers[:, -sizes.shape[1] :]
    return np.ascontiguousarray(own.reshape(weight.shape)), scale, np.ascontiguousarray(added)


def _rounded(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Float [outputs, …] → int8 of the same shape, and what 1 of each output stands for."""
    largest = np.abs(weight).reshape(len(weight), -1).max(axis=1).astype(np.float64)
    scale = np.where(largest > 0, largest, 1.0) / TOP
    integers = np.rint(weight / scale.reshape(-1, *[1] * (weight.ndim - 1)))
    return np.ascontiguousarray(
        integers, dtype=np.int8
    ), scale  # or safetensors writes another order
