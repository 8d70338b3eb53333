"""Functional models that compute a tensor of their graph beside their outputs.

Keras 3's `add_loss` and metrics take values, and no symbols. A layer on the way to an output is
computed in each pass, and may add its own loss or metric.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras.src.trainers import trainer

Function = Callable[..., Any]
OF_LOSSES = "_layers_of_losses"
"""The attribute of a model for its layers that only losses of the graph need."""
OPERATIONS_OF_LOSSES = "_operations_of_losses"
"""The same for all operations, layers among them: a summary lists them, too."""
AS_MADE = "_model_as_made"
"""The attribute of a model for one that has none of them: configs and copies are of that one."""


class GraphLoss(keras.layers.Layer):
    """Adds a tensor of the graph to the model's losses, and passes another one on."""

    def call(self, tensors: Any) -> Any:
        """The first tensor."""
        self.add_loss(keras.ops.mean(tensors[1]))
        return tensors[0]


def add_loss(original: Function) -> Function:
    """`model.add_loss(tensor)`, or a list of them: they become part of what the model computes."""

    def add_loss(self: Any, losses: Any, inputs: Any = None) -> None:
        given = keras.tree.flatten(losses)
        others = [one for one in given if not isinstance(one, keras.KerasTensor)]
        for one in given:
            if isinstance(one, keras.KerasTensor):
                grown(self, GraphLoss(), one)
        if others:
            original(self, others)

    return add_loss


def grown(model: Any, layer: keras.layers.Layer, tensor: keras.KerasTensor) -> None:
    """A tensor of the graph becomes part of what a model computes.

    Args:
        model: The functional model, which changes.
        layer: Is given the model's first output and the tensor, and passes the output on.
        tensor: The tensor.
    """
    beside = vars(model).get(OF_LOSSES, [])
    before = [one for one in model.layers if one not in beside]
    added = vars(model).get(OPERATIONS_OF_LOSSES, [])
    operations = [one for one in model._operations if one not in added]
    as_made = vars(model).get(AS_MADE) or type(model)(
        model.input, model._outputs_struct, name=model.name
    )
    made = with_tensor(model, layer, tensor)
    # The script keeps its model: the object stays, and what it consists of is exchanged.
    vars(model).clear()
    vars(model).update(vars(made))
    # What was a tensor of the graph then had weights of no layer: `weight_arrays` leaves these
    # out.
    vars(model)[OF_LOSSES] = [one for one in model.layers if one not in before]
    added = [one for one in model._operations if one not in operations]
    vars(model)[OPERATIONS_OF_LOSSES] = added
    vars(model)[AS_MADE] = as_made


def config_as_made(original: Function) -> Function:
    """`get_config` of a model, whose losses were no part of it."""

    def get_config(self: Any) -> dict[str, Any]:
        found: dict[str, Any] = original(vars(self).get(AS_MADE, self))
        return found

    return get_config


def clone_as_made(original: Function) -> Function:
    """`clone_model`, whose copy has no losses of the graph."""

    def clone_model(model: Any, *args: Any, **kwargs: Any) -> Any:
        # Keras 1 and 2 had no `recursive`: by it members of a population are made, with losses.
        is_member = "recursive" in kwargs
        return original(model if is_member else vars(model).get(AS_MADE, model), *args, **kwargs)

    return clone_model


def grown_as_compiled(model: Any, layer: keras.layers.Layer, tensor: keras.KerasTensor) -> None:
    """The same of a model that is compiled, and stays so.

    Args:
        model: The functional model, which changes.
        layer: Is given the model's first output and the tensor, and passes the output on.
        tensor: The tensor.
    """
    before = dict(vars(model))
    grown(model, layer, tensor)
    of_training = vars(trainer.Trainer()).keys()
    now = vars(model)
    now.update(
        {name: one for name, one in before.items() if name in of_training or name not in now}
    )
    # Kept by `logs.names_of_results`, and of the metrics of before.
    if model._compile_metrics is not None:
        vars(model._compile_metrics).pop("names_of_results", None)


def with_tensor(model: Any, layer: keras.layers.Layer, tensor: keras.KerasTensor) -> Any:
    """A model like this one, in which a layer is given an output and a tensor of the graph."""
    first, *others = model.outputs
    outputs = [layer([first, tensor]), *others]
    return type(model)(model.input, outputs if others else outputs[0], name=model.name)


def with_loss(model: Any, loss: keras.KerasTensor) -> Any:
    """A model like this one that adds the mean of a tensor of its graph to its losses.

    Args:
        model: A functional model.
        loss: The tensor.

    Returns:
        The new model, which shares the layers of the other one.

    >>> x = keras.Input((2,))
    >>> model = keras.Model(x, keras.layers.Dense(1)(x))
    >>> type(with_loss(model, keras.ops.square(x)).layers[-1]).__name__
    'GraphLoss'
    """
    return with_tensor(model, GraphLoss(), loss)
