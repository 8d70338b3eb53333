"""Curves in a terminal, in Braille dots: two by four of them in a character."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from onefit.runs.curve import alike, number

HEIGHT = 8
MARGIN = 11
"""Columns for the numbers beside the axis."""

# Unicode numbers the dots of a Braille cell down its columns; the lowest row came last, when six
# dots became eight.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


def chart(
    curves: Mapping[str, Sequence[float]], first: int = 1, width: int = 80, height: int = HEIGHT
) -> list[str]:
    """Draw curves over the epochs on one pair of axes.

    Positive values that span a factor of a hundred or more are drawn on a logarithmic axis.

    Args:
        curves: For each name its values; a name that begins with `val_` is drawn dotted.
        first: The number of the first epoch. Defaults to `1`.
        width: Columns, in all. Defaults to `80`.
        height: Lines of the drawing. Defaults to `8`.

    Returns:
        The lines of the chart.

    >>> print("\\n".join(chart({"loss": [4.0, 3.0, 2.0, 1.0]}, width=20, height=2)))
    loss
         4.00 ┤⠉⠒⠤⣀
         1.00 ┤    ⠉⠒⠤⣀
              └────────
               1      4
    """
    columns = max(8, width - MARGIN - 1)
    finite = [v for values in curves.values() for v in values if math.isfinite(v)]
    if not finite:
        return [", ".join(curves), f"{'NaN':>{MARGIN - 1}} in every epoch"]
    low, high = min(finite), max(finite)
    if alike(low, high):  # a line in the middle, and not its rounding
        low, high = low - (0.1 * abs(low) or 0.5), high + (0.1 * abs(high) or 0.5)
    # Below a factor of a hundred a straight axis still shows both ends.
    logs = low > 0 and high >= 100 * low
    canvas = Canvas(columns, height, _scaled(low, logs), _scaled(high, logs))
    for name, values in curves.items():
        canvas.draw([_scaled(v, logs) for v in values], dotted=name.startswith("val_"))
    titles = ", ".join(f"{name} (dotted)" if name.startswith("val_") else name for name in curves)
    told = [titles + (" (logarithmic)" if logs else "")]
    for line, text in enumerate(canvas.lines()):
        label = number(high) if line == 0 else number(low) if line == height - 1 else ""
        told.append(f"{label:>{MARGIN - 2}} {'┤' if label else '│'}{text}".rstrip())
    last = first + max(map(len, curves.values())) - 1
    told.append(f"{'':>{MARGIN - 1}}└{'─' * columns}")
    told.append(f"{'':>{MARGIN}}{first}{last:>{columns - len(str(first))}}")
    return told


class Canvas:
    """A field of dots.

    Args:
        columns: Characters in a line.
        height: Lines.
        low: The value of the lowest row of dots.
        high: The value of the highest one.
    """

    def __init__(self, columns: int, height: int, low: float, high: float) -> None:
        """All dots are off."""
        self.columns, self.height = columns, height
        self.low, self.step = low, (high - low) / (4 * height - 1) or math.inf
        self.cells = [[0] * columns for _ in range(height)]

    def draw(self, values: Sequence[float], dotted: bool) -> None:
        """Draw a curve over the whole width."""
        points = 2 * self.columns
        # Every third dot: with every second one there is a dot in each cell, and no gap.
        for x in range(0, points, 3 if dotted else 1):
            value = _at(values, x / (points - 1))
            if math.isfinite(value):
                self.dot(x, round((value - self.low) / self.step))

    def dot(self, x: int, y: int) -> None:
        """Turn a dot on; `y` counts from below."""
        row = 4 * self.height - 1 - y
        self.cells[row // 4][x // 2] |= _DOTS[x % 2][row % 4]

    def lines(self) -> list[str]:
        """The field as text."""
        return ["".join(chr(0x2800 + c) if c else " " for c in line) for line in self.cells]


def _at(values: Sequence[float], share: float) -> float:
    """The value at a share of the way, between two epochs in proportion."""
    place = share * (len(values) - 1)
    left = int(place)
    if left == place:  # the epoch beside it may be infinite, which times 0 is no number
        return values[left]
    right = min(left + 1, len(values) - 1)
    return values[left] + (place - left) * (values[right] - values[left])


def _scaled(value: float, logs: bool) -> float:
    return math.log(value) if logs and value > 0 else value
