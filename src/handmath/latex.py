"""What a class is as a character and in LaTeX."""

SYMBOLS: dict[str, tuple[str, str]] = {
    "decimal": (".", "."),
    "div": ("÷", r"\div"),
    "eight": ("8", "8"),
    "equal": ("=", "="),
    "five": ("5", "5"),
    "four": ("4", "4"),
    "minus": ("-", "-"),
    "nine": ("9", "9"),
    "one": ("1", "1"),
    "plus": ("+", "+"),
    "seven": ("7", "7"),
    "six": ("6", "6"),
    "three": ("3", "3"),
    "times": ("×", r"\times"),
    "two": ("2", "2"),
    "zero": ("0", "0"),
}
"""Name of a class → its character and its LaTeX."""

OPERATORS = {"+", "-", "×", "÷", "="}


def names(label: str) -> tuple[str, str]:
    """Character and LaTeX of a class; of one that `SYMBOLS` lacks its name, as upright text."""
    return SYMBOLS.get(label, (label, rf"\mathrm{{{label}}}"))


def join(labels: list[str]) -> str:
    """LaTeX of a line: digits close together, a space around everything else.

    An operator's command needs the space before a digit to end it.
    """
    result = ""
    before = " "
    for character, latex in map(names, labels):
        apart = character in OPERATORS or before in OPERATORS or len(latex) > 1 or len(before) > 1
        result += (" " if apart and result else "") + latex
        before = character
    return result
