"""The pictures that an expression is composed of: an archive's, or drawn in one hand."""

from collections.abc import Collection, Sequence

import numpy as np

from handmath.data import alphabet
from handmath.data.ink import Pictures
from handmath.drawing import letters
from handmath.drawing.hand import Hand

PENS = (2.5, 11.0)  # pixels; finer than for a line of digits, or letters would be blots


def classes(archive: Collection[str]) -> list[str]:
    """Names of all classes: those of an archive, and what can be drawn besides, sorted."""
    known = alphabet.by_character(archive)
    drawn = alphabet.by_character(letters.SYMBOLS)
    return sorted({*archive, *(drawn[character] for character in drawn if character not in known)})


def pictures(
    labels: Sequence[str], archive: Pictures, drawn_share: float, rng: np.random.Generator
) -> Pictures:
    """Pictures for the symbols of one expression.

    Args:
        labels: classes of its symbols.
        archive: pictures by class.
        drawn_share: of the expressions are drawn in a hand of their own as far as that is possible;
            in the others only what the archive lacks is drawn.
        rng: what is left to chance is drawn from it.
    """
    drawn = alphabet.by_character(letters.SYMBOLS)
    all_drawn = rng.random() < drawn_share
    names = {
        label: drawn[character]
        for label in sorted(set(labels))
        if (all_drawn or label not in archive) and (character := alphabet.character(label)) in drawn
    }
    hand = Hand.random(rng, sorted(set(names.values())), PENS)
    own = {
        label: [hand.write(name, rng) for _ in range(labels.count(label))]
        for label, name in names.items()
    }
    return {label: own[label] if label in own else archive[label] for label in sorted(set(labels))}
