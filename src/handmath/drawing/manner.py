"""How a hand puts symbols on paper: sizes, places and gaps of one expression.

The ranges cover what 2,500 handwritten expressions of mathematics have between their 5th and 95th
percentile, in heights of the row's digits, the middle one in brackets: a script's size 0.3 to 1
(0.53), the base line of a power 0.4 to 1.1 (0.68) above and of an index 0 to 0.55 (0.2) below its
base's; gaps between letters -0.1 to 0.5 (0.17) and beside an operator 0.05 to 1.1 (0.36); from a
bar to what is above or below it -0.05 to 0.4 (0.15), the bar's ends -0.3 to 0.7 (0.12) beyond it;
what stands in a fraction 0.4 to 1.2 (0.77) of the row's size, limits 0.35 to 1.1 (0.65); a root's
check 0.4 to 1.7 wide (0.8), its bar 0.2 to 0.9 (0.45) above and -0.4 to 1 (0.2) beyond what it
covers. A digit's height differs by 12% from the others of its row.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from handmath.data import typography

LARGER = {
    "low": 1.3,
    "hanging": 1.3,
    "tall": 1.4,
    "word": 1.05,
    "limit": 1.3,
    "operator": 1.25,
    "minus": 1.1,
    "relation": 1.3,
    "comma": 1.5,
    "sum": 1.1,
    "integral": 1.3,
    "root": 1.15,
}
"""By class of `typography`, a factor of its usual height: how these hands differ from print."""


@dataclass(frozen=True)
class Manner:
    """A hand's usual way, in heights of the row's digits unless another unit is given."""

    slant: float  # the top goes to the right, in the symbol's heights
    stretch: float  # width, as a factor
    drift: float  # how far the base line goes down, in its lengths
    spread: float  # between symbols
    room: float  # on both sides of an operator
    uneven: float  # standard deviation of a symbol's size, as a logarithm
    sizes: dict[str, float]  # by class of `typography`, as a factor
    letters: float  # of those that stand like digits, against a digit
    places: dict[str, float]  # so much lower than usual, by class of `typography`
    axis: float  # of operators and bars, above the base line
    script: float  # size of scripts, as a factor
    rise: float  # of a power's base line
    drop: float  # of an index's base line
    part: float  # size of what a bar parts, as a factor
    limit: float  # size of limits, as a factor
    gap: float  # above and below a bar, a large operator
    overhang: float  # of a bar beyond what it parts
    check: float  # width of a root's left part
    cover: float  # from a root's bar to what it covers
    fence: float  # height of brackets

    @classmethod
    def random(cls, rng: np.random.Generator) -> Self:
        """A manner drawn from all that there may be."""
        sizes = {
            name: LARGER.get(name, 1.0) * math.exp(rng.normal(0.0, 0.2))
            for name in typography.CLASSES
        }
        places = {name: rng.normal(0.0, 0.07) for name in typography.CLASSES}
        return cls(
            slant=rng.uniform(-0.25, 0.25),
            stretch=rng.uniform(0.85, 1.15),
            drift=rng.normal(0.0, 0.025),
            spread=rng.uniform(0.02, 0.34),
            room=rng.uniform(0.1, 0.7),
            uneven=rng.uniform(0.05, 0.22),
            sizes=sizes | {"full": 1.0},
            letters=math.exp(rng.normal(0.14, 0.12)),
            places=places | {"full": 0.0},
            axis=rng.uniform(0.26, 0.54),
            script=rng.uniform(0.3, 0.78),
            rise=rng.uniform(0.4, 0.95),
            drop=rng.uniform(-0.1, 0.4),
            part=rng.uniform(0.5, 1.05),
            limit=rng.uniform(0.35, 0.8),
            gap=rng.uniform(0.03, 0.28),
            overhang=rng.uniform(-0.1, 0.36),
            check=rng.uniform(0.4, 1.25),
            cover=rng.uniform(0.22, 0.7),
            fence=rng.uniform(1.0, 1.75),
        )
