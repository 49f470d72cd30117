"""Lines to be read: composed and photographed, with what they say."""

from dataclasses import dataclass

import numpy as np

from handmath.data import alphabet
from handmath.data.ink import Pictures
from handmath.drawing import equations, layout
from handmath.drawing.photograph import photograph

HEIGHT = 100  # pixels, of a line's digits, before it is photographed
HEIGHTS = (15, 100)  # of them in the picture


@dataclass(frozen=True)
class Written:
    """A line to be read: its picture, uint8 [height, width, 3], and what it says."""

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
    line = layout.line(pictures, names, HEIGHT, rng)
    picture, boxes = photograph(line.owner, rng.uniform(*HEIGHTS) / HEIGHT, rng)
    return Written(picture, line.labels, tuple(boxes))
