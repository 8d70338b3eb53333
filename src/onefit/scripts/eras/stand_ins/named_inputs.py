"""Inputs by their names: `fit({"input_1": x, "title": t}, y)`, `model.input_names`.

Keras 3 knows an input that was given no name by two others, that of its tensor and that of its
layer, and takes a dict for a model of a list of inputs where both are one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from onefit.scripts.eras.stand_ins.attributes import settable_attribute
from onefit.scripts.eras.stand_ins.layer_names import name_then

Function = Callable[..., Any]


def _in_order(model: Any, inputs: Any) -> Any:
    """What a dict has for each input, in their order, and the only one of a list; else as it is."""
    struct = model._inputs_struct
    is_list = isinstance(inputs, list | tuple) and len(inputs) == 1
    if is_list and isinstance(struct, keras.KerasTensor):  # `predict([x])`
        return inputs[0]
    if not isinstance(inputs, dict) or isinstance(struct, dict):
        return inputs
    found = []
    for tensor in model.inputs:
        layer = tensor._keras_history.operation
        names = [one for one in (name_then(layer), layer.name, tensor.name) if one in inputs]
        if not names:  # Keras says which
            return inputs
        found.append(inputs[names[0]])
    return keras.tree.pack_sequence_as(struct, found)


def called(original: Function) -> Function:
    """A functional model takes a dict of its inputs by their names of then."""

    def __call__(self: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return original(self, _in_order(self, inputs), *args, **kwargs)

    return __call__


def standardized(original: Function) -> Function:
    """The same where Keras computes a step."""

    def _standardize_inputs(self: Any, inputs: Any) -> Any:
        return original(self, _in_order(self, inputs))

    return _standardize_inputs


def _layers(tensors: Any) -> list[Any]:
    return [one._keras_history.operation for one in tensors or ()]


input_names = settable_attribute(
    "input_names", lambda self: [name_then(one) for one in _layers(self.inputs)]
)
output_names = settable_attribute(
    "output_names", lambda self: [one.name for one in _layers(self.outputs)]
)
