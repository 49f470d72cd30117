"""Stage `train_reader`: training images → `models/reader.safetensors`, which reads lines.

What `preprocess` holds out it learns nothing from, so that its settings can be chosen on that.

It learns from what reading will ask it: lines, composed of training images or drawn in one hand,
are taken apart as any line is, and each segmentation hypothesis either is a symbol or is none.
"""

import math
from collections.abc import Collection, Iterator

import cv2
import numpy as np
from tqdm import tqdm

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import alphabet, symbols
from handmath.data.ink import Pictures
from handmath.data.stored import Stored
from handmath.drawing import equations, glyphs, layout, scribbles
from handmath.drawing.hand import Hand
from handmath.drawing.layout import Line
from handmath.drawing.roughen import roughen
from handmath.learning import training
from handmath.learning.checkpoint import Model
from handmath.learning.crops import CropImages, Crops, in_parts, labelled
from handmath.learning.quantize import fit_temperature, to_integers
from handmath.reading import classify, segment
from handmath.reading.classify import REJECT
from handmath.reading.network import READER

HEIGHTS = (36, 64)  # pixels, of a line's digits
TOUCHING = 0.2  # of a line's symbols are pushed against the one before
CALIBRATION = 2000  # crops that tell how large the activations of each layer become
PURE = 0.8  # of a component's ink: belongs to the symbol that the component is of


def main() -> None:
    """Compose lines, cut them into hypotheses, learn to tell what each shows."""
    p = params.load()
    rng = np.random.default_rng(p.seed)
    archive, held_out = symbols.read("train"), symbols.read("validation")
    classes = [*sorted(archive), REJECT]
    train = compose(archive, p.reader.lines, classes, p.reader, rng)
    some = math.ceil(p.reader.lines * p.validation.share)
    validation = compose(held_out, some, classes, p.reader, rng)

    recipe = p.reader.recipe
    model = Model.build("compact", classes, classify.SIZE, recipe.mean, recipe.std, p.seed)
    model.network.to(training.choose_device(p.device))
    curve = training.fit(model, train, validation, recipe, p.seed)
    network = to_integers(model, train.images[:CALIBRATION][:, 0])
    logits = in_parts(lambda crops, _: network.logits(crops[:, 0]), validation.images)
    temperature = fit_temperature(logits, validation.labels)
    network.at_temperature(temperature).write(READER)

    files.write_csv("plots/reader_loss.csv", ["batch", "split", "loss"], curve)
    score = training.score(model, validation)
    right = logits.argmax(axis=1) == validation.labels
    metrics = {
        "train_accuracy": round(training.score(model, train).accuracy, 6),
        "validation_accuracy": round(score.accuracy, 6),
        "validation_loss": round(score.loss, 6),
        "integer_validation_accuracy": round(float(right.mean()), 6),
        "temperature": temperature,
    }
    files.write_json("metrics/reader.json", metrics)


def compose(
    archive: Pictures,
    lines: int,
    classes: list[str],
    wanted: params.Reader,
    rng: np.random.Generator,
) -> Crops:
    """Compose lines and take them apart.

    Args:
        archive: pictures by class.
        lines: how many.
        classes: the labels are indices into them.
        wanted: what else the lines should be like.
        rng: what is left to chance is drawn from it.

    Returns:
        Crops of hypotheses with their classes.
    """
    # A letter is no symbol only where none are classes: a printed one may look like another.
    letters = not {"letter", "greek"} & {alphabet.kind(name) for name in archive}
    crops, labels = Stored(), []
    for _ in tqdm(range(lines), unit="line", disable=None):
        names = equations.equation(archive, equations.any_length(rng), rng)
        pictures = archive
        if rng.random() < wanted.drawn_share:
            pictures = {**archive, **in_one_hand(names, archive, rng)}
        names = insert(names, wanted.scribbles, rng)
        strays = [scribbles.draw(rng, letters) for _ in range(names.count(REJECT))]
        line = layout.line(
            {**pictures, REJECT: strays}, names, int(rng.integers(*HEIGHTS)), rng, TOUCHING
        )
        for crop, name in hypotheses(line, wanted.junk, rng):
            crops.append(crop)
            labels.append(classes.index(name))
    return Crops(CropImages(crops), labelled(labels, "reader.lines"))


def insert(names: list[str], share: float, rng: np.random.Generator) -> list[str]:
    """Put what is no symbol among the symbols, `share` to each on average."""
    among = list(names)
    for _ in range(rng.binomial(len(names), share)):
        among.insert(int(rng.integers(len(among) + 1)), REJECT)
    return among


def in_one_hand(names: list[str], classes: Collection[str], rng: np.random.Generator) -> Pictures:
    """Draw a line's symbols, as far as they can be drawn, in a hand of its own."""
    known = alphabet.by_character(glyphs.SYMBOLS)
    if "/" in alphabet.by_character(classes):
        del known["÷"]  # which some hands write as a slash
    own = Hand.random(rng)
    return {
        name: [own.write(known[character], rng) for _ in range(names.count(name))]
        for name in sorted(set(names))
        if (character := alphabet.character(name)) in known
    }


def hypotheses(
    line: Line, junk: float, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, str]]:
    """Take a line apart into labelled segmentation hypotheses.

    Args:
        line: what is written.
        junk: so many hypotheses that are no symbol are taken to each that is one.
        rng: what is left to chance is drawn from it.

    Yields:
        A crop, uint8 [classify.SIZE, classify.SIZE], and its class or `classify.REJECT`.
    """
    found = segment.components(roughen(line.owner > 0, rng))
    owner = cv2.dilate(line.owner, np.ones((5, 5), np.uint8))  # of ink that a wide pen has added
    columns = len(line.labels) + 1
    pairs = found.labels.astype(int) * columns + owner
    ink = np.bincount(pairs.ravel(), minlength=(len(found.boxes) + 1) * columns)
    ink = ink.reshape(-1, columns)[1:, 1:]
    owners = ink.argmax(axis=1)
    pure = ink.max(axis=1) >= PURE * ink.sum(axis=1)
    whole = np.bincount(owners, minlength=len(line.labels))
    right, others = [], []
    for hypothesis in segment.hypotheses(found):
        own = slice(hypothesis.first, hypothesis.last)
        of = owners[own]
        if (of == of[0]).all() and len(of) == whole[of[0]] and pure[own].all():
            right.append((hypothesis, line.labels[of[0]]))
        else:
            others.append((hypothesis, REJECT))
    some = rng.permutation(len(others))[: round(junk * len(right))]
    for hypothesis, name in [*right, *(others[i] for i in some)]:
        yield classify.crop(found, hypothesis), name


if __name__ == "__main__":
    run(main)
