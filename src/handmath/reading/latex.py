"""What a class is as a character and in LaTeX, by the names that symbol sets give their folders."""

from collections.abc import Mapping, Sequence

from handmath.data.alphabet import OPERATORS, names


def join(labels: Sequence[str], own: Mapping[str, str] = {}) -> str:
    """LaTeX of a line: digits close together, a space around everything else.

    A command needs the space before a letter to end it. `own` is as for `names`.
    """
    result = ""
    before = " "
    for label in labels:
        character, latex = names(label, own)
        apart = character in OPERATORS or before in OPERATORS or len(latex) > 1 or len(before) > 1
        result += (" " if apart and result else "") + latex
        before = character if len(latex) == 1 else latex
    return result
