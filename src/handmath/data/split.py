"""Which images are held out, decided by the images alone: the same on every machine."""

from collections import Counter, defaultdict
from collections.abc import Sequence


def held_out(labels: Sequence[str], digests: Sequence[str], share: float) -> set[str]:
    """Choose about `share` of the images of each class.

    Args:
        labels: the class of each image.
        digests: a hash of each image's bytes, in the same order.
        share: in (0, 1), of each class; at least one image, unless that is all the class has.

    Returns:
        The digests of the chosen images. Equal images have one digest, so they stay on one side,
        even under two labels.
    """
    classes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for label, digest in zip(labels, digests, strict=True):
        classes[label][digest] += 1

    chosen: set[str] = set()
    kept: set[str] = set()
    for label in sorted(classes):
        counts = classes[label]
        wanted = share * counts.total()
        taken = sum(counts[digest] for digest in chosen & counts.keys())
        undecided = sorted(counts.keys() - chosen - kept)
        while undecided and taken < wanted and (len(undecided) > 1 or kept & counts.keys()):
            digest = undecided.pop(0)
            chosen.add(digest)
            taken += counts[digest]
        kept.update(undecided)
    return chosen
