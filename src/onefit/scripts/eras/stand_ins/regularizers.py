"""Regularizers that have gone, and the penalty on a layer's outputs as it was.

Sources: `keras/regularizers.py` of Keras 1.2.2, and `Layer.__call__` in `keras/engine` of Keras
1.2.2 and 2.2.4.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.call import UNKNOWN, Call

_calling = threading.RLock()
_KEEPING = ("load_model", "model_from_json", "model_from_config", "from_config", "clone_model")


class EigenvalueRegularizer(keras.regularizers.Regularizer):
    """A penalty on the largest singular value of a matrix, found by nine steps of iteration.

    Args:
        k: How much it counts.
    """

    def __init__(self, k: float) -> None:
        """Keep it."""
        self.k = k

    def __call__(self, x: Any) -> Any:
        """The penalty of a matrix."""
        covariance = ops.matmul(ops.transpose(x), x)
        vector = ops.ones((covariance.shape[0], 1))
        for _ in range(9):
            vector = ops.matmul(covariance, vector)
        along = ops.matmul(ops.transpose(ops.matmul(covariance, vector)), vector)
        value = along / ops.matmul(ops.transpose(vector), vector)
        return ops.sum(ops.sqrt(value) * self.k)

    def get_config(self) -> dict[str, float]:
        """How much it counts."""
        return {"k": float(self.k)}


def of_frozen_too(original: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """The penalties of frozen weights count as well.

    Source: `Layer.losses` in `keras/engine/base_layer.py` of Keras 2.2.4 and 2.15.
    """

    @wraps(original)
    def _get_regularization_losses(self: Any) -> list[Any]:
        trained = {id(one) for one in self.trainable_weights}
        frozen = [one for one in self.weights if id(one) not in trained and one.regularizer]
        return [*original(self), *(one.regularizer(ops.convert_to_tensor(one)) for one in frozen)]

    return _get_regularization_losses


def of_each_call(original: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """The penalties of a model that another one calls count once for each call.

    Models within models within a model counted still more often, which is not followed.
    Source: `Container.losses` and `get_losses_for` in `keras/engine/topology.py` of Keras 1.2.2.
    """

    @wraps(original)
    def _get_regularization_losses(self: Any) -> list[Any]:
        return [*original(self), *_of_more_calls(self, original)]

    return _get_regularization_losses


def _of_more_calls(model: Any, penalties: Callable[[Any], list[Any]]) -> list[Any]:
    """What the models within a model count for beyond one call."""
    found: list[Any] = []
    by_depth = getattr(model, "_nodes_by_depth", {})
    nodes = [node for depth in by_depth.values() for node in depth]
    for part in getattr(model, "layers", ()):
        if isinstance(part, keras.Model):
            calls = max(1, sum(node.operation is part for node in nodes))
            found += (calls - 1) * penalties(part) + calls * _of_more_calls(part, penalties)
    return found


def of_whole_batch(original: Callable[..., Any]) -> Callable[..., Any]:
    """The penalty on a layer's outputs is a sum over the rows of a batch, not their mean."""

    @wraps(original)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.activity_regularizer is None:
            return original(self, *args, **kwargs)
        # Keras divides by the rows after this. The layer has its own penalty back at the end, for
        # its configuration; until then no other thread may take this one for it.
        with _calling:
            penalty = self.activity_regularizer
            self.activity_regularizer = lambda outputs: penalty(outputs) * outputs.shape[0]
            try:
                return original(self, *args, **kwargs)
            finally:
                self.activity_regularizer = penalty

    return __call__


def of_outputs(original: Callable[..., None]) -> Callable[..., None]:
    """A `SimpleRNN` keeps the penalty on its outputs, which Keras 3 takes and forgets."""

    @wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if kwargs.get("activity_regularizer") is not None:
            self.activity_regularizer = keras.regularizers.get(kwargs["activity_regularizer"])

    return __init__


def of_steps(original: Callable[..., Any]) -> Callable[..., Any]:
    """The penalty of the layer in a `TimeDistributed` counts: a sum over all rows and steps."""
    return _of_steps(original, lambda outputs: 1)


def of_mean_step(original: Callable[..., Any]) -> Callable[..., Any]:
    """The same in tf.keras 2, where the steps of all rows were one batch: their mean."""
    return _of_steps(original, lambda outputs: outputs.shape[0] * outputs.shape[1])


def _of_steps(original: Callable[..., Any], count: Callable[[Any], int]) -> Callable[..., Any]:
    @wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = original(self, *args, **kwargs)
        penalty = self.layer.activity_regularizer
        if penalty is not None:
            self.add_loss(penalty(outputs) / count(outputs))
        return outputs

    return call


def times_rows(call: Call) -> None:
    """A source has a function around the penalty that takes the division back.

    Keras cannot read such a function back from a saved model, hence the refusal.
    """
    if not call.has("activity_regularizer") or call.literal("activity_regularizer") is None:
        return
    if any(call.mentions(name) for name in _KEEPING):
        raise ValueError("activity_regularizer= was a sum over a batch's rows, today their mean")
    is_named = call.literal("activity_regularizer") is not UNKNOWN
    penalty = call.take("activity_regularizer")
    if is_named:
        penalty = call.make("keras.regularizers.get", penalty)
    template = "lambda outputs: {}(outputs) * outputs.shape[0]"
    call.give("activity_regularizer", call.express(template, penalty))
    call.note("activity_regularizer= is a sum over the rows of a batch as it was then")
