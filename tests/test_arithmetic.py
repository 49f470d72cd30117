"""What a line comes to, computed by hand."""

import decimal
import re
from fractions import Fraction

import pytest

from handmath.base.errors import InputError
from handmath.reading.arithmetic import LONGEST, conclude, value, written


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("7", Fraction(7)),
        ("2+3×4", Fraction(14)),
        ("2×3+4", Fraction(10)),
        ("10-4-3", Fraction(3)),  # from the left, not 10-(4-3)
        ("12÷4÷3", Fraction(1)),
        ("1÷3", Fraction(1, 3)),
        ("1÷3×3", Fraction(1)),  # where floats would do too, but
        ("0.1+0.2", Fraction(3, 10)),  # not here
        (".5×4.", Fraction(2)),
        ("-3+5", Fraction(2)),
        ("3×-2", Fraction(-6)),
        ("8÷-2-1", Fraction(-5)),
        ("5--2", Fraction(7)),
        ("007", Fraction(7)),
    ],
)
def test_a_side_has_its_exact_value(side: str, expected: Fraction) -> None:
    assert value(side) == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("12÷4=3", "12 ÷ 4 = 3 is true"),
        ("12/4=3", "12 ÷ 4 = 3 is true"),
        ("12÷4=5", "12 ÷ 4 = 5 is false: the sides are 3 and 5"),
        ("1÷3=0.3", "1 ÷ 3 = 0.3 is false: the sides are 1/3 ≈ 0.333333 and 0.3"),
        ("1=1=2", "1 = 1 = 2 is false: the sides are 1 and 1 and 2"),
        ("2+3×4", "2 + 3 × 4 = 14"),
        ("2+3×4=", "2 + 3 × 4 = 14"),
        ("0.1+0.2=0.3", "0.1 + 0.2 = 0.3 is true"),
    ],
)
def test_a_line_is_concluded(line: str, said: str) -> None:
    assert conclude(line) == said


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("", "empty"),
        ("=3", "empty"),
        ("1==1", "empty"),
        ("1+", "“1 +” is no complete calculation"),
        ("×3", "no complete"),
        ("1.2.3", "no complete"),
        (".", "no complete"),
        ("3÷0", "3 ÷ 0 divides by 0"),
        ("3÷0.0=1", "divides by 0"),
        ("__import__", "no complete"),
        ("٣+١", "no complete"),  # digits of another script
        ("1" * (LONGEST + 1), "too many"),
    ],
)
def test_what_cannot_be_computed_is_said(line: str, complaint: str) -> None:
    with pytest.raises(InputError, match=re.escape(complaint)):
        conclude(line)


def test_the_longest_line_is_computed_at_once() -> None:
    assert conclude("9" * LONGEST).endswith("9")
    assert " ≈ " in conclude("1÷7+" * (LONGEST // 4 - 1) + "1÷3")
    with pytest.raises(InputError):
        conclude("1+" * (LONGEST // 2))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(100), "100"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(1, 10**9), "0.000000001"),
        (Fraction(22, 7), "22/7 ≈ 3.14286"),
    ],
)
def test_numbers_are_written_as_people_do(number: Fraction, text: str) -> None:
    assert written(number) == text


def test_what_was_rounded_before_is_none_of_it() -> None:
    with decimal.localcontext():
        assert decimal.Decimal(1) / 3  # which the context keeps in mind
        assert written(Fraction(1, 4)) == "0.25"
