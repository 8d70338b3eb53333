"""Optimizers as they computed: `decay`, RMSprop, Adagrad, Nadam.

Sources: `keras/optimizers.py` of Keras 1.2.2 and 2.2.4, `nadam.py` of Keras 2.15. Each function
makes the method of then from Keras 3's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.refusal import refused

Method = Callable[..., Any]


def _rate(self: Any) -> Any:
    return self.learning_rate


def _set_rate(self: Any, value: Any) -> None:
    self.learning_rate = float(value)


rate = property(_rate, _set_rate, doc="The learning rate, under its name of then.")
decay = property(  # it was a variable, of which scripts ask for the dtype
    lambda self: np.float32(vars(self).get("_decay", 0.0)), doc="By how much the rate falls."
)
initial_decay = property(
    lambda self: vars(self).get("_decay", 0.0), doc="The same, as it was given."
)


def with_decay(original: Method) -> Method:
    """`decay=` is kept, for `decayed_rate`."""

    def __init__(self: Any, *args: Any, decay: float | None = None, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if decay is not None:
            # Only where it is given: that it is there tells an optimizer of up to tf.keras 2.10
            # from later ones (`legacy_optimizers.where_given`).
            self._decay = float(decay)

    return __init__


def TFOptimizer(*_: Any, **__: Any) -> Any:
    """Not here: it stood around an optimizer of TensorFlow 1."""
    raise refused(
        NotImplementedError,
        "OF204",
        "an optimizer of keras.optimizers",
        "keras.optimizers.TFOptimizer",
        "Write keras.optimizers.Adam or the like.",
    )


KEPT = "_kept_by_formula"
"""Where an optimizer has its moments that steps for a class of the script's (`keras_formulas`)."""


NUMBERS = "_numbers_of_then"
"""Where an optimizer of the script's own keeps what `_set_hyper` has set."""


def states(self: Any) -> list[Any]:
    """What an optimizer keeps: the number of steps and the moments, without the rate."""
    if KEPT in vars(self):
        return list(vars(self)[KEPT])
    numbers = [vars(self).get("_learning_rate"), *vars(self).get(NUMBERS, {}).values()]
    return [one for one in self.variables if not any(one is number for number in numbers)]


weights = property(states, doc="What an optimizer keeps, without its rate.")


def get_weights(self: Any) -> list[Any]:
    """The arrays of what an optimizer keeps."""
    return [ops.convert_to_numpy(one) for one in states(self)]


def set_weights(self: Any, weights: Any) -> None:
    """Set what `get_weights` gave."""
    for one, value in zip(states(self), weights):
        one.assign(value)


_NAMING_RATES = (
    "ReduceLROnPlateau", "LearningRateScheduler", "set_value", "lr_scheduler", "optimizer.lr",
)  # fmt: skip
"""What sets the rate or reads it, which was the one before the decay."""


def as_schedule(call: Call) -> None:
    """A source has a schedule in place of `decay=`: the same rate at each step.

    Where the script sets or reads the rate too, it has a class that computes what the optimizer did
    then.
    """
    fall = call.literal("decay")
    if fall is None or fall == 0:
        if call.has("decay"):
            call.take("decay")
        return
    is_named = any(map(call.mentions, _NAMING_RATES))  # which a schedule's rate is not
    if is_named or not call.has("learning_rate"):
        call.write("__init__", with_decay, "decay")
        call.write("learning_rate", decayed_rate)
        call.write("apply", stepping)
        call.write("get_config", config_with_decay)
        call.note("decay= is what it was then, in a class of its own")
        return
    rate, fall = call.take("learning_rate"), call.take("decay")
    schedule = "keras.optimizers.schedules.InverseTimeDecay"
    call.give("learning_rate", call.make(schedule, rate, decay_steps=1, decay_rate=fall))
    call.note("decay= is a schedule")


def decayed_rate(original: property) -> property:
    """Within a step the rate is `learning_rate / (1 + decay * iterations)`.

    What a script reads and sets is the rate before the decay.
    """

    def learning_rate(self: Any) -> Any:
        found = original.fget(self)  # type: ignore[misc]
        fall = vars(self).get("_decay")
        if not fall or not vars(self).get("_is_stepping"):
            return found
        return found / (1.0 + fall * ops.cast(self.iterations, found.dtype))

    return property(learning_rate, original.fset)


def rate_of_last_step(original: property) -> property:
    """Of a schedule, scripts read the rate of the last step, as from tf.keras 2.11 on.

    Keras 3 gives that of the next one. Source: `_compute_current_learning_rate` in `optimizer.py`
    of 2.15.
    """

    def learning_rate(self: Any) -> Any:
        rate, kept = self._learning_rate, vars(self)
        is_older = "_decay" in kept  # one of up to 2.10
        is_schedule = isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)
        if not is_schedule or is_older or kept.get("_is_stepping"):
            return original.fget(self)  # type: ignore[misc]
        return rate(ops.maximum(self.iterations - 1, 0))

    return property(learning_rate, original.fset)


def stepping(original: Method) -> Method:
    """`apply` is a step."""

    def apply(self: Any, *args: Any, **kwargs: Any) -> Any:
        vars(self)["_is_stepping"] = True
        try:
            return original(self, *args, **kwargs)
        finally:
            vars(self)["_is_stepping"] = False

    return apply


class Config(dict):
    """A config that answers to `lr`, and has no other item for it.

    >>> Config(learning_rate=0.1)["lr"]
    0.1
    """

    def __missing__(self, name: str) -> Any:
        """The learning rate."""
        if name == "lr" and "learning_rate" in self:
            return self["learning_rate"]
        raise KeyError(name)


def config_with_decay(original: Method) -> Method:
    """The decay is part of the config, in which the rate has its old name too."""

    def get_config(self: Any) -> dict[str, Any]:
        fall = vars(self).get("_decay")
        if fall is None:
            return Config(original(self))
        config = Config({**original(self), "decay": fall})
        # A schedule, or a function, stays as Keras writes it.
        if isinstance(self._learning_rate, keras.Variable):
            config["learning_rate"] = float(ops.convert_to_numpy(self._learning_rate))
        return config

    return get_config


def rmsprop(original: Method) -> Method:
    """Keras 2 added epsilon to the root, Keras 3 adds it below the root.

    With a momentum it was below the root in `tf.keras` 2.
    """

    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if self.momentum > 0:
            return original(self, gradient, variable, learning_rate)
        lr = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        index = self._get_variable_index(variable)
        velocity = self._velocities[index]
        self.assign(velocity, self.rho * velocity + (1 - self.rho) * ops.square(gradient))
        square = ops.convert_to_tensor(velocity)
        if self.centered:
            mean = self._average_gradients[index]
            self.assign(mean, self.rho * mean + (1 - self.rho) * gradient)
            square = square - ops.square(mean)
        self.assign_sub(variable, lr * gradient / (ops.sqrt(square) + self.epsilon))

    return update_step


def adagrad(_: Method) -> Method:
    """Keras 2 added epsilon to the root, Keras 3 adds it below the root."""

    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        lr = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        accumulator = self._accumulators[self._get_variable_index(variable)]
        self.assign_add(accumulator, ops.square(gradient))
        self.assign_sub(variable, lr * gradient / (ops.sqrt(accumulator) + self.epsilon))

    return update_step


def with_schedule_decay(original: Method) -> Method:
    """Nadam's `schedule_decay=`, 0.004 by default."""

    def __init__(self: Any, *args: Any, schedule_decay: float = 0.004, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self._schedule_decay = schedule_decay

    return __init__


def _momentum(self: Any, step: Any) -> Any:
    return self.beta_1 * (1.0 - 0.5 * ops.power(0.96, step * self._schedule_decay))


def nadam_schedule(original: Method) -> Method:
    """The product of the momenta so far, each of them slowed by `schedule_decay`."""

    def _backend_update_step(self: Any, grads: Any, variables: Any, learning_rate: Any) -> None:
        step = ops.cast(self.iterations + 1, self._u_product.dtype)
        before = ops.convert_to_tensor(self._u_product)
        original(self, grads, variables, learning_rate)
        self.assign(self._u_product, before * _momentum(self, step))

    return _backend_update_step


def nadam(_: Method) -> Method:
    """Keras 2's warming schedule of the momentum, slowed by `schedule_decay`."""

    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        dtype = variable.dtype
        lr, gradient = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
        step = ops.cast(self.iterations + 1, dtype)
        now, after = _momentum(self, step), _momentum(self, step + 1)
        # Keras 3 has multiplied by its own momentum of this step before it comes here
        keras3 = self.beta_1 * (1.0 - 0.5 * ops.power(0.96, step))
        product = ops.cast(self._u_product, dtype) / keras3 * now
        index = self._get_variable_index(variable)
        m, v = self._momentums[index], self._velocities[index]
        self.assign(m, self.beta_1 * m + (1 - self.beta_1) * gradient)
        self.assign(v, self.beta_2 * v + (1 - self.beta_2) * ops.square(gradient))
        mean = (1 - now) * gradient / (1 - product) + after * m / (1 - product * after)
        root = ops.sqrt(v / (1 - ops.power(self.beta_2, step)))
        self.assign_sub(variable, lr * mean / (root + self.epsilon))

    return update_step


def nadam_without_product(original: Method) -> Method:
    """The product of the momenta is part of each variable's update, see `nadam_of_tf2`."""

    def _backend_update_step(self: Any, grads: Any, variables: Any, learning_rate: Any) -> None:
        before = ops.convert_to_tensor(self._u_product)
        factor = self.beta_1 * (
            1.0 - 0.5 * ops.power(0.96, ops.cast(self.iterations + 1, "float32"))
        )
        # Keras 3 multiplies by this factor at the beginning of the step below.
        self.assign(self._u_product, before / factor)
        original(self, grads, variables, learning_rate)

    return _backend_update_step


def nadam_of_tf2(_: Method) -> Method:
    """The product of the momenta was multiplied once for each variable, not once a step.

    Keras 2.15 compares a counter with the step to do it once, but a traced step has the counter's
    value of the trace. The first step is traced twice, so variable `i` of `n`, counted from 0,
    leaves it out in step `n + i` only.
    """

    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        dtype = variable.dtype
        lr, gradient = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
        step = ops.cast(self.iterations + 1, dtype)
        now = self.beta_1 * (1.0 - 0.5 * ops.power(0.96, step))
        after = self.beta_1 * (1.0 - 0.5 * ops.power(0.96, step + 1))
        index = self._get_variable_index(variable)
        before = ops.cast(self._u_product, dtype)
        skipped = ops.equal(step, len(self._momentums) + index)
        product = ops.where(skipped, before, before * now)
        self.assign(self._u_product, product)
        m, v = self._momentums[index], self._velocities[index]
        self.assign_add(m, (gradient - m) * (1 - self.beta_1))
        self.assign_add(v, (ops.square(gradient) - v) * (1 - self.beta_2))
        mean = after * m / (1 - product * after) + (1 - now) * gradient / (1 - product)
        root = ops.sqrt(v / (1 - ops.power(self.beta_2, step)))
        self.assign_sub(variable, mean * lr / (root + self.epsilon))

    return update_step
