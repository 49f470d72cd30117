"""Exponential, logarithm and arctangent that end in the same bit on every machine.

They are made of additions, products, quotients and square roots, which IEEE 754 rounds alike
everywhere. Those of a mathematical library may differ in the last bit from one processor to
another.
"""

import math

import numpy as np

LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10  # of fdlibm: ln 2 in two


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Float64 [N, classes] → logarithms of the probabilities, of the same shape.

    The sum over the classes is taken from the first to the last, not as NumPy would pair them.
    """
    logits = logits - logits.max(axis=1, keepdims=True)
    powers = exp(logits)
    total = powers[:, 0]
    for column in powers.T[1:]:
        total = total + column
    result: np.ndarray = logits - log(total)[:, None]
    return result


def exp(x: np.ndarray | np.float64) -> np.ndarray:
    """The exponential of x ≤ 0, float64; within 2 units in the last place down to -700."""
    x = np.maximum(x, -745.0, dtype=np.float64)
    twos = np.rint(x / (LN2_HIGH + LN2_LOW))
    rest = x - twos * LN2_HIGH - twos * LN2_LOW
    power = np.ones_like(x)
    for n in range(14, 0, -1):  # Taylor's series by Horner's rule; the rest is at most ln(2) / 2
        power = power * rest / n + 1
    result: np.ndarray = np.ldexp(power, twos.astype(np.int32))
    return result


def log(x: np.ndarray | np.float64) -> np.ndarray:
    """The natural logarithm of x > 0, float64; within a few units in the last place."""
    part, twos = np.frexp(x)
    low = part < 0.7071067811865476
    part, twos = np.where(low, 2 * part, part), np.where(low, twos - 1, twos)
    ratio = (part - 1) / (part + 1)  # log = 2 artanh(ratio), |ratio| < 0.18
    square = ratio * ratio
    series = np.zeros_like(x)
    for n in range(23, 0, -2):
        series = series * square + 1 / n
    result: np.ndarray = twos * LN2_HIGH + (twos * LN2_LOW + 2 * ratio * series)
    return result


def atan(x: float) -> float:
    """The arctangent, in radians, within a few units in the last place."""
    for _ in range(3):  # atan(x) = 2 atan(x / (1 + √(1 + x²))); thrice, and |x| < 0.2
        x = x / (1 + math.sqrt(1 + x * x))
    square = x * x
    series = 0.0
    for n in range(25, 0, -2):
        series = 1 / n - series * square
    return 8 * x * series
