"""`keras.callbacks.ReduceLROnPlateau` as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.training.callbacks.learning_rate import Rate, rate_place
from onefit.training.callbacks.monitor import Monitor, nought
from onefit.training.callbacks.rule import Ended, Logs
from onefit.training.core.run import choose
from onefit.training.core.state import State
from onefit.training.host.keras_private import io_utils

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import Callback


COUNTED = "counts_reductions"
"""What marks an `on_epoch_end` for which the epoch of a reduction begins the next wait."""


class Plateau(Monitor, Rate):
    """`keras.callbacks.ReduceLROnPlateau`."""

    def __init__(self, callback: Callback, model: Model) -> None:
        """Find the direction and the learning rate's place."""
        Monitor.__init__(self, callback, model)
        self.place = rate_place(model)
        self.counted = int(getattr(type(callback).on_epoch_end, COUNTED, False))

    def key(self) -> tuple[Any, ...]:
        """Everything that the callback was given."""
        c = self.callback
        settings = (c.factor, c.patience, c.cooldown, c.min_lr, self.counted)
        return (*super().key(), self.place, *settings)

    def start(self, state: State) -> Any:
        """No best yet, no waiting, no cooldown."""
        return np.bool_(False), nought(), np.int32(0), np.int32(0)

    def outputs(self, state: State) -> Any:
        """The learning rate before and after the epoch's end."""
        return np.zeros(2, state.optimizer[cast(int, self.place)].dtype)

    def end(self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any) -> Ended:
        """Keras's `on_epoch_end`, in its order."""
        known, best, wait, cooldown = own
        callback, rate = self.callback, state.optimizer[cast(int, self.place)]
        current = logs[cast(str, self.monitor)]
        cooling = cooldown > 0
        cooldown = jnp.where(cooling, cooldown - 1, cooldown)
        wait = jnp.where(cooling, 0, wait)
        better = ~known | self.improves(current, best)
        # Keras asks for the cooldown again after it has counted it down, so its last epoch waits
        # already.
        waits = ~better & ~(cooldown > 0)
        wait = jnp.where(better, 0, wait + waits)
        # Keras compares with the bound as it is in 32 bit, and takes the larger of both in 64 bit.
        above = lax.convert_element_type(rate, jnp.float32) > np.float32(callback.min_lr)
        reduces = waits & (wait >= callback.patience) & above
        lower = jnp.where(complete & reduces, self.reduced(rate), rate)
        after = (
            known | better,
            jnp.where(better, jnp.asarray(current, best.dtype), best),
            jnp.where(reduces, self.counted, wait),
            jnp.where(reduces, callback.cooldown, cooldown),
        )
        state = self.set(state, lower)
        pair = jnp.stack([rate, state.optimizer[cast(int, self.place)]])
        return Ended(state, choose(complete, after, own), jnp.bool_(False), pair)

    def reduced(self, rate: Any) -> Any:
        """`max(rate * factor, min_lr)` in 64 bit, rounded to what the rate has."""
        with jax.enable_x64(True):
            wide = lax.convert_element_type(rate, jnp.float64)
            lower = wide * jnp.asarray(float(self.callback.factor), jnp.float64)
            lower = jnp.maximum(lower, jnp.asarray(float(self.callback.min_lr), jnp.float64))
            return lax.convert_element_type(lower, rate.dtype)

    def logged(self, outputs: Any) -> Logs:
        """The learning rate with which an epoch was trained."""
        return {self.name: outputs[..., 0]}

    def tell(self, epoch: int, logs: Logs, outputs: Any) -> None:
        """Add the learning rate; print the reduction, if the epoch made one."""
        super().tell(epoch, logs, outputs)
        before, after = outputs.tolist()
        if after != before and self.callback.verbose > 0:
            shown = max(before * self.callback.factor, self.callback.min_lr)
            io_utils.print_msg(
                f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {shown}."
            )

    def finish(self, own: Any, epochs: int) -> None:
        """Leave best, wait and cooldown."""
        super().finish(own, epochs)
        known, best, wait, cooldown = own
        self.callback.best = float(best) if known else None
        self.callback.wait, self.callback.cooldown_counter = int(wait), int(cooldown)
