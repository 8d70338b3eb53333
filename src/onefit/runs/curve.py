"""A logged number over the epochs, in one plain word and eight small bars."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from onefit.runs.trend import SHORTEST, Trend, mean, scaled

STILL = 1e-4
"""The share of its largest value by which a curve may move and still counts as one that does not.

What is less is mostly the rounding of float32: a sum of a thousand losses differs by 1e-6 of its
value with the order of the rows.
"""

HIGHER_IS_BETTER = (
    "acc", "auc", "precision", "recall", "f1", "fbeta", "r2", "iou", "dice", "cosine_similarity",
    "specificity", "sensitivity", "true_",
)  # fmt: skip

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Curve:
    """A logged number over the epochs.

    Args:
        name: Its name in History.
        values: Its values, one an epoch.
        first: The epoch of the first value, counted from 0: `initial_epoch`. Defaults to `0`.

    >>> curve = Curve("loss", [1 / epoch for epoch in range(1, 101)])
    >>> curve.word, curve.best
    ('still falling', 99)
    """

    name: str
    values: Sequence[float]
    first: int = 0

    @property
    def rises(self) -> bool:
        """Whether higher is better, as far as the name tells."""
        plain = self.name.removeprefix("val_").lower()
        # Names are all that a record has. A `dice_loss` falls, though a dice score rises.
        return any(part in plain for part in HIGHER_IS_BETTER) and "loss" not in plain

    @cached_property
    def best(self) -> int:
        """Where in `values` the best one is; the first of several."""
        # The first of equal ones, as Keras's callbacks take an epoch that is strictly better.
        pick = max if self.rises else min
        finite = [value for value in self.values if math.isfinite(value)]
        return list(self.values).index(pick(finite)) if finite else 0

    @cached_property
    def lost(self) -> int | None:
        """Where in `values` the first is that is not a finite number; `None` if all are."""
        return next((e for e, value in enumerate(self.values) if not math.isfinite(value)), None)

    @cached_property
    def is_still(self) -> bool:
        """Whether all values are the same, but for rounding; `False` where there are none."""
        if not self.values or self.lost is not None:
            return False
        return alike(min(self.values), max(self.values))

    @cached_property
    def word(self) -> str:
        """What the curve does at its end, in a few words; `""` where no test holds."""
        if self.lost is not None:
            return f"{_named(self.values[self.lost])} since {self._epoch(self.lost)}"
        if len(self.values) < SHORTEST:
            return ""
        if self.is_still:
            return "flat from the start"
        return self.perfect() or self._in_a_word(Trend(self.values, self.best, self.rises))

    def perfect(self) -> str:
        """An accuracy, or another score that ends at 1 and cannot rise further, is 1 at the end."""
        if not self.rises or self.values[-1] != 1 or max(self.values) != 1:
            return ""
        since = len(self.values)
        while since and self.values[since - 1] == 1:
            since -= 1
        return f"1 since {self._epoch(since)}" if since else "1 from the start"

    def _in_a_word(self, trend: Trend) -> str:
        """What the trend is called; the first test that holds."""
        better, worse = ("rising", "falling") if self.rises else ("falling", "rising")
        if trend.is_worse_again:
            return f"{worse} again since {self._epoch(self.best)}"
        if trend.is_worse_from_start:
            return "worse than at the start" if trend.comes_back else f"{worse} from the start"
        if trend.is_jumping:
            return "jumping"
        if trend.is_still_better:
            return f"still {better}"
        if trend.is_a_little_better:
            return f"{better} slowly"
        if trend.flat_since is not None:
            return f"flat since {self._epoch(trend.flat_since)}"
        return "hardly changing"

    def bars(self, width: int = 8) -> str:
        """The curve in small bars, each the mean of its share of the epochs.

        Where the logarithms of the values are tested for the word (`trend.scaled`), they are the
        bars' heights too: a loss that falls to a hundredth falls all the way.

        Args:
            width: How many bars at most. Defaults to `8`.

        >>> Curve("loss", [8, 7, 6, 5, 4, 3, 2, 1]).bars()
        '█▇▆▅▄▃▂▁'
        >>> Curve("loss", [1.0, math.nan]).bars()
        '▁×'
        """
        count = min(width, len(self.values))
        # Rounded places, so that the shares of two bars differ by one epoch at most.
        cuts = (
            [round(place * len(self.values) / count) for place in range(count + 1)] if count else []
        )
        means, _ = scaled([mean(self.values[a:b]) for a, b in itertools.pairwise(cuts)], self.rises)
        finite = [value for value in means if math.isfinite(value)]
        low, high = min(finite, default=0.0), max(finite, default=0.0)
        # With an infinite step all bars are the lowest, and nothing is divided by 0.
        step = math.inf if alike(low, high) else (high - low) / (len(BARS) - 1)
        return "".join(
            BARS[round((value - low) / step)] if math.isfinite(value) else "×" for value in means
        )

    def _epoch(self, place: int) -> str:
        """The epoch of a value, numbered as Keras prints it."""
        return f"epoch {self.first + place + 1:,}"


def alike(low: float, high: float) -> bool:
    """Whether two numbers differ by no more than rounding.

    >>> alike(9.254906, 9.254908), alike(0.0, 0.0), alike(0.75, 0.76)
    (True, True, False)
    """
    return abs(high - low) <= STILL * max(abs(low), abs(high))


def number(value: float) -> str:
    """A number as a person reads it: three digits that count.

    >>> [number(value) for value in (0.75, 0.00042, 1234567.0, 12.345, 0.0, float("nan"))]
    ['0.750', '4.2e-04', '1,234,567', '12.3', '0', 'NaN']
    """
    if not math.isfinite(value):
        return _named(value)
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 100:
        return f"{value:,.0f}"
    if size < 0.001:
        return f"{value:.1e}"
    return f"{value:#.3g}"


def _named(value: float) -> str:
    return "NaN" if math.isnan(value) else "infinite"
