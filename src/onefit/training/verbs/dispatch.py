"""The one door to a training: `onefit.fit` and an installed `model.fit` both go through it.

So every switch acts the same, however the training was asked for, and every training is in the
record of the run.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from onefit.training.host import fork, switches
from onefit.training.host.faults import fenced
from onefit.training.observation.fit_record import observed

if TYPE_CHECKING:
    from keras import Model


def fit(model: Model, given: dict[str, Any], train: Callable[..., Any]) -> Any:
    """Train as the switches say.

    Args:
        model: A `keras.Model`.
        given: The arguments of `fit`, all of them.
        train: Trains one network, without switches.

    Returns:
        The `keras.callbacks.History`.

    Raises:
        ForkError: In a process that was forked after JAX had started.
    """
    fork.check("fit")
    if switches.CURRENT.restarts > 1:
        # a room to the left of this one, by name: training knows of it only that it can fit
        train = importlib.import_module("onefit.population.verbs.restarts").fit
    elif switches.CURRENT.verify:
        train = importlib.import_module("onefit.training.verbs.verify").told
    stock = importlib.import_module("onefit.training.host.stock").FIT

    def ours() -> Any:
        return fenced("fit", stock, lambda model, **given: train(model, given), model, **given)

    if not switches.CURRENT.watch:
        return observed(model, given, ours)
    # likewise: a report wants to know where a training began
    watch = importlib.import_module("onefit.inspection.watch").WATCH
    return watch.watched(model, given, lambda: observed(model, given, ours))
