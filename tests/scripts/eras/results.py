"""What a line gave in its time, beside what it gives now."""

from __future__ import annotations

import numpy as np


def same(then, now):
    """Whether two results are the same, numbers to a thousandth."""
    if then == now:
        return True
    if isinstance(then, list) and isinstance(now, list):
        return len(then) == len(now) and all(map(same, then, now))
    numbers = isinstance(then, int | float) and isinstance(now, int | float)
    return numbers and bool(np.isclose(then, now, atol=1e-3))
