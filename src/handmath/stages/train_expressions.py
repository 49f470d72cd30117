"""Stage `train_expressions`: training images → `models/expressions.safetensors`.

The network tells the symbols of two-dimensional mathematics apart. It learns from what reading will
ask it: expressions, composed of training images or drawn in one hand, are taken apart as any ink
is, and each group of pieces either is a symbol or is none.
"""

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from tqdm import tqdm

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import symbols
from handmath.data.ink import Pictures
from handmath.data.stored import Stored
from handmath.drawing import expressions, inventory, typesetting
from handmath.drawing.roughen import roughen
from handmath.drawing.typesetting import Typeset
from handmath.learning import training
from handmath.learning.checkpoint import Model
from handmath.learning.crops import CropImages, SizedCrops, in_parts, labelled
from handmath.learning.quantize import fit_temperature, to_integers
from handmath.reading import classify
from handmath.reading.classify import REJECT
from handmath.reading.expression import crops
from handmath.reading.expression.groups import groups
from handmath.reading.expression.pieces import take_apart
from handmath.reading.network import EXPRESSIONS

HEIGHTS = (30, 64)  # pixels, of an expression's digits
WIDER = 2  # pixels: so much wider may its pen become
CALIBRATION = 2000  # crops that tell how large the activations of each layer become
PURE = 0.8  # of a piece's ink: belongs to the symbol that the piece is of
UNSURE = 0.25  # the writing's size is taken to be larger or smaller by e to this power at most


def main() -> None:
    """Compose expressions, take them apart into groups, learn to tell what each shows."""
    p = params.load()
    lessons = p.expressions.lessons
    rng = np.random.default_rng(p.seed)
    archive, held_out = symbols.read("train"), symbols.read("validation")
    classes = [*inventory.classes(archive), REJECT]
    train = compose(archive, lessons.count, classes, lessons, rng)
    some = math.ceil(lessons.count * p.validation.share)
    validation = compose(held_out, some, classes, lessons, rng)

    recipe = lessons.recipe
    model = Model.build("sized", classes, classify.SIZE, recipe.mean, recipe.std, p.seed)
    model.network.to(training.choose_device(p.device))
    curve = training.fit(model, train, validation, recipe, p.seed)
    some_crops = train.images[:CALIBRATION][:, 0]
    network = to_integers(model, some_crops, train.sizes[:CALIBRATION])
    logits = in_parts(
        lambda seen, sizes: network.logits(seen[:, 0], sizes), validation.images, validation.sizes
    )
    temperature = fit_temperature(logits, validation.labels)
    network.at_temperature(temperature).write(EXPRESSIONS)

    files.write_csv("plots/expressions_loss.csv", ["batch", "split", "loss"], curve)
    right = logits.argmax(axis=1) == validation.labels
    metrics = {
        "train_accuracy": round(training.score(model, train).accuracy, 6),
        "validation_accuracy": round(training.score(model, validation).accuracy, 6),
        "integer_validation_accuracy": round(float(right.mean()), 6),
        "temperature": temperature,
    }
    files.write_json("metrics/train_expressions.json", metrics)


def compose(
    archive: Pictures,
    count: int,
    classes: list[str],
    lessons: params.Lessons,
    rng: np.random.Generator,
) -> SizedCrops:
    """Compose so many expressions and take them apart.

    Args:
        archive: pictures by class.
        count: how many expressions.
        classes: the labels are indices into them.
        lessons: what else they should be like.
        rng: what is left to chance is drawn from it.
    """
    seen, sizes, labels = Stored(), [], []
    names = [name for name in classes if name != REJECT]
    for _ in tqdm(range(count), unit="expression", disable=None):
        expression = expressions.expression(names, rng)
        pictures = inventory.pictures(expression.labels, archive, lessons.drawn_share, rng)
        height = int(rng.integers(*HEIGHTS))
        written = typesetting.typeset(expression, pictures, height, rng, lessons.touching)
        for crop, size, name in candidates(written, lessons.junk, rng):
            seen.append(crop)
            sizes.append(size)
            labels.append(classes.index(name))
    known = labelled(labels, "expressions.lessons.count")
    return SizedCrops(CropImages(seen), known, np.array(sizes, dtype=np.int8))


def candidates(
    written: Typeset, junk: float, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, tuple[int, int], str]]:
    """Take an expression apart into labelled groups of pieces.

    Args:
        written: the expression.
        junk: so many groups that are no symbol are taken to each that is one.
        rng: what is left to chance is drawn from it.

    Yields:
        A crop, uint8 [classify.SIZE, classify.SIZE], its sizes, and its class or
        `classify.REJECT`.
    """
    found = take_apart(roughen(written.owner > 0, rng, WIDER))
    labels = written.expression.labels
    owner = cv2.dilate(written.owner, np.ones((5, 5), np.uint8))  # of ink that a wide pen has added
    columns = len(labels) + 1
    pairs = found.labels.astype(int) * columns + owner
    area = np.bincount(pairs.ravel(), minlength=(len(found.boxes) + 1) * columns)
    area = area.reshape(-1, columns)[1:, 1:]
    owners = area.argmax(axis=1)
    pure = area.max(axis=1) >= PURE * area.sum(axis=1)
    whole = np.bincount(owners, minlength=len(labels))
    size = found.size * math.exp(rng.uniform(-UNSURE, UNSURE))

    def symbol(members: Sequence[int]) -> str:
        own = owners[list(members)]
        one = (own == own[0]).all() and len(own) == whole[own[0]] and pure[list(members)].all()
        return labels[own[0]] if one else REJECT

    told = [(group, symbol(group.members)) for group in groups(found)]
    right = [pair for pair in told if pair[1] != REJECT]
    wrong = [pair for pair in told if pair[1] == REJECT]
    some = rng.permutation(len(wrong))[: round(junk * len(right))]
    for group, name in [*right, *(wrong[index] for index in some)]:
        yield crops.crop(found, group), crops.sizes(group, size), name


if __name__ == "__main__":
    run(main)
