"""Rows that a network cannot tell apart: it gives them one answer, and what that costs.

If rows with different labels get the same answer, the best that the network can answer is the mean
of their labels, and the cross-entropy cannot fall below the entropy of that mean. A loss that
stands on this number has come to its end, however many epochs follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MOST_ROWS = 64
ALIKE = 1e-3
"""Answers that differ by less are one."""

EXACTLY = 0.02
"""The share by which a loss may differ from what ties cost, to be explained by them."""


@dataclass(frozen=True)
class Ties:
    """Rows that get one answer although their labels differ.

    Args:
        groups: The row numbers of each group, and the answer that it gets.
        cost: The lowest cross-entropy that is possible with these ties.
    """

    groups: tuple[tuple[tuple[int, ...], float], ...]
    cost: float


def ties(said: Array, y: Array) -> Ties | None:
    """Rows of two classes that a network cannot tell apart; `None` where it tells all apart.

    Args:
        said: Predictions of shape `(rows,)`, probabilities.
        y: Labels of shape `(rows,)`, 0 and 1.

    >>> found = ties(np.array([0.33, 0.33, 0.33, 0.99]), np.array([0, 1, 0, 1]))
    >>> found.groups, round(found.cost, 4)
    ((((0, 1, 2), 0.33),), 0.4774)
    """
    if not 0 < len(y) <= MOST_ROWS:
        return None
    order = np.argsort(said, kind="stable")
    cuts = np.flatnonzero(np.diff(said[order]) > ALIKE) + 1
    found, cost = [], 0.0
    for group in np.split(order, cuts):
        share = float(y[group].mean())
        if 0 < share < 1:
            cost += len(group) / len(y) * _entropy(share)
            answer = float(said[group].mean())
            found.append((tuple(sorted(int(row) for row in group)), answer))
    return Ties(tuple(found), cost) if found else None


def _entropy(share: float) -> float:
    return float(-share * np.log(share) - (1 - share) * np.log(1 - share))


def told(found: Ties, x: Array, loss: float | None) -> list[str]:
    """What there is to say about ties.

    Args:
        found: The ties.
        x: The inputs.
        loss: The loss at the end; `None` where it is not known, or is no cross-entropy.

    >>> found = Ties((((0, 3), 0.5),), 0.3466)
    >>> print(*told(found, np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), 0.3466), sep="\\n")
    It cannot tell the rows [0, 0], [1, 1] apart: it answers 0.50 to each of them
    0.3466 is exactly what that costs, so more epochs cannot help
    """
    lines = []
    for rows, answer in found.groups[:2]:
        named = ", ".join(_row(x[row]) for row in rows[:4])
        more = f" and {len(rows) - 4} more" if len(rows) > 4 else ""
        lines.append(
            f"It cannot tell the rows {named}{more} apart: it answers {answer:.2f} to each of them"
        )
    if loss is not None and abs(loss - found.cost) <= EXACTLY * found.cost:
        lines.append(f"{found.cost:.4f} is exactly what that costs, so more epochs cannot help")
    return lines


def _row(row: Array) -> str:
    flat = np.ravel(row)
    shown = ", ".join(f"{one:g}" for one in flat[:6])
    return f"[{shown}{', ...' if flat.size > 6 else ''}]"
