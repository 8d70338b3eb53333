"""Metrics that read the optimizer: `def lr(y_true, y_pred): return model.optimizer.lr`.

The graph of TensorFlow had the optimizer's variables, as they were behind the step that trains.
Keras 3 on JAX has none of them while metrics are computed: in training that is an error, and an
evaluation has the values of its first batch for ever. Here the metrics of a training step find what
the step made of them, and those of an evaluation what the variables hold when it runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from keras import ops
from keras.src.backend.common.stateless_scope import get_stateless_scope, in_stateless_scope

Method = Callable[..., Any]
_step = threading.local()


def beginning(original: Method) -> Method:
    """A step, which trains or evaluates, begins without what another one made."""

    def compute_loss_and_updates(self: Any, *args: Any, **kwargs: Any) -> Any:
        vars(_step).pop("made", None)
        return original(self, *args, **kwargs)

    return compute_loss_and_updates


def keeping_what_it_made(original: Method) -> Method:
    """A training step keeps what its optimizer made of its variables, for its metrics."""

    def stateless_apply(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(self, *args, **kwargs)
        _step.made = {id(one): value for one, value in zip(self.variables, found[1])}
        return found

    return stateless_apply


def finding_the_optimizer(original: Method) -> Method:
    """The metrics of a step find the variables of the optimizer."""

    def compute_metrics(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = vars(_step).pop("made", None)
        if not in_stateless_scope() or getattr(self, "optimizer", None) is None:
            return original(self, *args, **kwargs)
        scope = get_stateless_scope()
        before = scope.state_mapping
        if made is None:
            scope.state_mapping = _Held(before, {id(one): one for one in self.optimizer.variables})
        else:
            scope.state_mapping = {**made, **before}
        try:
            return original(self, *args, **kwargs)
        finally:
            kept = {
                at: value for at, value in scope.state_mapping.items() if at not in (made or ())
            }
            scope.state_mapping = kept

    return compute_metrics


class _Held(dict[int, Any]):
    """What a scope holds, and what variables hold when the step runs."""

    def __init__(self, values: dict[int, Any], variables: dict[int, Any]) -> None:
        super().__init__(values)
        self.variables = variables

    def get(self, key: int, default: Any = None) -> Any:
        """A value; of a variable of the optimizer one that is read when the step runs."""
        # Taken out meanwhile, since `variable.value` asks the scope, and so this method, once more.
        variable = self.variables.pop(key, None) if key not in self else None
        if variable is None:
            return super().get(key, default)
        variable.value  # noqa: B018  # a program of a whole training has to know that it is read
        self.variables[key] = variable
        shape = jax.ShapeDtypeStruct(variable.shape, variable.dtype)
        return jax.pure_callback(lambda: np.asarray(variable._value), shape)


def decayed_rate(self: Any, var_dtype: Any) -> Any:
    """The rate of the next step, by a decay or a schedule: `_decayed_lr` of tf.keras up to 2.10.

    Args:
        self: The optimizer.
        var_dtype: Of the result, as TensorFlow's or by its name.

    Source: `_decayed_lr` in `optimizer_v2.py` of tf.keras 2.10.
    """
    dtype = getattr(var_dtype, "name", var_dtype)
    rate = ops.cast(self._get_current_learning_rate(), dtype)
    fall = vars(self).get("_decay")
    return rate / (1.0 + fall * ops.cast(self.iterations, dtype)) if fall else rate
