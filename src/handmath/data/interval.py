"""How far a share that was measured can be trusted."""

import math
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)  # of a 95% interval


def wilson(correct: float, total: int) -> tuple[float, float]:
    """Bounds of Wilson's score interval, "Probable Inference" (1927), of `correct` among `total`.

    SciPy's `binomtest` has it too, but takes a second to import, which `handmath score` would wait.

    Returns:
        Lower and upper bound, in [0, 1], of 95% confidence; 0 and 1 where `total` is 0.
    """
    if not total:
        return 0.0, 1.0
    share = correct / total
    middle = share + Z * Z / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    scale = 1 + Z * Z / total
    return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)
