"""Lines to be read: composed and photographed, with what they say."""

from dataclasses import dataclass

import numpy as np

from handmath.data import alphabet
from handmath.data.ink import Pictures
from handmath.drawing import equations, layout
from handmath.drawing.paper import photograph

HEIGHTS = (40, 90)  # pixels, of a line's digits


@dataclass(frozen=True)
class Written:
    """A line to be read: its picture, uint8 [height, width], and what it says."""

    picture: np.ndarray
    labels: tuple[str, ...]
    boxes: tuple[tuple[int, int, int, int], ...]

    @property
    def text(self) -> str:
        """What it says, in characters."""
        return "".join(alphabet.character(label) for label in self.labels)


def write(pictures: Pictures, rng: np.random.Generator) -> Written:
    """Compose and photograph one line of symbols whose pictures are given by class."""
    names = equations.equation(pictures, equations.any_length(rng), rng)
    line = layout.line(pictures, names, int(rng.integers(*HEIGHTS)), rng)
    return Written(photograph(line.owner > 0, rng), line.labels, line.boxes)
