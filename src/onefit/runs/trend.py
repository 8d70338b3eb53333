"""What a curve does at its end, by tests that can be looked up here.

A *tenth* is a tenth of the epochs, of short curves up to three epochs; the *range* is the
difference between the largest and the smallest value. Where no value is negative and they span a
factor of ten or more, the logarithms of losses are tested: a loss of 0.1 that halves is not flat
because it began at 12.

The *noise* is the median distance of a value from the middle between its two neighbours, over the
last half of ten epochs or more. What counts of a tenth is its median. By chance the medians of two
tenths differ by five times the noise over the root of a tenth's epochs, or more, once in a hundred
times; what is less is no change.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cached_property

SHORTEST = 5
"""Epochs that a curve needs to have a trend."""

LONG = 10
"""Epochs that a curve needs to have noise."""

NOTHING = 1e-7
"""The share of a loss's largest value below which it counts as zero: the precision of float32."""


class Trend:
    """The tests of one curve; its values are finite numbers, and not all the same.

    Args:
        values: Five values or more, one an epoch.
        best: The place of the best one.
        rises: Whether higher is better. Defaults to `False`.

    >>> trend = Trend([1.0, 0.5, 0.25, 0.24, 0.24, 0.24, 0.24, 0.24, 0.24, 0.24], 3)
    >>> trend.is_still_better, trend.flat_since
    (False, 2)
    """

    def __init__(self, values: Sequence[float], best: int, rises: bool = False) -> None:
        """Nothing is tested yet."""
        self.best, self.rises = best, rises
        self.values, self.in_logarithms = scaled(values, rises)
        count = len(values)
        # Of ten epochs a tenth is one, whose value says nothing by itself.
        self.tenth = max(count // 10, min(3, count // 3))
        self.range = max(self.values) - min(self.values)

    @property
    def is_worse_again(self) -> bool:
        """The last tenth is worse than the best mean of as many epochs that there was.

        It is worse by over a tenth of the range (of the value, where logarithms are tested), and
        not by chance; where more is better, also by over two of the smallest steps: of an accuracy,
        these are two rows. The best epoch is not the first one, and lies more than a tenth back.
        """
        return self._is_worse and self.best > 0

    @property
    def is_worse_from_start(self) -> bool:
        """The same, where the first epoch is the best one.

        A curve that has become worse in its first tenth and is flat from there on is none of these.
        """
        return self._is_worse and not self.best and self._level_since > self.tenth

    @property
    def comes_back(self) -> bool:
        """A curve that was worse than at its start has come back more than half of the way."""
        return abs(self._end - self.values[0]) < 0.5 * self.range

    @property
    def is_jumping(self) -> bool:
        """The noise is more than a tenth of the range."""
        return self.noise > 0.1 * self.range

    @property
    def is_still_better(self) -> bool:
        """The last tenth is better than the one before it by over a hundredth, and not by chance.

        A hundredth of the value for what is to fall, and of 1 for what is to rise. If it may be by
        chance, the last fifth and the one before it are compared.
        """
        for width in (self.tenth, 2 * self.tenth):
            if 2 * width > len(self.values) or self._gain(width) <= 0.01 * self._whole:
                return False
            if self._gain(width) > self.chance(width):
                return True
        return False

    @property
    def is_a_little_better(self) -> bool:
        """The same of a thousandth, which is a hundredth of the range too; of the last tenth."""
        enough = max(0.001 * self._whole, 0.01 * self.range, self.chance(self.tenth))
        return self._gain(self.tenth) > enough

    @property
    def flat_since(self) -> int | None:
        """The place from which on the values stay where they are at the end.

        They stay there if all of them are within a fiftieth of the range of the last tenth; or
        within five noises, if each tenth differs from the last one by chance only. These are more
        than a tenth, and three at least; else `None`.
        """
        long = len(self.values) - self._level_since > max(2, self.tenth)
        return self._level_since if long else None

    @cached_property
    def noise(self) -> float:
        """The median distance of an epoch's value from the middle between its neighbours.

        It is 0 for short curves: there it would mostly be how much they bend.
        """
        if len(self.values) < LONG:
            return 0.0
        # Only the last half: where a loss begins it bends most, and a bend would count as noise.
        half = self.values[len(self.values) // 2 :]
        away = sorted(abs(b - (a + c) / 2) for a, b, c in zip(half, half[1:], half[2:]))
        return away[len(away) // 2]

    def chance(self, width: int) -> float:
        """What the middles of so many epochs differ by once in a hundred times, without a trend."""
        # Of independent errors the noise is 0.83 standard deviations, and the medians of two tenths
        # differ with 1.8 of them over the root of the width. So this is 2.3 standard errors: 1 % on
        # one side.
        return 5 * self.noise / math.sqrt(width)

    @cached_property
    def _is_worse(self) -> bool:
        if len(self.values) - 1 - self.best <= self.tenth:
            return False
        sign, sums = -1 if self.rises else 1, [0.0, *itertools.accumulate(self.values)]
        # Means by running sums, as a curve of a thousand epochs has 901 tenths.
        tenths = (sign * (b - a) / self.tenth for a, b in zip(sums, sums[self.tenth :]))
        part = 0.1 if self.in_logarithms else 0.1 * self.range
        enough = max(part, 1.5 * self.chance(self.tenth))  # the best of many is good by chance
        if self.rises:
            # A little above two, since equal steps of float32 are not quite equal.
            enough = max(enough, 2.01 * self._step)
        return sign * self._end - min(tenths) > enough

    @property
    def _step(self) -> float:
        """The smallest step between neighbouring epochs that is more than rounding."""
        steps = (abs(b - a) for a, b in itertools.pairwise(self.values))
        return min((step for step in steps if step > 1e-5 * self.range), default=0.0)

    @cached_property
    def _level_since(self) -> int:
        away, since = max(0.02 * self.range, 5 * self.noise), len(self.values)
        while since and abs(self.values[since - 1] - self._end) <= away:
            since -= 1
        return max(since, self._tenths_alike()) if away > 0.02 * self.range else since

    def _tenths_alike(self) -> int:
        """The place from which on each tenth differs from the last one by chance only."""
        start = len(self.values) - self.tenth
        enough = max(0.02 * self.range, self.chance(self.tenth))
        while start >= self.tenth:
            if abs(self._middle(start - self.tenth, start) - self._end) > enough:
                break
            start -= self.tenth
        return start if start >= self.tenth else 0

    @cached_property
    def _end(self) -> float:
        return self._middle(-self.tenth, None)

    def _middle(self, start: int, stop: int | None) -> float:
        return median(self.values[start:stop])

    @cached_property
    def _whole(self) -> float:
        """What a change is a share of."""
        before = abs(self._middle(-2 * self.tenth, -self.tenth))
        return 1.0 if self.rises or self.in_logarithms else before

    def _gain(self, width: int) -> float:
        """By how much the last epochs are better than as many before them."""
        fallen = self._middle(-2 * width, -width) - self._middle(-width, None)
        return -fallen if self.rises else fallen


def scaled(values: Sequence[float], rises: bool = False) -> tuple[Sequence[float], bool]:
    """The values as they are tested and drawn, and whether these are their logarithms.

    Args:
        values: The values, one an epoch.
        rises: Whether they are a score of which more is better; those are tested as they are.
            Defaults to `False`.

    >>> scaled([1.0, 0.5]), [round(value) for value in scaled([1.0, 1e-3, 0.0])[0]]
    (([1.0, 0.5], False), [0, -7, -16])
    """
    high = max(values, default=0.0)
    if rises or high <= 0 or min(values) < 0 or not all(map(math.isfinite, values)):
        return values, False
    floor = NOTHING * high
    if high < 10 * max(min(values), floor):
        return values, False
    return [math.log(max(value, floor)) for value in values], True


def median(values: Sequence[float]) -> float:
    """The median; `statistics.median` would take as long to import as `onefit runs` to list.

    >>> median([3.0, 1.0, 2.0]), median([1.0, 2.0])
    (2.0, 1.5)
    """
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mean(values: Sequence[float]) -> float:
    """The mean; NaN where one of the values is none.

    >>> mean([1.0, 2.0])
    1.5
    """
    return math.fsum(values) / len(values) if all(map(math.isfinite, values)) else math.nan
