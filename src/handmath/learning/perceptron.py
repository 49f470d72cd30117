"""Trains a perceptron that chooses among several ways, and writes it in integers."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from handmath.learning.adam import Adam
from handmath.learning.linear import Convolved
from handmath.learning.training import keep_freed_memory, one_cycle
from handmath.reading.expression.perceptron import Dense, Perceptron, rounded
from handmath.reading.network import TOP

HIDDEN = (64, 32)
WEIGHT_DECAY = 0.3
WIDEST = 5.0  # standard deviations of an input that are kept
LEAST = 0.05  # no input's standard deviation is less
CLIPPED = 1e-4  # of a hidden value: are larger than the largest integer, and cut to it
_FINE = 1024  # inputs are counted in steps of 1 / 1024: sums of whole numbers are exact
_NEVER = -1e9  # a logarithm of no probability
_PART = 4096  # rows at a time: what is made of all of them at once takes a gigabyte


class Lessons(NamedTuple):
    """Questions, each of which has a few rows of inputs; each row has a few ways to choose.

    Attributes:
        inputs: float32 [rows, inputs].
        free: bool [rows, ways]: which may be chosen.
        rows: int64 [questions], number of rows of each, one question after the other.
        answers: int64 [questions], the right choice: row within the question * ways + way.
    """

    inputs: np.ndarray
    free: np.ndarray
    rows: np.ndarray
    answers: np.ndarray

    @classmethod
    def joined(cls, parts: "Sequence[Lessons]") -> "Lessons":
        """One after the other."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def fit(
    lessons: Lessons,
    seed: int,
    epochs: int,
    lr: float = 3e-3,
    batch_size: int = 256,
) -> Perceptron:
    """Train on cross-entropy over all ways of a question, with Adam and one cycle of rates.

    The inputs are rounded as they will be when reading; weights and hidden values afterwards.
    """
    center, spread = _measured(lessons.inputs)
    parts = [rounded(part, center, spread) for part in _parts(lessons.inputs)]
    inputs = torch.from_numpy(np.concatenate(parts))
    free = torch.from_numpy(lessons.free)
    first = np.cumsum(lessons.rows) - lessons.rows
    answers = torch.from_numpy(lessons.answers)
    widths = [inputs.shape[1], *HIDDEN, free.shape[1]]
    torch.manual_seed(seed)
    linear = [Convolved(*sizes) for sizes in pairwise(widths)]
    network = nn.Sequential(*[part for layer in linear for part in (layer, nn.ReLU())][:-1])
    optimizer = Adam(network.parameters(), weight_decay=WEIGHT_DECAY)
    draws = torch.Generator().manual_seed(seed)
    keep_freed_memory()
    steps = epochs * -(-len(answers) // batch_size)
    rates = iter(one_cycle(lr, steps))
    for _ in range(epochs):
        for batch in torch.randperm(len(answers), generator=draws).split(batch_size):
            questions = batch.numpy()
            at, place, most = _spread(first[questions], lessons.rows[questions])
            logits = network(inputs[at].float() * (WIDEST / TOP)).masked_fill(~free[at], _NEVER)
            table = logits.new_full((len(questions) * most, logits.shape[1]), _NEVER)
            table = table.index_copy(0, place, logits).view(len(questions), -1)
            functional.cross_entropy(table, answers[batch]).backward()
            optimizer.step(next(rates))
    weights = [(of.weight.detach().numpy(), of.bias.detach().numpy()) for of in linear]
    return to_integers(center, spread, weights, inputs.numpy())


def to_integers(
    center: np.ndarray,
    spread: np.ndarray,
    weights: Sequence[tuple[np.ndarray, np.ndarray]],
    inputs: np.ndarray,
) -> Perceptron:
    """Round weights and hidden values; each hidden value has a scale of its own.

    Args:
        center: float64 [inputs], mean of each.
        spread: float64 [inputs], what 1 of each stands for.
        weights: float32 [outputs, inputs] and [outputs] of each layer, whose inputs have a standard
            deviation of 1.
        inputs: int8 [N, inputs], rounded, that tell how large hidden values are.
    """
    values = inputs
    unit = np.full(values.shape[1], WIDEST / TOP)  # what 1 of each value stands for
    layers = []
    for index, (weight, bias) in enumerate(weights):
        scaled = weight.astype(np.float64) * unit
        largest = np.abs(scaled).max(axis=1)
        scale = np.where(largest > 0, largest, 1.0) / TOP
        integers = np.rint(scaled / scale[:, None]).astype(np.int8)
        layer = Dense(integers, scale, bias.astype(np.float64))
        if index < len(weights) - 1:
            unit = np.maximum(_largest(layer, values), 1e-6) / TOP
            layer = Dense(integers, scale / unit, layer.offset / unit)
            values = np.concatenate(
                [np.rint(found).clip(0, TOP).astype(np.int8) for found in _outputs(layer, values)]
            )
        layers.append(layer)
    return Perceptron(center, spread, tuple(layers))


def _largest(layer: Dense, values: np.ndarray) -> np.ndarray:
    """Of each output for int8 [N, inputs], what but `CLIPPED` are less than: float64 [outputs]."""
    units = [
        Dense(weight[None], scale, offset)
        for weight, scale, offset in zip(layer.weight, layer.scale, layer.offset, strict=True)
    ]
    return np.array(
        [np.quantile(np.concatenate([*_outputs(unit, values)]), 1 - CLIPPED) for unit in units]
    )


def _outputs(layer: Dense, values: np.ndarray) -> Iterator[np.ndarray]:
    """Of a layer for int8 [N, inputs], part by part: float64 [n, outputs]."""
    return (layer(part.astype(np.float32)) for part in _parts(values))


def _parts(rows: np.ndarray) -> list[np.ndarray]:
    """Some rows at a time."""
    return [rows[start : start + _PART] for start in range(0, len(rows), _PART)]


def _measured(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of each input, and what 1 of its integers stands for."""
    total = squares = np.zeros(inputs.shape[1], dtype=np.int64)
    for part in _parts(inputs):
        fine = np.rint(part * np.float32(_FINE)).astype(np.int64)
        total = total + fine.sum(axis=0)
        squares = squares + (fine * fine).sum(axis=0)
    count = len(inputs) * _FINE
    center = total / count
    variance = squares / (count * _FINE) - center * center
    spread = np.sqrt(np.maximum(variance, LEAST * LEAST)) * (WIDEST / TOP)
    return center, spread


def _spread(first: np.ndarray, rows: np.ndarray) -> tuple[Tensor, Tensor, int]:
    """Of questions: indices of their rows, the rows' places in a table, and its height each.

    Args:
        first: int64 [questions], each one's first row.
        rows: int64 [questions], each one's number of rows.
    """
    most = int(rows.max())
    within = np.arange(rows.sum()) - np.repeat(np.cumsum(rows) - rows, rows)
    at = np.repeat(first, rows) + within
    place = np.repeat(np.arange(len(rows)) * most, rows) + within
    return torch.from_numpy(at), torch.from_numpy(place), most
