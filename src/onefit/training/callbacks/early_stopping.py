"""`keras.callbacks.EarlyStopping` as a rule."""

from __future__ import annotations

from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np

from onefit.training.callbacks.monitor import Monitor, nought
from onefit.training.callbacks.rule import Ended, Logs
from onefit.training.core.run import choose
from onefit.training.core.state import State
from onefit.training.host.variables import variables

WHERE_IT_STOPS = "restores_where_it_stops"
"""What marks an `on_train_end` that leaves the last weights where all epochs were run."""
FROM_BASELINE = "beats_baseline"
"""What marks an `on_epoch_end` for which the baseline is the best value at the start."""


class EarlyStop(Monitor):
    """`keras.callbacks.EarlyStopping`."""

    stops = True

    def key(self) -> tuple[Any, ...]:
        """Everything that the callback was given."""
        c = self.callback
        settings = (c.patience, c.baseline, c.restore_best_weights, c.start_from_epoch)
        return (*super().key(), *settings, self.from_baseline)

    @property
    def from_baseline(self) -> bool:
        """Whether the best value at the start is the baseline, as in Keras 2."""
        marked = getattr(type(self.callback).on_epoch_end, FROM_BASELINE, False)
        return marked and self.callback.baseline is not None

    def start(self, state: State) -> Any:
        """No best yet; and a copy of the weights if the best are to be restored."""
        # Copies, because the carry holds the weights as well, and a program cannot take over one
        # array at two places.
        weights = jax.tree.map(jnp.copy, self.weights(state))
        nothing = np.int32(0), np.int32(0), np.int32(0)
        return (np.bool_(False), np.bool_(False), nought(), *nothing, weights)

    def weights(self, state: State) -> Any:
        """What Keras's `model.get_weights()` would copy."""
        if not self.callback.restore_best_weights:
            return ()
        return state.trainable, state.non_trainable

    def end(self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any) -> Ended:
        """Keras's `on_epoch_end`, in its order."""
        known, held, best, wait, best_epoch, stopped, weights = own
        callback, current = self.callback, logs[cast(str, self.monitor)]
        active = complete & (epoch >= callback.start_from_epoch)
        first = active & ~held if callback.restore_best_weights else jnp.bool_(False)
        better = active & (~known | self.improves(current, best))
        if callback.baseline is None:
            beats = better
        else:
            beats = better & self.improves(current, np.float32(callback.baseline))
        if self.from_baseline:
            # Below the baseline nothing is better, and no weights are the best yet.
            first, better = jnp.bool_(False), beats
        wait = jnp.where(beats, 0, wait + active)
        # In Keras 3 epoch 0 never ends a fit, whatever the patience is.
        ends = active & ~better & (wait >= callback.patience) & (self.from_baseline | (epoch > 0))
        own = (
            known | better,
            held | first | better,
            jnp.where(better, jnp.asarray(current, best.dtype), best),
            wait,
            jnp.where(first | better, epoch, best_epoch),
            jnp.where(ends, epoch, stopped),
            choose(first | better, self.weights(state), weights),
        )
        return Ended(state, own, ends)

    def finish(self, own: Any, epochs: int) -> None:
        """Leave best, wait and the best weights; `on_train_end` is Keras's own and restores."""
        super().finish(own, epochs)
        known, held, best, wait, best_epoch, stopped, weights = own
        callback = self.callback
        nothing = callback.baseline if self.from_baseline else None
        callback.best = float(best) if known else nothing
        callback.wait, callback.stopped_epoch = int(wait), int(stopped)
        callback.best_epoch = int(best_epoch)
        if held and callback.restore_best_weights:
            callback.best_weights = self.arrange(weights)

    def ended(self, logs: dict[str, list[Any]]) -> bool:
        """Whether patience ran out."""
        return bool(self.callback.stopped_epoch > 0)

    def restored(self, state: State, own: Any) -> State:
        """The best weights, if the rule keeps them and the callback would restore them."""
        _, held, *_, stopped, weights = own
        # Older Kerases restored the best weights only where patience ran out; a script of their
        # time gets an `on_train_end` that is marked so.
        late = getattr(type(self.callback).on_train_end, WHERE_IT_STOPS, False) and not stopped
        if not held or late or not self.callback.restore_best_weights:
            return state
        return state._replace(trainable=weights[0], non_trainable=weights[1])

    def summary(self, own: Any) -> dict[str, Any]:
        """The best epoch, the one that was the last, and the best value."""
        known, held, best, _, best_epoch, stopped, _ = own
        return {
            "best_epoch": int(best_epoch) if known or held else None,
            "stopped_epoch": int(stopped),
            "best": float(best) if known else None,
        }

    def arrange(self, weights: Any) -> list[np.ndarray]:
        """The weights in the order of `model.get_weights()`."""
        groups = variables(self.model)
        value = {
            id(variable): array
            for group, arrays in zip((groups.trainable, groups.non_trainable), weights)
            for variable, array in zip(group, arrays)
        }
        # A model may count variables that no step changes with its state, such as those of metrics
        # in `tf.keras` 2, among its weights.
        return [np.array(value.get(id(one), one)) for one in self.model.weights]
