"""Inputs by their names: `fit({"input_1": x, "title": t}, y)`, `model.input_names`.

Keras 3 knows an input that was given no name by two others, that of its tensor and that of its
layer, and takes a dict for a model of a list of inputs where both are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras.src.models.functional import Functional

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
    names = _found_in(model, inputs)
    if names is None:  # Keras says which
        return inputs
    return keras.tree.pack_sequence_as(struct, [inputs[name] for name in names])


def _found_in(model: Any, inputs: dict[str, Any]) -> list[str] | None:
    """The name in a dict for each input of a functional model; none where one is not there."""
    found = []
    for tensor in model.inputs:
        layer = tensor._keras_history.operation
        names = [one for one in (name_then(layer), layer.name, tensor.name) if one in inputs]
        if not names:
            return None
        found.append(names[0])
    return found


def read_by(model: Any, data: Any) -> Any:
    """What a model reads of data: a dict may hold more, which Keras then left alone.

    `image_ocr.py` gives the words of its pictures so, as text, which Keras 3 makes arrays of.

    Args:
        model: The model.
        data: A dict of inputs; anything else stays what it is.
    """
    if not isinstance(data, dict) or not isinstance(model, Functional):
        return data
    names = _found_in(model, data)
    if names is None or len(names) == len(data):
        return data
    return {name: data[name] for name in names}


def read_of_batches(model: Any, batches: Iterator[Any]) -> Iterator[Any]:
    """The same of a generator's batches.

    Args:
        model: The model.
        batches: Tuples of inputs and targets, or inputs alone.
    """
    for batch in batches:
        is_tuple = isinstance(batch, tuple)
        yield (read_by(model, batch[0]), *batch[1:]) if is_tuple else read_by(model, batch)


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
