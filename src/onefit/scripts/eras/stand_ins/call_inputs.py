"""The inputs of a layer's call, without the masks that came along."""

from __future__ import annotations

import inspect
from typing import Any

import keras


def inputs_of(node: Any) -> list[Any]:
    """The tensors that a layer was called on, as Keras 1 and 2 counted them.

    Keras 3 hands the mask of a tensor to the call as one more argument: `mask`, or `value_mask`
    beside `value`. So it stands among the tensors of the call.

    Args:
        node: The node of the call.
    """
    given = getattr(node.arguments, "kwargs", {})
    taken = inspect.signature(node.operation.call).parameters
    masks = {
        id(one)
        for name, value in given.items()
        if name == "mask" or (name.endswith("_mask") and name.removesuffix("_mask") in taken)
        for one in keras.tree.flatten(value)
    }
    return [one for one in node.input_tensors if id(one) not in masks]


def without_masks(original: property) -> property:
    """`layer.input` is what the layer was called on."""

    def get(self: Any) -> Any:
        found = original.fget(self)  # type: ignore[misc]
        if not isinstance(found, list):
            return found
        inputs = inputs_of(self._inbound_nodes[0])
        if len(inputs) == len(found):
            return found
        return inputs[0] if len(inputs) == 1 else inputs

    return property(get, doc=original.__doc__)
