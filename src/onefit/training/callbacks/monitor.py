"""What `EarlyStopping` and `ReduceLROnPlateau` share: a monitored value that improves or not."""

from __future__ import annotations

import copy
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import Model, config
from keras.callbacks import Callback

from onefit.training.callbacks.rule import Rule


class Monitor(Rule):
    """What `EarlyStopping` and `ReduceLROnPlateau` share: is the monitored value an improvement?

    The best value is kept in 64 bit where metrics have them, in 32 otherwise; Keras compares in 32.
    """

    def __init__(self, callback: Callback, model: Model) -> None:
        """Find the direction, as Keras does at the end of the first epoch."""
        super().__init__(callback, model)
        directed = copy.copy(callback)  # the callback itself has none before it has run
        _direct(directed)
        self.less = directed.monitor_op.__name__ == "less"  # a script may have it wrapped
        # Read off the copy, because Keras turns the margin's sign when it finds that less is
        # better.
        self.monitor, self.min_delta = directed.monitor, float(directed.min_delta)

    @classmethod
    def suits(cls, callback: Callback, model: Model) -> bool:
        """Not if Keras would compare with the best value of the fit before."""
        kind: Any = type(callback)
        forgets = callback.best is None or forgets_best(kind)
        return super().suits(callback, model) and forgets

    def finish(self, own: Any, epochs: int) -> None:
        """Leave the direction."""
        _direct(self.callback)

    def key(self) -> tuple[Any, ...]:
        """The monitored value, its direction and margin."""
        return (*super().key(), self.monitor, self.less, self.min_delta)

    def improves(self, current: Any, reference: Any) -> Any:
        """Keras's `_is_improvement`: subtract in 64 bit, round to 32, compare."""
        with jax.enable_x64(True):
            margin = jnp.asarray(self.min_delta, jnp.float64)
            value = lax.convert_element_type(
                lax.convert_element_type(current, jnp.float64) - margin, jnp.float32
            )
        reference = jnp.asarray(reference, jnp.float32)
        return value < reference if self.less else value > reference


def _direct(callback: Callback) -> None:
    """Let a callback find its direction, if it has none yet."""
    if callback.monitor_op is None:
        callback._set_monitor_op()


@functools.cache
def forgets_best(kind: Any) -> bool:
    """Whether a callback of Keras's begins a fit without a best value; until 3.13 it kept it."""
    made = kind()
    made.best = 0.0
    made.on_train_begin()
    return made.best is None


def nought() -> Any:
    """A zero of the dtype in which a monitored value is kept: that of a metric, at least 32 bit."""
    return np.zeros((), jnp.promote_types(config.floatx(), np.float32))
