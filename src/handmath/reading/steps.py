"""The steps of a calculation, each of which takes its values from the end of a list.

That is reverse Polish notation: however deep an expression is, taking its steps recurses nowhere.
"""

from fractions import Fraction
from typing import NamedTuple

from handmath.base.errors import InputError

LONGEST = 1000  # digits of a number
_TAKES = {
    "number": 0, "name": 0, "negate": 1, "plus or minus": 1, "square root": 1, "absolute": 1,
    "factorial": 1, "call": 1,
}  # fmt: skip


class Step(NamedTuple):
    """What to do with the last values.

    Attributes:
        do: "number" and "name" add a value; "negate", "plus or minus", "square root", "absolute",
            "factorial" and "call" change one; "add", "subtract", "add or subtract", "multiply",
            "divide", "power" (base, exponent), "root" (of what, index) and "log" (of what, base)
            make one of two.
        what: the number's digits; the name of a letter or a function.
    """

    do: str
    what: str = ""

    @property
    def takes(self) -> int:
        """How many values it takes."""
        return _TAKES.get(self.do, 2)

    @property
    def number(self) -> Fraction:
        """The value of "number"."""
        if len(self.what) > LONGEST:  # Python refuses a few times as many
            raise InputError(f"a number of more than {LONGEST} digits is too long to compute with")
        return Fraction(self.what.removesuffix("."))
