"""What `get_updates` of Keras's own optimizers gave, for classes of the script's that call it.

A class that accumulates gradients, centralises them or averages weights is derived from `Adam`, or
stands around one. It changes what `get_gradients` gives or `K.update` makes and leaves the formula
to Keras. So the formulas are here as they were, by those names.

Source: `keras/optimizers.py` of 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import KerasTensor, ops

from onefit.scripts import assignments
from onefit.scripts.eras.stand_ins import expressions
from onefit.scripts.eras.stand_ins.optimizers import KEPT
from onefit.scripts.eras.stand_ins.own_optimizers import is_own

Updates = list[Any]
Made = tuple[Updates, list[keras.Variable]]
"""The updates, and what the optimizer keeps."""


def of_keras(self: Any, loss: KerasTensor, params: Sequence[keras.Variable]) -> Updates | None:
    """The updates by the formula of the class of Keras behind an optimizer.

    Args:
        self: The optimizer.
        loss: What stands for the loss.
        params: The weights.

    Returns:
        The list of then; `None` for a class of Keras 3 that had no such method.
    """
    formula = next((_FORMULAS[one.__name__] for one in type(self).__mro__ if _is_known(one)), None)
    if formula is None:
        return None
    with assignments.noted():
        gradients = self.get_gradients(loss, params)
        first = keras.backend.update_add(self.iterations, 1)
        changes, kept = formula(Step(self, params, gradients))
        self.updates, vars(self)[KEPT] = [first, *changes], [self.iterations, *kept]
        if is_own(type(self)):
            self.weights = vars(self)[KEPT]
        return list(self.updates)


def _is_known(cls: type) -> bool:
    return cls.__module__.startswith("keras.") and cls.__name__ in _FORMULAS


class Step:
    """What the formulas have in common: symbolic tensors for what a step reads.

    Args:
        optimizer: The optimizer.
        params: The weights.
        gradients: Their gradients.
    """

    def __init__(
        self, optimizer: Any, params: Sequence[keras.Variable], gradients: list[Any]
    ) -> None:
        """Begin with the rate of the step."""
        self.of, self.params, self.gradients = optimizer, params, gradients
        self.beside = next(one for one in gradients if isinstance(one, KerasTensor))
        self.count = ops.cast(self.now(optimizer.iterations), "float32")
        self.rate = self.now(optimizer.lr)
        fall = vars(optimizer).get("_decay")
        if fall:
            self.rate = self.rate * (1.0 / (1.0 + _number(fall) * self.count))

    def now(self, variable: Any) -> Any:
        """What a variable holds before the step."""
        return expressions.symbolic(variable, self.beside)

    def zeros(self) -> list[keras.Variable]:
        """A moment for each weight."""
        return [keras.backend.zeros(tuple(one.shape)) for one in self.params]

    def number(self, name: str) -> float:
        """A number of the optimizer's."""
        return _number(getattr(self.of, name))

    def moved(self, param: keras.Variable, value: Any) -> Any:
        """A weight gets a value, or the next one that its constraint allows."""
        constraint = getattr(param, "constraint", None)
        return _update(param, value if constraint is None else constraint(value))


def _number(value: float) -> float:
    """As the variable of 32 bits had it that held it then."""
    return float(np.float32(value))


def _update(variable: keras.Variable, value: Any) -> Any:
    """By the backend's function of now: a script may have put one of its own there."""
    return keras.backend.update(variable, value)


def _sgd(step: Step) -> Made:
    momentum, rate, moments, changes = step.number("momentum"), step.rate, step.zeros(), []
    for p, g, m in zip(step.params, step.gradients, moments):
        v = momentum * step.now(m) - rate * g
        changes.append(_update(m, v))
        p_now = step.now(p)
        changes.append(step.moved(p, p_now + (momentum * v - rate * g if step.of.nesterov else v)))
    return changes, moments


def _rmsprop(step: Step) -> Made:
    rho, accumulators, changes = step.number("rho"), step.zeros(), []
    for p, g, a in zip(step.params, step.gradients, accumulators):
        square = rho * step.now(a) + (1.0 - rho) * ops.square(g)
        changes.append(_update(a, square))
        move = step.rate * g / (ops.sqrt(square) + step.of.epsilon)
        changes.append(step.moved(p, step.now(p) - move))
    return changes, accumulators


def _adagrad(step: Step) -> Made:
    accumulators, changes = step.zeros(), []
    for p, g, a in zip(step.params, step.gradients, accumulators):
        square = step.now(a) + ops.square(g)
        changes.append(_update(a, square))
        move = step.rate * g / (ops.sqrt(square) + step.of.epsilon)
        changes.append(step.moved(p, step.now(p) - move))
    return changes, accumulators


def _adadelta(step: Step) -> Made:
    rho, accumulators, deltas, changes = step.number("rho"), step.zeros(), step.zeros(), []
    small = step.of.epsilon
    for p, g, a, d in zip(step.params, step.gradients, accumulators, deltas):
        square = rho * step.now(a) + (1.0 - rho) * ops.square(g)
        move = g * ops.sqrt(step.now(d) + small) / ops.sqrt(square + small)
        changes.append(_update(a, square))
        changes.append(step.moved(p, step.now(p) - step.rate * move))
        changes.append(_update(d, rho * step.now(d) + (1.0 - rho) * ops.square(move)))
    return changes, accumulators + deltas


def _adam(step: Step) -> Made:
    one, two, t = step.number("beta_1"), step.number("beta_2"), step.count + 1
    rate = step.rate * (ops.sqrt(1.0 - ops.power(two, t)) / (1.0 - ops.power(one, t)))
    ms, vs = step.zeros(), step.zeros()
    largest = step.zeros() if step.of.amsgrad else []
    changes = []
    for index, (p, g, m, v) in enumerate(zip(step.params, step.gradients, ms, vs)):
        mean = one * step.now(m) + (1.0 - one) * g
        square = two * step.now(v) + (1.0 - two) * ops.square(g)
        changes += [_update(m, mean), _update(v, square)]
        if largest:
            square = ops.maximum(step.now(largest[index]), square)
            changes.append(_update(largest[index], square))
        move = rate * mean / (ops.sqrt(square) + step.of.epsilon)
        changes.append(step.moved(p, step.now(p) - move))
    return changes, ms + vs + largest


def _adamax(step: Step) -> Made:
    one, two = step.number("beta_1"), step.number("beta_2")
    rate = step.rate / (1.0 - ops.power(one, step.count + 1))
    ms, us, changes = step.zeros(), step.zeros(), []
    for p, g, m, u in zip(step.params, step.gradients, ms, us):
        mean = one * step.now(m) + (1.0 - one) * g
        largest = ops.maximum(two * step.now(u), ops.abs(g))
        changes += [_update(m, mean), _update(u, largest)]
        move = rate * mean / (largest + step.of.epsilon)
        changes.append(step.moved(p, step.now(p) - move))
    return changes, ms + us


def _nadam(step: Step) -> Made:
    one, two, t = step.number("beta_1"), step.number("beta_2"), step.count + 1
    slowed = 0.96 ** vars(step.of).get("_schedule_decay", 0.004)
    now = one * (1.0 - 0.5 * ops.power(slowed, t))
    after = one * (1.0 - 0.5 * ops.power(slowed, t + 1))
    product = keras.backend.variable(1.0)
    product_now = step.now(product) * now
    ms, vs = step.zeros(), step.zeros()
    changes = [_update(product, product_now)]
    for p, g, m, v in zip(step.params, step.gradients, ms, vs):
        mean = one * step.now(m) + (1.0 - one) * g
        square = two * step.now(v) + (1.0 - two) * ops.square(g)
        changes += [_update(m, mean), _update(v, square)]
        move = (1.0 - now) * (g / (1.0 - product_now))
        move = move + after * (mean / (1.0 - product_now * after))
        root = ops.sqrt(square / (1.0 - ops.power(two, t)))
        changes.append(step.moved(p, step.now(p) - step.rate * move / (root + step.of.epsilon)))
    return changes, [product, *ms, *vs]


_FORMULAS: dict[str, Callable[[Step], Made]] = {
    "SGD": _sgd,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
    "Adadelta": _adadelta,
    "Adam": _adam,
    "Adamax": _adamax,
    "Nadam": _nadam,
}
