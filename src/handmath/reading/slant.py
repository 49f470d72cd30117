"""How far straight strokes slant: what tells a slash from a 1."""

import math

import numpy as np

from handmath.data import alphabet
from handmath.reading.exact import atan
from handmath.reading.segment import SEGMENTATION, Components, Hypothesis
from handmath.reading.thresholds import THRESHOLDS


def slant(components: Components, hypothesis: Hypothesis) -> float | None:
    """How far a straight stroke slants to the right, in radians from upright; None of other ink.

    It is the direction in which the ink's variance is largest. Across, a bar of width w has the
    variance w² / 12.
    """
    left, top, right, bottom = hypothesis.box
    if bottom - top < THRESHOLDS.upright * components.height:
        return None
    part = components.labels[top:bottom, left:right]
    own = (part > hypothesis.first) & (part <= hypothesis.last)
    xx, yy, xy = variances(own)
    half, middle = (xx - yy) / 2, (xx + yy) / 2
    spread = math.sqrt(half * half + xy * xy)  # not `hypot`: of it, the last bit is anybody's
    pen = max(components.pen, SEGMENTATION.thinnest_pen * components.height)
    if math.sqrt(12 * max(middle - spread, 0)) > THRESHOLDS.straight * pen:
        return None
    if not spread:
        return 0.0
    # Half the angle whose tangent is -xy / -half, by that half's own tangent.
    if half <= 0:
        return atan(-xy / (spread - half))
    return atan((spread + half) / -xy) if xy else None  # None: it lies flat


def variances(own: np.ndarray) -> tuple[float, float, float]:
    """Of columns, of rows, and of the two together, over the pixels that are true: bool [h, w].

    They are quotients of integers, so that no library's order of sums decides on a bit.
    """
    y, x = np.nonzero(own)
    n, sx, sy = len(x), int(x.sum()), int(y.sum())
    xx, yy, xy = (int((a * b).sum()) for a, b in ((x, x), (y, y), (x, y)))
    square = n * n
    return (
        (n * xx - sx * sx) / square,
        (n * yy - sy * sy) / square,
        (n * xy - sx * sy) / square,
    )


def tell_slashes(
    components: Components,
    hypotheses: list[Hypothesis],
    scores: np.ndarray,
    classes: list[str],
) -> np.ndarray:
    """Tell a slash from a 1 by how far it slants beside the line's other straight strokes.

    One hand's 1 is another's slash: a box alone does not tell. A line neither begins nor ends with
    a slash: there the network's word stands.

    Returns:
        The `scores`, as of `decode.viterbi`; where a stroke clearly is the one or the other, the
        better of the two is that one's.
    """
    scores = scores.copy()
    named = alphabet.by_character(classes)
    if "1" not in named or not named.keys() & {"/", "÷"}:
        return scores
    pair = [classes.index(named["1"]), classes.index(named.get("/") or named["÷"])]
    slants = {
        index: angle
        for index, hypothesis in enumerate(hypotheses)
        if hypothesis.last == hypothesis.first + 1
        and (angle := slant(components, hypothesis)) is not None
    }
    for index, angle in slants.items():
        others = [other for number, other in slants.items() if number != index]
        if not others:
            continue
        beyond = angle - float(np.median(others))
        worse, better = np.sort(scores[index, pair])
        inside = hypotheses[index].first > 0 and hypotheses[index].last < len(components.boxes)
        if inside and angle > THRESHOLDS.slash and beyond > THRESHOLDS.slash:
            scores[index, pair] = worse, better
        elif angle < THRESHOLDS.slash and beyond < THRESHOLDS.bar:
            scores[index, pair] = better, worse
    return scores
