"""Models that begin with a tensor that a graph has computed: `Model(x, y)` of an inner `x`.

Style transfer joins pictures with a placeholder, builds a network on them and asks `K.function`
for a loss of what the network gives. In Keras 1 and 2 all of that was one graph of TensorFlow's.
Keras 3 begins a new graph at `Input(tensor=x)`, and clones what lies between an inner tensor and a
model's outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import KerasTensor, tree

_OUTPUTS = "_outputs_of_the_script"


def of_computed_tensor(original: Callable[..., Any]) -> Callable[..., Any]:
    """`Input(tensor=x)` of a computed tensor is that tensor, which stays a part of its graph."""

    def Input(*args: Any, tensor: Any = None, **kwargs: Any) -> Any:
        return tensor if _is_computed(tensor) else original(*args, tensor=tensor, **kwargs)

    return Input


def of_computed_inputs(original: Callable[..., Any]) -> Callable[..., Any]:
    """A model on an inner tensor remembers the outputs that it was given, before Keras clones."""

    def __init__(self: Any, inputs: Any, outputs: Any, *args: Any, **kwargs: Any) -> None:
        original(self, inputs, outputs, *args, **kwargs)
        if any(_is_computed(one) for one in tree.flatten(inputs)):
            # As it was given: in the place of a list, Keras's own `__setattr__` keeps a copy that
            # it tracks.
            object.__setattr__(self, _OUTPUTS, outputs)

    return __init__


def as_given(original: property) -> property:
    """The output of such a model is the tensor that the script gave."""

    def get(self: Any) -> Any:
        given = vars(self).get(_OUTPUTS)
        return original.fget(self) if given is None else given  # type: ignore[misc]

    return property(get, original.fset, doc=original.__doc__)


def _is_computed(tensor: Any) -> bool:
    if not isinstance(tensor, KerasTensor):
        return False
    operation, place, _ = tensor._keras_history
    return not operation._inbound_nodes[place].is_input
