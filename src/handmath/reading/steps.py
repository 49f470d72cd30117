"""The steps of a calculation, each of which takes its values from the end of a list.

That is reverse Polish notation: however deep an expression is, taking its steps recurses nowhere.
"""

from fractions import Fraction
from typing import NamedTuple

from handmath.base.errors import InputError

LONGEST = 1000  # digits of a number
_TAKES = {
    "number": 0, "name": 0, "negate": 1, "plus or minus": 1, "square root": 1, "absolute": 1,
    "factorial": 1, "call": 1, "integral": 1, "sum": 3, "product": 3, "integral from to": 3,
}  # fmt: skip
_OF_NAMES = {
    "name", "call", "log", "sum", "product", "limit", "integral", "integral from to"
}  # fmt: skip


class Step(NamedTuple):
    """What to do with the last values.

    Attributes:
        do: "number" and "name" add a value; "negate", "plus or minus", "square root", "absolute",
            "factorial" and "call" change one; "add", "subtract", "add or subtract", "multiply",
            "divide", "power" (base, exponent), "root" (of what, index) and "log" (of what, base)
            make one of two, and so does "limit" (of what, where its variable goes); "integral"
            changes one, while "sum", "product" and "integral from to" have limits too (of what,
            from, to).
        what: the number's digits; the name of a letter, a function or the variable.
    """

    do: str
    what: str = ""

    @property
    def takes(self) -> int:
        """How many values it takes."""
        return _TAKES.get(self.do, 2)

    @property
    def of_names(self) -> bool:
        """Whether it is about letters or functions."""
        return self.do in _OF_NAMES

    @property
    def of_two(self) -> bool:
        """Whether it stands for two, by a ±."""
        return self.do in {"add or subtract", "plus or minus"}

    @property
    def number(self) -> Fraction:
        """The value of "number"."""
        if len(self.what) > LONGEST:  # Python refuses a few times as many
            raise InputError(f"a number of more than {LONGEST} digits is too long to compute with")
        return Fraction(self.what.removesuffix("."))
