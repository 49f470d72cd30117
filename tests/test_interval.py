"""Wilson's interval, against SciPy's."""

import pytest
from scipy.stats import binomtest

from handmath.data.interval import wilson


@pytest.mark.parametrize(("correct", "total"), [(0, 1), (1, 1), (8, 10), (42, 42), (253, 300)])
def test_the_bounds_are_scipys(correct: int, total: int) -> None:
    expected = binomtest(correct, total).proportion_ci(0.95, "wilson")
    assert wilson(correct, total) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_nothing_measured_is_nothing_known() -> None:
    assert wilson(0, 0) == (0, 1)
