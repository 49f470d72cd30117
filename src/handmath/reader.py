"""Reads a line of handwriting: a picture → its symbols, their boxes, text and LaTeX."""

import io
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from PIL import ExifTags, Image, ImageOps

from handmath import ink, latex, pieces, pixels
from handmath.errors import InputError
from handmath.model import Model
from handmath.pieces import Pieces

PATH = Path("models/reader.safetensors")
NOTHING = ""  # the class of a group of pieces that is no symbol
LONGEST = 1600  # pixels, longer side of the picture that is read; a larger one is made smaller
MOST_PIECES = 120  # in a line
ALONE = 0.7  # of all the ink: is in the line that is read
SURE = 0.5  # a reading with less confidence is better checked
CHOICES = 3  # classes of a group that grammar may choose from
ODD = math.log(0.2)  # what a breach of arithmetic's grammar costs
OPERATORS = latex.OPERATORS | {"/"}
SMALL = 0.15  # of the line's height: a piece of ink this small may be left out
SLASH = 0.33  # radians: a slash leans so much, and so much more than other straight strokes …
BAR = 0.2  # … and a stroke that leans little, and no more than this beside the others, is none
STRAY = math.log(0.002)  # what leaving out a piece of ink costs


@dataclass(frozen=True)
class Symbol:
    r"""One symbol of a line.

    Attributes:
        label: name of the class, such as "seven" or "div".
        character: "7" or "÷".
        latex: "7" or "\div".
        box: left, top, right, bottom in pixels of the picture as it is displayed, the last two
            exclusive.
        confidence: the network's probability of the class, in [0, 1].
    """

    label: str
    character: str
    latex: str
    box: tuple[int, int, int, int]
    confidence: float


@dataclass(frozen=True)
class Reading:
    r"""What a picture says.

    Attributes:
        symbols: from left to right.
        text: "12÷4=3".
        latex: "12 \div 4 = 3".
        confidence: probability that all of it is right, as far as the network can tell, in [0, 1].
        size: width and height in pixels of the picture as it is displayed.
    """

    symbols: tuple[Symbol, ...]
    text: str
    latex: str
    confidence: float
    size: tuple[int, int]

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the symbols' classes."""
        return tuple(symbol.label for symbol in self.symbols)


@dataclass(frozen=True)
class Reader:
    """A network that tells symbols, and groups of pieces that are none, apart."""

    model: Model

    @classmethod
    def load(cls, path: Path = PATH) -> Self:
        """Read a trained network.

        Raises:
            InputError: the file is missing or no model of a reader.
        """
        model = Model.read(path)
        if NOTHING not in model.classes:
            raise InputError(f"{path} is no reader's model; `dvc repro train_reader` makes one")
        return cls(model)

    def read(self, image: str | Path | Image.Image | np.ndarray) -> Reading:
        """Read one line of handwriting.

        Args:
            image: a file; or a picture of any mode; or uint8 [height, width] or [height, width,
                3 or 4].

        Raises:
            InputError: the file is missing, no image, damaged or huge; there is no ink, not one
                line of it, or no symbol in it.
        """
        name = str(image) if isinstance(image, str | Path) else "the picture"
        grey, size = load(image, name)
        found = pieces.cut(ink.find(grey))
        if not len(found.boxes):
            raise InputError(f"{name}: no ink found; give a picture of one written line")
        if len(found.boxes) > MOST_PIECES or found.share < ALONE:
            raise InputError(f"{name}: this is not one line of symbols; cut out the line to read")
        reading = self._read(found, size, size[0] / grey.shape[1])
        if not reading.symbols:  # every piece was left out as dust
            raise InputError(f"{name}: no symbol found; give a picture of one written line")
        return reading

    def _read(self, found: Pieces, size: tuple[int, int], scale: float) -> Reading:
        groups = pieces.groups(found)
        tiles = np.stack([pieces.tile(found, group) for group in groups])
        with torch.inference_mode():
            scores = self.model(torch.from_numpy(tiles[:, None])).double().log_softmax(1).numpy()
        classes = list(self.model.classes)
        told = tell_slashes(found, groups, scores, classes)
        symbols = []
        for index, label in best_path(found, groups, told, classes):
            box = groups[index].box
            symbols.append(
                Symbol(
                    classes[label],
                    *latex.names(classes[label], self.model.latex),
                    (
                        round(box[0] * scale),
                        round(box[1] * scale),
                        round(box[2] * scale),
                        round(box[3] * scale),
                    ),
                    math.exp(scores[index, label]),
                )
            )
        return Reading(
            tuple(symbols),
            "".join(symbol.character for symbol in symbols),
            latex.join([symbol.label for symbol in symbols], self.model.latex),
            math.prod(symbol.confidence for symbol in symbols),
            size,
        )


def read(image: str | Path | Image.Image | np.ndarray, model: Path = PATH) -> Reading:
    """Read one line of handwriting; see `Reader.read`. For many, keep a `Reader`.

    Raises:
        InputError: as `Reader.load` and `Reader.read` do.
    """
    return Reader.load(model).read(image)


def load(
    image: str | Path | Image.Image | np.ndarray, name: str
) -> tuple[np.ndarray, tuple[int, int]]:
    """Open a picture.

    Returns:
        Uint8 [height, width], no side longer than `LONGEST`, the right way up and on white where it
        is transparent; width and height of the picture as it is displayed.

    Raises:
        InputError: it is missing, no image, damaged or huge.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _open(image)
            size = picture.size
            if not isinstance(image, Image.Image):
                picture.draft("L", (LONGEST, LONGEST))  # a JPEG is decoded to less at once
            turned = picture.getexif().get(ExifTags.Base.Orientation, 1) >= 5
            picture.load()
            picture = ImageOps.exif_transpose(picture)
    except FileNotFoundError:
        raise InputError(f"{name} is missing") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"{name} has too many pixels to be read safely; make it smaller") from None
    except (*pixels.UNREADABLE, TypeError) as error:
        raise InputError(f"{name} is no image, or a damaged or cut-off one ({error})") from None
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    grey = picture.convert("L")
    grey.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    return np.asarray(grey), (size[1], size[0]) if turned else size


def _open(image: str | Path | Image.Image | np.ndarray) -> Image.Image:
    if isinstance(image, Image.Image):
        return image
    if isinstance(image, np.ndarray):
        return Image.fromarray(image)
    return Image.open(io.BytesIO(Path(image).read_bytes()))


def tell_slashes(
    found: Pieces, groups: list[pieces.Group], scores: np.ndarray, classes: list[str]
) -> np.ndarray:
    """Tell a slash from a 1 by how far it leans beside the line's other straight strokes.

    One hand's 1 is another's slash: a box alone does not tell.

    Returns:
        The `scores`, as of `best_path`; where a stroke clearly is the one or the other, the better
        of the two is that one's.
    """
    scores = scores.copy()
    named = latex.by_character(classes)
    if "1" not in named or not named.keys() & {"/", "÷"}:
        return scores
    pair = [classes.index(named["1"]), classes.index(named.get("/") or named["÷"])]
    leans = {
        index: lean
        for index, group in enumerate(groups)
        if group.last == group.first + 1 and (lean := pieces.lean(found, group)) is not None
    }
    for index, lean in leans.items():
        others = [other for number, other in leans.items() if number != index]
        if not others:
            continue
        beyond = lean - float(np.median(others))
        worse, better = np.sort(scores[index, pair])
        if lean > SLASH and beyond > SLASH:
            scores[index, pair] = worse, better
        elif lean < SLASH and beyond < BAR:
            scores[index, pair] = better, worse
    return scores


def best_path(
    found: Pieces, groups: list[pieces.Group], scores: np.ndarray, classes: list[str]
) -> list[tuple[int, int]]:
    """Choose groups that share the pieces out among them, and a class for each (Viterbi).

    Args:
        found: the pieces.
        groups: of neighbouring pieces.
        scores: float64 [groups, classes], logarithms of probabilities.
        classes: their names.

    Returns:
        Index of a group and of its class, from left to right.
    """
    nothing = classes.index(NOTHING)
    # After so many pieces, by the last class: the best score, and the way there.
    ways: list[dict[int, tuple[float, tuple[tuple[int, int], ...]]]] = [
        {} for _ in range(len(found.boxes) + 1)
    ]
    ways[0][nothing] = (0.0, ())
    starting: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        starting.setdefault(group.first, []).append(index)
    for first, before in enumerate(ways[:-1]):
        for index in starting[first]:
            group = groups[index]
            after = ways[group.last]
            for label in np.argsort(-scores[index], kind="stable")[:CHOICES].tolist():
                if label == nothing:
                    continue
                for last, (score, way) in before.items():
                    total = score + scores[index, label] + grammar(classes[last], classes[label])
                    if label not in after or total > after[label][0]:
                        after[label] = (total, (*way, (index, label)))
            piece = found.boxes[first]
            small = max(piece[2] - piece[0], piece[3] - piece[1]) < SMALL * found.height
            if group.last == first + 1 and small:  # dust
                for last, (score, way) in before.items():
                    total = score + scores[index, nothing] + STRAY
                    if last not in after or total > after[last][0]:
                        after[last] = (total, way)
    ended = {
        last: (score + grammar(classes[last], NOTHING), way)
        for last, (score, way) in ways[-1].items()
    }
    return list(max(ended.values())[1])


def grammar(before: str, after: str) -> float:
    """What a class costs after another one; `NOTHING` is the line's beginning and its end."""
    left, right = latex.names(before)[0], latex.names(after)[0]
    operator_left, operator_right = left in OPERATORS, right in OPERATORS
    odd = (
        (operator_right and right != "-" and (operator_left or left in {NOTHING, "."}))
        or (right == "-" and left in {"-", "+", "."})
        or ((operator_left or left == ".") and right == NOTHING)
        or (right == "." and not left.isdigit())
        or (left == "." and operator_right)
    )
    return ODD if odd else 0.0
