"""From numbers to places in a chart: ranges, ticks and short words for numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from onefit.runs.curve import alike

DECADES = 1.7
"""A loss that falls by more powers of ten than this is drawn on a logarithmic scale."""


@dataclass(frozen=True)
class Scale:
    """A range of numbers, and where each stands in it.

    Args:
        low: The number at the beginning.
        high: The number at the end.
        log: Whether equal ratios, not equal differences, are equally far apart.

    >>> Scale(0.0, 4.0).place(1.0), Scale(1.0, 100.0, log=True).place(10.0)
    (0.25, 0.5)
    """

    low: float
    high: float
    log: bool = False

    def place(self, number: float) -> float:
        """Where a number stands, from 0 to 1; NaN for what cannot be drawn."""
        if not math.isfinite(number) or (self.log and number <= 0):
            return math.nan
        low, high = self.low, self.high
        if self.log:
            number, low, high = math.log(number), math.log(low), math.log(high)
        return (number - low) / (high - low) if high > low else 0.5

    def ticks(self, most: int = 5) -> list[float]:
        """Round numbers in the range.

        Args:
            most: How many at most, about. Defaults to `5`.

        >>> Scale(0.0, 0.9).ticks(), Scale(0.002, 3.0, log=True).ticks()
        ([0.0, 0.2, 0.4, 0.6, 0.8], [0.01, 0.1, 1.0])
        """
        return self._powers(most) if self.log else self._multiples(most)

    def _multiples(self, most: int) -> list[float]:
        span = self.high - self.low
        if span <= 0:
            return [self.low]
        rough = 10.0 ** math.floor(math.log10(span / most))
        step = next(m * rough for m in (1, 2, 5, 10) if span / (m * rough) <= most)
        # An end that is a tick itself stays one, although 0.3 / 0.1 is below 3.
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        # 3 * 0.1 is 0.30000000000000004.
        return [float(f"{number * step:.12g}") for number in range(first, last + 1)]

    def _powers(self, most: int) -> list[float]:
        first = math.ceil(math.log10(self.low) - 1e-9)
        last = math.floor(math.log10(self.high) + 1e-9)
        stride = max(1, math.ceil((last - first + 1) / most))
        return [10.0**power for power in range(first, last + 1, stride)]


def scale_of(numbers: Iterable[float], share: bool = False) -> Scale:
    """A range that holds all the numbers that are finite, with a little room around them.

    Args:
        numbers: The numbers.
        share: Whether they may be shares, so that the range ends at 0 and 1 at most. Numbers that
            are not between them are none.

    >>> scale_of([0.5, 1.0], share=True)
    Scale(low=0.45, high=1.0, log=False)
    >>> scale_of([80.0, 120.0], share=True)
    Scale(low=76.0, high=124.0, log=False)
    >>> scale_of([0.001, 0.001]).ticks()  # what does not change stands in the middle
    [0.0005, 0.001, 0.0015]
    """
    finite = [number for number in numbers if math.isfinite(number)]
    if not finite:
        return Scale(0.0, 1.0)
    low, high = min(finite), max(finite)
    # Names tell shares, and a name may be the user's: `auction_loss` has `auc` in it.
    share = share and low >= 0 and high <= 1
    if not share and low > 0 and math.log10(high / low) > DECADES:
        return Scale(low / 1.2, high * 1.2, log=True)
    # Numbers that differ by rounding alone would be stretched over the whole height.
    room = (0.6 * abs(high) if alike(low, high) else 0.1 * (high - low)) or 0.5
    if not share:
        return Scale(max(low - room, 0.0) if low >= 0 else low - room, high + room)
    low, high = max(low - room, 0.0), min(high + room, 1.0)
    return Scale(float(f"{low:.12g}"), float(f"{high:.12g}"))


def short(number: float) -> str:
    """A number in a few characters, as a label.

    >>> [short(n) for n in (0.25, 999.7, 1234.5, 0.00012345, 1e9, math.nan)]
    ['0.25', '1,000', '1,234', '1.23e-4', '1e9', 'NaN']
    """
    if not math.isfinite(number):
        return {"nan": "NaN", "inf": "∞", "-inf": "-∞"}[str(float(number))]
    if number and not 1e-3 <= abs(number) < 1e7:
        mantissa, exponent = f"{number:.2e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    # From here on three digits would be written as 1e+03.
    if abs(number) >= 999.5:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def time(seconds: float) -> str:
    """A duration in words.

    >>> time(0.0042), time(3.21), time(75.0), time(7500.0)
    ('4.2 ms', '3.2 s', '1 min 15 s', '2 h 5 min')
    """
    # Each unit ends where its last digit would be rounded up to the next one: 60.0 s, 1000 ms.
    if seconds < 0.9995:
        return f"{1000 * seconds:.2g} ms" if seconds < 0.0995 else f"{1000 * seconds:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
