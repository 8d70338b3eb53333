"""Losses that use tensors of the model's graph, as those of old variational autoencoders do.

`def vae_loss(x, decoded): return K.mean(...) + kl(z_mean, z_log_var)` reads what layers gave; a
loss of Keras 3 knows labels and predictions only. Such a loss is called once, with symbols, which
gives its graph. Each pass through the model then keeps the tensors that this graph begins with.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras import ops
from keras.src.models.functional import Functional
from keras.src.ops.function import Function

Loss = Callable[[Any, Any], Any]


def of_graph(model: Any, loss: Any) -> Any:
    """A loss that `compile` takes, for one that reads tensors of the graph; others as they are.

    Args:
        model: The model that is compiled.
        loss: What the script gave.
    """
    if not isinstance(model, Functional) or not inspect.isfunction(loss):
        return loss
    tensors = list({id(one): one for one in _read_by(loss)}.values())
    if not tensors or len(model.outputs) != 1:
        return loss
    ends = [keras.KerasTensor(model.outputs[0].shape, model.outputs[0].dtype) for _ in range(2)]
    graph = Function([*ends, *tensors], loss(*ends))
    kept: list[Any] = []
    _keep(model, tensors, kept)

    def loss_of_graph(y_true: Any, y_pred: Any) -> Any:
        values = kept[:] or [_of_shape(one, y_pred) for one in tensors]
        kept.clear()
        return graph([y_true, y_pred, *values])

    loss_of_graph.__name__ = loss.__name__
    return loss_of_graph


def _read_by(function: Any, depth: int = 2) -> Iterator[keras.KerasTensor]:
    """The symbolic tensors among the names that a function, and those it calls, find outside."""
    names = inspect.getclosurevars(function)
    for value in (*names.nonlocals.values(), *names.globals.values()):
        if isinstance(value, keras.KerasTensor):
            yield value
        elif depth and inspect.isfunction(value) and not value.__module__.startswith("keras"):
            yield from _read_by(value, depth - 1)


def _keep(model: Any, tensors: list[keras.KerasTensor], kept: list[Any]) -> None:
    """Have each pass through a model keep what these tensors are."""
    whole = keras.Model(model.inputs, [*model.outputs, *tensors])

    def call(inputs: Any, training: Any = None, mask: Any = None, **settings: Any) -> Any:
        found = whole.call(model._standardize_inputs(inputs), training, mask, **settings)
        kept[:] = found[1:]
        return found[0]

    object.__setattr__(model, "call", call)


def _of_shape(tensor: keras.KerasTensor, company: Any) -> Any:
    """Zeros where only shapes are asked for; an unknown length is that of the batch."""
    rows = ops.shape(company)[0]
    return ops.zeros([rows if one is None else one for one in tensor.shape], tensor.dtype)
