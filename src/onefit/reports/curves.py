"""The numbers of a training as curves: which belong into one chart, and at which epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from onefit.runs.curve import alike
from onefit.runs.record import Fit

VALIDATION = "val_"


@dataclass(frozen=True)
class Curve:
    """A number over the epochs.

    Args:
        name: Its name in the History.
        epochs: The epochs, counted from 1, at which it was logged.
        values: The numbers.
    """

    name: str
    epochs: Sequence[int]
    values: Sequence[float]

    @property
    def validation(self) -> bool:
        """Whether it is of rows that were not trained on."""
        return self.name.startswith(VALIDATION)

    @property
    def base(self) -> str:
        """Its name without `val_`."""
        return self.name.removeprefix(VALIDATION)


def curves(fit: Fit) -> list[Curve]:
    """The curves of a fit, the loss first, then in the order of its History.

    >>> curves(Fit(history={"loss": [3.0, 2.0]}))
    [Curve(name='loss', epochs=range(1, 3), values=[3.0, 2.0])]
    """
    named = fit.history.items()
    found = [Curve(name, _epochs(fit, name), values) for name, values in named if values]
    return sorted(found, key=lambda curve: curve.base != "loss")


def groups(fit: Fit) -> dict[str, list[Curve]]:
    """The curves of a fit by charts: a number and the same number in validation share one.

    >>> fit = Fit(history={"loss": [1.0], "accuracy": [0.5], "val_loss": [2.0]})
    >>> {title: [curve.name for curve in found] for title, found in groups(fit).items()}
    {'loss': ['loss', 'val_loss'], 'accuracy': ['accuracy']}
    """
    found: dict[str, list[Curve]] = {}
    for curve in curves(fit):
        found.setdefault(curve.base, []).append(curve)
    return found


def thinned(curve: Curve, most: int) -> Curve:
    """A curve with fewer points that keeps its peaks, its ends and its first gap.

    Args:
        curve: The curve.
        most: How many points it may have, about.

    >>> spike = Curve("loss", range(1, 1001), [0.0] * 500 + [9.0] + [0.0] * 499)
    >>> few = thinned(spike, 40)
    >>> len(few.values) <= 40, 9.0 in few.values, few.epochs[0], few.epochs[-1]
    (True, True, 1, 1000)
    """
    count = len(curve.values)
    if count <= most:
        return curve
    kept = {0, count - 1}
    # In a piece with other numbers it would be passed over, and the line drawn through it.
    kept.update([at for at, one in enumerate(curve.values) if not math.isfinite(one)][:1])
    # Two points a piece, the lowest and the highest: what the eye sees of so many.
    size = math.ceil(count / max(1, most // 2 - 2))
    for begin in range(0, count, size):
        places = range(begin, min(begin + size, count))
        finite = [at for at in places if math.isfinite(curve.values[at])]
        kept.update(places[:1] if not finite else ())
        kept.update((min(finite, key=curve.values.__getitem__),) if finite else ())
        kept.update((max(finite, key=curve.values.__getitem__),) if finite else ())
    places_kept = sorted(kept)
    return Curve(
        curve.name,
        [curve.epochs[at] for at in places_kept],
        [curve.values[at] for at in places_kept],
    )


def lost(curve: Curve) -> str:
    """From which epoch on a number is none, in words; `""` if it is one in every epoch.

    >>> lost(Curve("loss", [1, 2, 3], [0.5, math.nan, math.nan]))
    'NaN since epoch 2'
    """
    place = next((at for at, one in enumerate(curve.values) if not math.isfinite(one)), None)
    if place is None:
        return ""
    named = "NaN" if math.isnan(curve.values[place]) else "infinite"
    return f"{named} since epoch {curve.epochs[place]:,}" if place else f"{named} from the start"


def best(curve: Curve) -> tuple[int, float] | None:
    """The epoch and value of the best number, where it is plain which one that is: of a loss.

    A loss that stands still has none.

    >>> best(Curve("val_loss", [1, 2, 3], [0.5, 0.2, 0.4]))
    (2, 0.2)
    >>> best(Curve("loss", [1, 2, 3], [9.254907, 9.254905, 9.254906])) is None
    True
    """
    finite = [(v, e) for v, e in zip(curve.values, curve.epochs) if math.isfinite(v)]
    if not finite or "loss" not in curve.base:
        return None
    value, epoch = min(finite)
    return None if len(finite) > 1 and alike(value, max(finite)[0]) else (epoch, value)


def _epochs(fit: Fit, name: str) -> Sequence[int]:
    """The epochs of a number that may have been logged at some only (`validation_freq`)."""
    count = len(fit.history[name])
    every = range(fit.first + 1, fit.first + fit.epochs + 1)
    if count == len(every):
        return every
    frequency = fit.arguments.get("validation_freq")
    # Keras counts from the first epoch of all, not from `initial_epoch`.
    if isinstance(frequency, int) and frequency > 0:
        some = [epoch for epoch in every if epoch % frequency == 0]
    else:
        asked = frequency if isinstance(frequency, list) else []
        some = [epoch for epoch in every if epoch in asked]
    if len(some) == count:
        return some
    stride = len(every) / max(count, 1)  # unknown: evenly
    return [every[int((at + 1) * stride) - 1] for at in range(count)]
