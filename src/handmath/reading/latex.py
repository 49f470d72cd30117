"""A line of classes in LaTeX."""

from collections.abc import Sequence

from handmath.data import alphabet

# By character, what is not written as `alphabet.COMMANDS` has it, such as `"hbar": r"\hbar"` for a
# class of that name, or `"÷": "/"`.
LATEX = {"~": r"\sim"} | {character: f"\\{character}" for character in "{}%&#$_"}


def of(label: str) -> str:
    """LaTeX of one class; of a name without a place in the alphabet, that name upright."""
    character = alphabet.character(label)
    if character in LATEX:
        return LATEX[character]
    if character in alphabet.COMMANDS and (len(character) > 1 or not character.isascii()):
        return f"\\{alphabet.COMMANDS[character]}"
    return character if len(character) == 1 else rf"\mathrm{{{character.replace('_', ' ')}}}"


def join(labels: Sequence[str]) -> str:
    """LaTeX of a line: digits close together, a space around everything else.

    A command needs the space before a letter to end it.
    """
    result = ""
    before = " "
    for label in labels:
        character, latex = alphabet.character(label), of(label)
        apart = {character, before} & alphabet.OPERATORS or len(latex) > 1 or len(before) > 1
        result += (" " if apart and result else "") + latex
        before = character if len(latex) == 1 else latex
    return result
