"""The axes of a picture: how they are scaled, where they end, and which numbers stand at them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FAR = 30.0
"""Times between the largest and the smallest number from which an axis is logarithmic."""

OUTSIDE = 100.0
"""Times the values of the best configuration, or their range, behind which others are cut off."""

APART = 0.075
"""The share of an axis that two numbers at it need."""

MOST_TICKS = 9
LONGEST = 6
"""Characters of a swept value up to which it stands at its axis; one that was drawn has more."""


def is_wide(values: NDArray[Any], far: float = FAR) -> bool:
    """Whether positive numbers span orders of magnitude.

    >>> is_wide(np.array([1e-3, 1e-1])), is_wide(np.array([4.0, 16.0])), is_wide(np.array([0, 99]))
    (True, False, False)
    """
    there = values[np.isfinite(values)]
    return bool(there.size and there.min() > 0 and there.max() / there.min() > far)


def within(values: NDArray[Any], best: NDArray[Any]) -> tuple[float, float]:
    """The least and the largest value that is shown.

    What has diverged is far from all the rest, and would press it into a line.

    Args:
        values: What is drawn.
        best: What is drawn of the best configuration.

    >>> within(np.array([0.5, 1e37]), np.array([0.5, 1.0]))
    (0.5, 1.0)
    >>> within(np.array([0.5, 8.0]), np.array([0.5, 1.0]))
    (0.5, 8.0)
    """
    there, known = values[np.isfinite(values)], best[np.isfinite(best)]
    if not known.size:
        return (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)
    if known.min() > 0:
        low, high = known.min() / OUTSIDE, known.max() * OUTSIDE
    else:
        span = max(float(np.ptp(known)), float(np.abs(known).max()), 1e-12)
        low, high = known.min() - OUTSIDE * span, known.max() + OUTSIDE * span
    shown = np.concatenate([known, there[(there >= low) & (there <= high)]])
    return float(shown.min()), float(shown.max())


def limit(axes: Any, values: NDArray[Any], best: NDArray[Any], far: float = FAR) -> float:
    """Scale the upright axis, and end it where what is shown ends; return its upper end."""
    low, high = within(values, best)
    there = values[np.isfinite(values)]
    if is_wide(np.asarray([low, high]), far):
        axes.set_yscale("log")
        label(axes.yaxis, np.asarray([low, high]), [])
    # Only where something is cut off: otherwise matplotlib finds better ends.
    if there.size and (there.min() < low or there.max() > high):
        log = axes.get_yscale() == "log"
        ends = np.log([low, high]) if log else np.asarray([low, high])
        # A little room beyond both ends; also where they are one number, and where that is 0.
        room = 0.06 * (ends[1] - ends[0]) or 0.06 * abs(ends[1]) or 1.0
        found = ends + np.asarray([-room, room])
        axes.set_ylim(*(np.exp(found) if log else found))
    return float(axes.get_ylim()[1])


def label(axis: Any, values: NDArray[Any], swept: Sequence[float]) -> None:
    """Put numbers at an axis, none of which runs into another.

    Args:
        axis: An axis of matplotlib, with its scale.
        values: What is drawn along it.
        swept: The values of a sweep, at which numbers stand if they are few. Empty for none.
    """
    from matplotlib import ticker

    log = axis.get_scale() == "log"
    places = _of_sweep(swept, log)
    if places:
        axis.set_major_locator(ticker.FixedLocator(places))
        axis.set_major_formatter(ticker.FixedFormatter([_text(place) for place in places]))
        axis.set_minor_locator(ticker.NullLocator())
    elif log:
        axis.set_major_locator(ticker.FixedLocator(_steps(values)))
        axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: _text(value)))
        axis.set_minor_formatter(ticker.NullFormatter())
    elif len(swept) and all(float(value).is_integer() for value in swept):
        axis.set_major_locator(ticker.MaxNLocator(integer=True))


def _of_sweep(swept: Sequence[float], log: bool) -> list[float]:
    """The values of a sweep, without those that would run into others; none if they are many."""
    known = sorted(set(swept))
    if not 1 < len(known) <= MOST_TICKS or max(len(_text(value)) for value in known) > LONGEST:
        return []
    at = np.log(known) if log else np.asarray(known, float)
    needed, found, last = APART * (at[-1] - at[0]), [], -math.inf
    for value, place in zip(known, at):
        if place - last >= needed:
            found.append(value)
            last = place
    return found


def _steps(values: NDArray[Any]) -> list[float]:
    """Powers of ten, and steps between them where these are few.

    >>> _steps(np.array([0.002, 0.05]))
    [0.002, 0.005, 0.01, 0.02, 0.05]
    >>> _steps(np.array([1e-4, 0.1]))
    [0.0001, 0.001, 0.01, 0.1]
    """
    low, high = math.log10(values.min()), math.log10(values.max())
    powers = range(math.floor(low) - 1, math.ceil(high) + 2)
    inside = [power for power in powers if low - 0.05 <= power <= high + 0.05]
    if len(inside) > 2:
        kept = inside[:: -(-len(inside) // MOST_TICKS)]
        # Read from text: 10.0**23 is not 1e23.
        return [float(f"1e{power}") for power in kept]
    between = (1, 3) if high - low > 1.5 else (1, 2, 5)
    steps = [float(f"{step}e{power}") for power in powers for step in between]
    return [step for step in steps if low - 0.05 <= math.log10(step) <= high + 0.05]


def _text(value: float) -> str:
    """A number as short as it can be.

    >>> _text(0.001), _text(16.0), _text(1e-7), _text(250000.0)
    ('0.001', '16', '1e-07', '250000')
    """
    return f"{value:.6g}" if 1e-4 <= abs(value) < 1e6 or value == 0 else f"{value:.2g}"
