"""The callbacks that are part of the program: what each does, in JAX, with Keras's rounding.

A rule is made from a callback object. It has a state of its own that goes round the loop, looks at
the logs of each epoch inside the program, and in the end writes back into the callback object what
Keras would have left there. Sources: the classes of the same names in `keras.callbacks`.
"""

from __future__ import annotations

from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import callbacks as keras_callbacks
from keras import ops
from keras.src import backend
from keras.src.utils import io_utils

from onefit.training.callbacks import is_plain
from onefit.training.epochs import Feed, choose
from onefit.training.purity import pure
from onefit.training.state import State, variables

Logs = dict[str, Any]


class Rule:
    """A callback inside the program. The base does nothing.

    Args:
        callback: The callback object, as the user made it.
        model: The model, built and compiled.
    """

    watches = False  # looks at every step's logs
    stops = False  # can end the run before its last epoch
    sets_rate = False
    place: int | None = None  # where the learning rate stands, if the rule sets it

    def __init__(self, callback: Any, model: Any) -> None:
        """Keep what the rule is made of."""
        self.callback, self.model = callback, model

    def key(self) -> tuple[Any, ...]:
        """What the program depends on: two rules with one key are one program."""
        return (type(self).__name__,)

    def start(self, state: State) -> Any:
        """The rule's own state before the first epoch, as a pytree."""
        return ()

    def begin(self, state: State, epoch: Any, feed: Feed) -> State:
        """In the program, before an epoch."""
        return state

    def watch(self, last: Logs) -> Any:
        """In the program, after a step: whether to halt."""
        return jnp.bool_(False)

    def end(
        self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any
    ) -> tuple[State, Any, Any]:
        """In the program, after an epoch: the state, the rule's own, and whether to stop.

        Nothing may change where `complete` is false: the epoch is still under way.
        """
        return state, own, jnp.bool_(False)

    def announce(self, epoch: int) -> None:
        """On the host, before an epoch is shown: print what Keras would print at its begin."""

    def tell(self, epoch: int, logs: Logs, rates: tuple[float, float] | None) -> None:
        """On the host, after an epoch was run: add to its logs, print what Keras would print.

        `rates` are the learning rates before and after the rules looked at the epoch.
        """

    def finish(self, own: Any, epochs: int) -> None:
        """On the host, after the run: leave in the callback what Keras would have left there."""


class Monitor(Rule):
    """What `EarlyStopping` and `ReduceLROnPlateau` share: is the monitored value an improvement?

    The best value is kept in 64 bit where metrics have them, in 32 otherwise; Keras compares in 32.
    """

    def __init__(self, callback: Any, model: Any) -> None:
        """Let the callback find its direction, as Keras does once the metrics are known."""
        super().__init__(callback, model)
        if callback.monitor_op is None:
            callback._set_monitor_op()
        self.less = callback.monitor_op is ops.less
        self.monitor, self.min_delta = callback.monitor, float(callback.min_delta)

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


def nought() -> Any:
    """A zero of the dtype in which a monitored value is kept: that of a metric, at least 32 bit."""
    return np.zeros((), jnp.promote_types(backend.floatx(), np.float32))


class EarlyStop(Monitor):
    """`keras.callbacks.EarlyStopping`."""

    stops = True

    def key(self) -> tuple[Any, ...]:
        """Everything that the callback was given."""
        c = self.callback
        settings = (c.patience, c.baseline, c.restore_best_weights, c.start_from_epoch)
        return (*super().key(), *settings)

    def start(self, state: State) -> Any:
        """No best yet; and a copy of the weights if the best are to be restored."""
        weights = jax.tree.map(jnp.copy, self.weights(state))
        nothing = np.int32(0), np.int32(0), np.int32(0)
        return (np.bool_(False), np.bool_(False), nought(), *nothing, weights)

    def weights(self, state: State) -> Any:
        """What Keras's `model.get_weights()` would copy."""
        if not self.callback.restore_best_weights:
            return ()
        return state.trainable, state.non_trainable

    def end(
        self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any
    ) -> tuple[State, Any, Any]:
        """Keras's `on_epoch_end`, in its order."""
        known, held, best, wait, best_epoch, stopped, weights = own
        callback, current = self.callback, logs[self.monitor]
        active = complete & (epoch >= callback.start_from_epoch)
        first = active & ~held if callback.restore_best_weights else jnp.bool_(False)
        better = active & (~known | self.improves(current, best))
        beats = (
            better
            if callback.baseline is None
            else better & self.improves(current, np.float32(callback.baseline))
        )
        wait = jnp.where(beats, 0, wait + active)
        ends = active & ~better & (wait >= callback.patience) & (epoch > 0)
        own = (
            known | better,
            held | first | better,
            jnp.where(better, jnp.asarray(current, best.dtype), best),
            wait,
            jnp.where(first | better, epoch, best_epoch),
            jnp.where(ends, epoch, stopped),
            choose(first | better, self.weights(state), weights),
        )
        return state, own, ends

    def finish(self, own: Any, epochs: int) -> None:
        """Leave best, wait and the best weights; `on_train_end` is Keras's own and restores."""
        known, held, best, wait, best_epoch, stopped, weights = own
        callback = self.callback
        callback.best = float(best) if known else None
        callback.wait, callback.stopped_epoch = int(wait), int(stopped)
        callback.best_epoch = int(best_epoch)
        if held and callback.restore_best_weights:
            callback.best_weights = self.arrange(weights)

    def arrange(self, weights: Any) -> list[np.ndarray]:
        """The weights in the order of `model.get_weights()`."""
        groups = variables(self.model)
        value = {
            id(variable): array
            for group, arrays in zip((groups.trainable, groups.non_trainable), weights)
            for variable, array in zip(group, arrays)
        }
        return [np.array(value[id(variable)]) for variable in self.model.weights]


class Rate(Rule):
    """What the rules share that set the learning rate: where it stands in the optimizer's state."""

    sets_rate = True

    def __init__(self, callback: Any, model: Any) -> None:
        """Find the variable."""
        super().__init__(callback, model)
        self.place = rate_place(model)

    def key(self) -> tuple[Any, ...]:
        """Its place."""
        return (*super().key(), self.place)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the learning rate."""
        if self.place is None:
            return np.dtype(np.float32)
        return jnp.dtype(variables(self.model).optimizer[self.place].dtype)

    def set(self, state: State, rate: Any) -> State:
        """The state with another learning rate."""
        optimizer = list(state.optimizer)
        place = cast(int, self.place)
        optimizer[place] = lax.convert_element_type(rate, optimizer[place].dtype)
        return state._replace(optimizer=optimizer)


class Plateau(Monitor, Rate):
    """`keras.callbacks.ReduceLROnPlateau`."""

    def __init__(self, callback: Any, model: Any) -> None:
        """Find the direction and the learning rate's place."""
        Monitor.__init__(self, callback, model)
        self.place = rate_place(model)

    def key(self) -> tuple[Any, ...]:
        """Everything that the callback was given."""
        c = self.callback
        return (*super().key(), self.place, c.factor, c.patience, c.cooldown, c.min_lr)

    def start(self, state: State) -> Any:
        """No best yet, no waiting, no cooldown."""
        return np.bool_(False), nought(), np.int32(0), np.int32(0)

    def end(
        self, state: State, own: Any, epoch: Any, logs: Logs, complete: Any
    ) -> tuple[State, Any, Any]:
        """Keras's `on_epoch_end`, in its order."""
        known, best, wait, cooldown = own
        callback, rate = self.callback, state.optimizer[cast(int, self.place)]
        current = logs[self.monitor]
        cooling = cooldown > 0
        cooldown = jnp.where(cooling, cooldown - 1, cooldown)
        wait = jnp.where(cooling, 0, wait)
        better = ~known | self.improves(current, best)
        waits = ~better & ~(cooldown > 0)
        wait = jnp.where(better, 0, wait + waits)
        above = lax.convert_element_type(rate, jnp.float32) > np.float32(callback.min_lr)
        reduces = waits & (wait >= callback.patience) & above
        rate = jnp.where(complete & reduces, self.reduced(rate), rate)
        after = (
            known | better,
            jnp.where(better, jnp.asarray(current, best.dtype), best),
            jnp.where(reduces, 0, wait),
            jnp.where(reduces, callback.cooldown, cooldown),
        )
        return self.set(state, rate), choose(complete, after, own), jnp.bool_(False)

    def reduced(self, rate: Any) -> Any:
        """`max(rate * factor, min_lr)` in 64 bit, rounded to what the rate has."""
        with jax.enable_x64(True):
            wide = lax.convert_element_type(rate, jnp.float64)
            lower = wide * jnp.asarray(float(self.callback.factor), jnp.float64)
            lower = jnp.maximum(lower, jnp.asarray(float(self.callback.min_lr), jnp.float64))
            return lax.convert_element_type(lower, rate.dtype)

    def tell(self, epoch: int, logs: Logs, rates: tuple[float, float] | None) -> None:
        """Add the learning rate; print the reduction, if the epoch made one."""
        before, after = rates or (0.0, 0.0)
        logs["learning_rate"] = before
        if after != before and self.callback.verbose > 0:
            shown = max(before * self.callback.factor, self.callback.min_lr)
            io_utils.print_msg(
                f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {shown}."
            )

    def finish(self, own: Any, epochs: int) -> None:
        """Leave best, wait and cooldown."""
        known, best, wait, cooldown = own
        self.callback.best = float(best) if known else None
        self.callback.wait, self.callback.cooldown_counter = int(wait), int(cooldown)


class Schedule(Rate):
    """`keras.callbacks.LearningRateScheduler` with a schedule that is a pure function."""

    def begin(self, state: State, epoch: Any, feed: Feed) -> State:
        """Set the rate that the schedule gave for this epoch."""
        return self.set(state, feed.rates[epoch])

    def rates(self, first: int, epochs: int, rate: float) -> list[float]:
        """Ask the schedule for the rates of the coming epochs, each from the one before.

        Returns:
            As many as the schedule gives before it raises; if it raises at once, it is raised.
        """
        self.asked = {}
        for epoch in range(first, first + epochs):
            try:
                self.asked[epoch] = self.ask(epoch, rate)
            except Exception:
                if epoch == first:
                    raise
                break  # the epochs before are trained first; then it is asked again
            rate = float(np.asarray(self.asked[epoch], self.dtype))
        return list(self.asked.values())

    def announce(self, epoch: int) -> None:
        """Print the rate that is set, if the callback is not quiet."""
        if self.callback.verbose > 0:
            io_utils.print_msg(
                f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to "
                f"{self.asked[epoch]}."
            )

    def tell(self, epoch: int, logs: Logs, rates: tuple[float, float] | None) -> None:
        """Add the learning rate."""
        logs["learning_rate"] = (rates or (0.0, 0.0))[1]

    def ask(self, epoch: int, rate: float) -> float:
        """One call of the schedule, with Keras's check of what it returns."""
        try:
            new = self.callback.schedule(epoch, rate)
        except TypeError:  # Keras: the old form of a schedule takes the epoch alone
            new = self.callback.schedule(epoch)
        if not isinstance(new, (float, np.float32, np.float64)):
            raise ValueError(f"The output of the `schedule` function should be a float. Got: {new}")
        return cast(float, new)


class Terminate(Rule):
    """`keras.callbacks.TerminateOnNaN`."""

    watches = True
    stops = True

    def watch(self, last: Logs) -> Any:
        """Whether the running loss is no longer a finite number."""
        loss = last.get("loss") if isinstance(last, dict) else None
        return jnp.bool_(False) if loss is None else ~jnp.all(jnp.isfinite(loss))


def rule_for(callback: Any, model: Any) -> type[Rule] | None:
    """The rule that does what this callback does, or `None`."""
    for cls, rule in (
        (keras_callbacks.EarlyStopping, EarlyStop),
        (keras_callbacks.ReduceLROnPlateau, Plateau),
        (keras_callbacks.LearningRateScheduler, Schedule),
        (keras_callbacks.TerminateOnNaN, Terminate),
    ):
        if is_plain(callback, cls):
            if rule is Terminate and getattr(callback, "raise_error", False):
                return None  # raises in the middle of an epoch: a matter of the host
            if issubclass(rule, Schedule) and not (
                rate_place(model) is not None and pure(callback.schedule)
            ):
                return None
            return None if rule is Plateau and rate_place(model) is None else rule
    return None


def rate_place(model: Any) -> int | None:
    """Where the learning rate stands among the optimizer's variables; `None` if it is none."""
    optimizer = getattr(model, "optimizer", None)
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate = getattr(inner, "_learning_rate", None)
    places = [i for i, v in enumerate(variables(model).optimizer) if v is rate]
    return places[0] if places else None
