"""When a difference between two setups is told: pairs of seeds, an interval, and a margin.

The interval of the mean difference is Student's over the pairs; that of a share is Wilson's, and
that of the difference of two shares Newcombe's (Statistics in Medicine 17, 1998, method 10).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MARGIN = 0.1
"""A difference of skill that is worth telling: a tenth of the way from chance to perfect."""

SMALL = 0.03
"""The same for sigmoids where each row has one class, which cost little and are wrong."""


@dataclass(frozen=True)
class Difference:
    """How much better one setup is than another.

    Args:
        mean: The mean difference of skills.
        low: The lower end of its 95 % interval.
        high: The upper end.
        better: In how many pairs the first is better.
        pairs: How many pairs there are.
    """

    mean: float
    low: float
    high: float
    better: int
    pairs: int

    @property
    def helps(self) -> bool:
        """Whether it is better, beyond chance and by more than the margin."""
        return self.exceeds(MARGIN)

    def exceeds(self, margin: float) -> bool:
        """Whether it is better, beyond chance and by more than a margin."""
        # The interval says that it is not by chance, the mean that it is worth telling. To bring
        # the whole interval above the margin would take many more starts.
        return self.low > 0 and self.mean > margin

    @property
    def hurts(self) -> bool:
        """Whether it is worse, likewise."""
        return self.high < 0 and self.mean < -MARGIN


def difference(ones: NDArray[Any], others: NDArray[Any], candidates: int = 1) -> Difference:
    """Compare skills of the same seeds.

    Args:
        ones: Skills of shape `(seeds,)`.
        others: Those of the setup that is compared with.
        candidates: How many setups are compared; the interval is widened for so many (Bonferroni).
            Defaults to `1`.

    >>> difference(np.array([0.9, 0.8, 0.9, 0.8]), np.array([0.1, 0.2, 0.1, 0.2])).helps
    True
    >>> difference(np.array([0.9, 0.1]), np.array([0.1, 0.9])).helps
    False
    """
    from scipy import stats

    gaps = np.asarray(ones, float) - np.asarray(others, float)
    count, mean = len(gaps), float(gaps.mean())
    # One pair has no spread, and an interval without an end shows nothing.
    if count < 2:
        return Difference(mean, -math.inf, math.inf, int((gaps > 0).sum()), count)
    error = float(gaps.std(ddof=1)) / math.sqrt(count)
    reach = float(stats.t.ppf(1 - 0.025 / max(1, candidates), count - 1)) * error
    return Difference(mean, mean - reach, mean + reach, int((gaps > 0).sum()), count)


def share(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson).

    >>> low, high = share(234, 512)
    >>> round(low, 3), round(high, 3)
    (0.414, 0.5)
    """
    from scipy import stats

    if not of:
        return 0.0, 1.0
    found = stats.binomtest(count, of).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def shares_differ(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares (Newcombe).

    Args:
        one: A count, and of how many.
        other: The one that it is compared with.

    >>> low, high = shares_differ((56, 70), (48, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    (a, m), (b, n) = one, other
    (l1, u1), (l2, u2) = share(a, m), share(b, n)
    p, q = a / m, b / n
    low = p - q - math.hypot(p - l1, u2 - q)
    return low, p - q + math.hypot(u1 - p, q - l2)
