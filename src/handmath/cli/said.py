"""What is said beside what was read."""

import sys

from handmath.base.errors import InputError
from handmath.reading import value
from handmath.reading.result import Reading


def verdict(reading: Reading) -> str:
    """What a line comes to, or true or false; `unsure` where it may be misread."""
    return answer(reading) if reading.sure else "unsure"


def answer(reading: Reading) -> str:
    """What a line comes to, or true or false, or why neither can be said."""
    try:
        return value.answer(reading.tree)
    except InputError as error:
        return str(error)


def complain(error: InputError) -> None:
    """Say on stderr what is wrong with one picture, to go on with the others."""
    print(f"error: {error}", file=sys.stderr)
