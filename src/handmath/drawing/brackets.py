"""Which brackets of a row belong together."""

from collections.abc import Sequence

from handmath.data import alphabet, typography


def pairs(labels: Sequence[str], row: Sequence[int]) -> dict[int, int]:
    """Of each closing bracket in a row of symbols the opening one; inner pairs come first.

    A | closes another one that is open. Brackets of different shapes may be a pair: half-open
    intervals are.
    """
    found: dict[int, int] = {}
    opened: list[tuple[int, bool]] = []  # the second: whether it is a |
    for index in row:
        name = typography.class_of(labels[index])
        bar = alphabet.character(labels[index]) == "|"
        if bar and any(is_bar for _, is_bar in opened):
            while not opened[-1][1]:
                opened.pop()
            found[index] = opened.pop()[0]
        elif name == "closing" and opened:
            found[index] = opened.pop()[0]
        elif name == "opening" or bar:
            opened.append((index, bar))
    return found
