"""Checks of History: what the numbers of a fit that has ended say."""

from __future__ import annotations

import math
from collections.abc import Iterator

from onefit.checks.case import Case
from onefit.findings import Finding
from onefit.runs.constants import constants
from onefit.runs.record import Constant
from onefit.runs.trend import median

DIVERGED = 10.0
"""How many times the first loss the last one is where a training has run away."""

STEEP = 0.05
"""The share of all of its way that a loss that has not come to rest does in a tenth of the time."""


def divergence(case: Case) -> Iterator[Finding]:
    """A loss that ends ten times as high as it began, and higher than any constant answer's.

    That it rose is a count; for a loss of Keras's own, on one set of rows, only steps that are too
    long make it rise that far.
    """
    loss = _finite(case, "loss")
    best = best_constant(case)
    if len(loss) < 2 or not case.is_plain or case.rows is None or best is None:
        return
    # A start that happens to be very good may rise tenfold, and still know more than a constant.
    if loss[-1] <= best.value:
        return
    if median(loss[-max(1, len(loss) // 10) :]) > DIVERGED * loss[0] and loss[-1] > loss[0]:
        told = f"the loss rose from {loss[0]:.4g} to {loss[-1]:.4g}"
        rate = case.learning_rate
        fix = f"`learning_rate={rate / 10:g}`" if rate else ""
        yield Finding("OF511", case.optimizer, told, "certain", fix)


def unfinished(case: Case) -> Iterator[Finding]:
    """A loss that falls in the last tenth of the epochs as if it had just begun: a hunch.

    A loss that falls evenly does a tenth of its way there; one that comes to rest hardly any, and
    nearly each loss falls a little for ever.
    """
    loss = _finite(case, "loss")
    width = max(1, len(loss) // 10)
    if len(loss) < 5 or min(loss) <= 0:
        return
    # Medians, so that one epoch that jumps out changes nothing (docs/design/0072).
    before, end = median(loss[-2 * width : -width]), median(loss[-width:])
    way = (before - end) * len(loss) / (10 * width)
    if end < 0.99 * before and way > STEEP * (loss[0] - end):
        told = f"the loss still fell from {before:.4g} to {end:.4g} in the last tenth"
        yield Finding("OF510", "epochs", told, "hunch", f"`epochs={5 * case.epochs}`")


def still(case: Case) -> Iterator[Finding]:
    """A loss that has not changed in any epoch.

    Certain where it is equal in every epoch to seven digits, over at least five of them.
    """
    loss = _finite(case, "loss")
    if len(loss) < 5 or not case.is_plain or not _is_known(case):
        return
    # The precision of float32. A loss that is nearly 0 everywhere is no fault.
    if max(loss) - min(loss) <= 1e-7 * abs(loss[0]) and loss[0] > 1e-6:
        told = f"the loss is {loss[0]:.6g} in every epoch: no update has changed an answer"
        yield Finding("OF519", "the model", told, "hunch")


def chance(case: Case) -> Iterator[Finding]:
    """A loss that ends within a fiftieth of the best constant answer's: a hunch."""
    loss, best = _finite(case, "loss"), best_constant(case)
    if loss and best is not None and best.value > 0 and loss[-1] > 0.98 * best.value:
        told = f"the loss ends at {loss[-1]:.4g}; the best answer that looks at no input has "
        told += f"{best.value:.4g} ({best.answer})"
        yield Finding("OF519", "the model", told, "hunch")


def overfitting(case: Case) -> Iterator[Finding]:
    """A loss on new rows that rose by a tenth while that on the rows of training fell: a hunch."""
    loss, valid = _finite(case, "loss"), _finite(case, "val_loss")
    if len(valid) < 5 or len(loss) != len(valid) or min(valid) <= 0:
        return
    best = min(range(len(valid)), key=valid.__getitem__)
    end = median(valid[-max(1, len(valid) // 10) :])
    if best < len(valid) - 1 and end > 1.1 * valid[best] and loss[-1] < loss[best]:
        told = f"val_loss was best in epoch {best + 1} ({valid[best]:.4g}), and ends at {end:.4g}"
        yield Finding("OF521", "validation", told, "hunch")


def two_networks(case: Case) -> Iterator[Finding]:
    """A validation far worse than the training in each epoch, with batch statistics: a hunch."""
    loss, valid = _finite(case, "loss"), _finite(case, "val_loss")
    normal = any(one.kind == "BatchNormalization" for one in case.layers)
    # Keras measures the loss while it trains, with each batch's own statistics; the validation
    # meets their moving averages.
    if normal and len(valid) > 1 and min(loss, default=0) > 0 and min(valid) > 3 * max(loss):
        told = f"val_loss is never below {min(valid):.4g}, loss never above {max(loss):.4g}"
        yield Finding("OF524", "BatchNormalization", told, "hunch")


def best_constant(case: Case) -> Constant | None:
    """The best answer that looks at no input, for the loss of a single output without weights."""
    # Weights of rows and classes change which constant is the best one.
    output = case.outputs[0] if len(case.outputs) == 1 else None
    if output is None or output.y is None or case.is_weighted or case.class_weight:
        return None
    return constants({"loss": output.loss}, output.y).get("loss")


def _finite(case: Case, name: str) -> list[float]:
    values = list(case.history.get(name, ()))
    return values if all(map(math.isfinite, values)) else []


def _is_known(case: Case) -> bool:
    return all(one.loss for one in case.outputs)
