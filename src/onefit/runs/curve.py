"""A logged number over the epochs, in one plain word and eight small bars.

Each word stands for a test that can be looked up here. A *tenth* is a tenth of the epochs, one at
least; the *range* is the difference between the largest and the smallest value. Where all values
are positive and span a factor of ten or more, their logarithms are tested: a loss of 0.1
that halves is not flat because it began at 12. A curve of fewer than five epochs gets no word.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

SHORTEST = 5
"""Epochs that a curve needs to have a word."""

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
        return any(part in plain for part in HIGHER_IS_BETTER) and "loss" not in plain

    @cached_property
    def best(self) -> int:
        """Where in `values` the best one is; the first of several."""
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
        return bool(self.values) and alike(min(self.values), max(self.values))

    @cached_property
    def word(self) -> str:
        """What the curve does at its end, in a few words; `""` where no test holds."""
        if self.lost is not None:
            return f"{_named(self.values[self.lost])} since {self._epoch(self.lost)}"
        if len(self.values) < SHORTEST:
            return ""
        if self.is_still:
            return "flat from the start"
        tests = (self.perfect, self.worse_again, self.jumping, self.still_better, self.flat)
        return next(filter(None, (test() for test in tests)), self.slow())

    def perfect(self) -> str:
        """An accuracy, or another score that ends at 1 and cannot rise further, is 1 at the end."""
        if not self.rises or self.values[-1] != 1 or max(self.values) != 1:
            return ""
        since = len(self.values)
        while since and self.values[since - 1] == 1:
            since -= 1
        return f"1 since {self._epoch(since)}" if since else "1 from the start"

    def worse_again(self) -> str:
        """The last tenth is worse than the best epoch by over a tenth of the range.

        The best epoch lies more than a tenth back. A curve that has become worse in its first tenth
        and is flat from there on is none that becomes worse.
        """
        behind = len(self.values) - 1 - self.best
        if behind <= self._tenth:
            return ""
        loss = abs(_mean(self._tested[-self._tenth :]) - self._tested[self.best])
        if loss <= 0.1 * self._range or self._noise > 0.5 * loss:
            return ""
        direction = "falling" if self.rises else "rising"
        if not self.best:
            if self._flat_since() <= self._tenth:
                return ""
            back = loss < 0.5 * self._range  # it has come back more than half of the way
            return "worse than at the start" if back else f"{direction} from the start"
        return f"{direction} again since {self._epoch(self.best)}"

    def jumping(self) -> str:
        """In the last half neighbouring epochs differ by a tenth of the range, in the median."""
        return "jumping" if self._noise > 0.1 * self._range and len(self.values) >= 10 else ""

    def still_better(self) -> str:
        """The last tenth is better than the one before it by more than a hundredth.

        A hundredth of the value for what is to fall, and of 1 for what is to rise.
        """
        last = _mean(self.values[-self._tenth :])
        before = _mean(self.values[-2 * self._tenth : -self._tenth])
        if self.rises:
            return "still rising" if last - before > 0.01 else ""
        return "still falling" if before - last > 0.01 * abs(before) else ""

    def flat(self) -> str:
        """All values from some epoch on are within a fiftieth of the range of the last one.

        These are more than a tenth, and three at least.
        """
        since = self._flat_since()
        long = len(self.values) - since > max(2, self._tenth)
        return f"flat since {self._epoch(since)}" if long else ""

    def slow(self) -> str:
        """No other test holds: the last tenth is better than the one before it, or it is not."""
        last = _mean(self.values[-self._tenth :])
        before = _mean(self.values[-2 * self._tenth : -self._tenth])
        if self.rises:
            return "rising slowly" if last > before else "hardly changing"
        return "falling slowly" if last < before else "hardly changing"

    def bars(self, width: int = 8) -> str:
        """The curve in small bars, each the mean of its share of the epochs.

        Where all values are positive and they span a factor of ten or more, the bars' heights are
        logarithms: a loss that falls to a hundredth falls all the way.

        Args:
            width: How many bars at most. Defaults to `8`.

        >>> Curve("loss", [8, 7, 6, 5, 4, 3, 2, 1]).bars()
        '█▇▆▅▄▃▂▁'
        >>> Curve("loss", [1.0, math.nan]).bars()
        '▁×'
        """
        count = min(width, len(self.values))
        cuts = (
            [round(place * len(self.values) / count) for place in range(count + 1)] if count else []
        )
        means = _scaled([_mean(self.values[a:b]) for a, b in itertools.pairwise(cuts)])
        finite = [value for value in means if math.isfinite(value)]
        low, high = min(finite, default=0.0), max(finite, default=0.0)
        step = math.inf if alike(low, high) else (high - low) / (len(BARS) - 1)
        return "".join(
            BARS[round((value - low) / step)] if math.isfinite(value) else "×" for value in means
        )

    def _epoch(self, place: int) -> str:
        """The epoch of a value, numbered as Keras prints it."""
        return f"epoch {self.first + place + 1:,}"

    @property
    def _tenth(self) -> int:
        return max(1, len(self.values) // 10)

    def _flat_since(self) -> int:
        """The place from which on all values are within a fiftieth of the range of the last."""
        since = len(self.values)
        while since and abs(self._tested[since - 1] - self._tested[-1]) <= 0.02 * self._range:
            since -= 1
        return since

    @cached_property
    def _tested(self) -> Sequence[float]:
        return _scaled(self.values)

    @cached_property
    def _range(self) -> float:
        return max(self._tested) - min(self._tested)

    @cached_property
    def _noise(self) -> float:
        """The median step against the trend between neighbouring epochs of the last half."""
        half = self._tested[len(self.values) // 2 :]
        drift = (half[-1] - half[0]) / max(1, len(half) - 1)
        steps = sorted(abs(b - a - drift) for a, b in itertools.pairwise(half))
        return steps[len(steps) // 2] if steps else 0.0


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


def _scaled(values: Sequence[float]) -> Sequence[float]:
    """The values, or their logarithms where they are positive and span a factor of ten."""
    if values and all(value > 0 for value in values) and max(values) >= 10 * min(values):
        return [math.log(value) for value in values]
    return values


def _named(value: float) -> str:
    return "NaN" if math.isnan(value) else "infinite"


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if all(map(math.isfinite, values)) else math.nan
