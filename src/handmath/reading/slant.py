"""How far straight strokes slant: what tells a slash from a 1."""

import math

import cv2
import numpy as np

from handmath.data import alphabet
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
    own = ((part > hypothesis.first) & (part <= hypothesis.last)).astype(np.uint8)
    moments = cv2.moments(own, binaryImage=True)
    xx, yy, xy = (moments[name] / moments["m00"] for name in ("mu20", "mu02", "mu11"))
    across = (xx + yy) / 2 - math.hypot((xx - yy) / 2, xy)
    pen = max(components.pen, SEGMENTATION.thinnest_pen * components.height)
    if math.sqrt(12 * max(across, 0)) > THRESHOLDS.straight * pen:
        return None
    return math.atan2(-2 * xy, yy - xx) / 2


def tell_slashes(
    components: Components,
    hypotheses: list[Hypothesis],
    scores: np.ndarray,
    classes: list[str],
) -> np.ndarray:
    """Tell a slash from a 1 by how far it slants beside the line's other straight strokes.

    One hand's 1 is another's slash: a box alone does not tell.

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
        if angle > THRESHOLDS.slash and beyond > THRESHOLDS.slash:
            scores[index, pair] = worse, better
        elif angle < THRESHOLDS.slash and beyond < THRESHOLDS.bar:
            scores[index, pair] = better, worse
    return scores
