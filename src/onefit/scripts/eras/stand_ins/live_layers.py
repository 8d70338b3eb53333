"""`model.layers.pop()` and `model.outputs = [...]`, by which scripts took the top off a model.

In Keras 1 and 2 `layers` was the list that the model itself worked with: a layer that is taken out
of it has no more weights in the model, is not trained, saved or shown; what the model computes
stays what it was, until its outputs are set. `model.output` and `model.output_shape` are those of
its first call, and stay for ever.

A `Sequential` of Keras 2 that begins with an input gave a copy without it, so that nothing happens
(which is why `model.pop()` exists); `tf.keras` 2 always gave a copy.

Source: `Container` in `keras/engine/topology.py` and `Sequential` in `keras/models.py` of 1.2.2,
`Network` in `keras/engine/network.py` and `Sequential` in `keras/engine/sequential.py` of 2.2.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex

import keras
from keras.src.ops.function import map_graph

from onefit.scripts.eras.stand_ins.grown_models import OF_LOSSES

_OUTPUTS = "_outputs_of_first_call"


class LiveLayers(list[keras.Layer]):
    """The layers of a model, which forgets those that are taken out.

    Args:
        layers: The layers.
        model: The model.
    """

    def __init__(self, layers: Iterable[keras.Layer], model: keras.Model) -> None:
        """List them."""
        super().__init__(layers)
        self._model = model

    def pop(self, index: SupportsIndex = -1) -> keras.Layer:
        """Take one out."""
        layer = super().pop(index)
        self._settle()
        return layer

    def remove(self, layer: keras.Layer) -> None:
        """Take this one out."""
        super().remove(layer)
        self._settle()

    def __delitem__(self, index: Any) -> None:
        """Take some out."""
        super().__delitem__(index)
        self._settle()

    def clear(self) -> None:
        """Take all out."""
        super().clear()
        self._settle()

    def _settle(self) -> None:
        kept = {id(one) for one in (*self, *_of_losses(self._model))}
        # A functional model reads `layers` off its operations, and weights and files off `_layers`.
        for name in ("_operations", "_layers"):
            held: Any = vars(self._model).get(name) or []
            held[:] = [one for one in held if id(one) in kept or _is_beside(one)]


def _is_beside(one: Any) -> bool:
    """Whether a list of a model's parts has it, and `layers` never had."""
    return not isinstance(one, keras.Layer)


def _of_losses(model: keras.Model) -> list[keras.Layer]:
    """Layers that only a loss of the graph needs: files of weights never had them."""
    found: list[keras.Layer] = vars(model).get(OF_LOSSES, [])
    return found


def of_model(original: property) -> property:
    """`layers` of a model that is made of inputs and outputs.

    Args:
        original: Keras's.
    """

    def get(self: Any) -> LiveLayers:
        beside = {id(one) for one in _of_losses(self)}
        found = original.fget(self)  # type: ignore[misc]
        return LiveLayers([one for one in found if id(one) not in beside], self)

    return property(get, original.fset, doc=original.__doc__)


def of_stack(original: property) -> property:
    """`layers` of a `Sequential` of Keras 1, where the input was no layer."""

    def get(self: Any) -> LiveLayers:
        return _Stack(original.fget(self), self)  # type: ignore[misc]

    return property(get, original.fset, doc=original.__doc__)


def of_unbuilt_stack(original: property) -> property:
    """`layers` of a `Sequential` of Keras 2: a copy, where it begins with an input."""

    def get(self: Any) -> list[keras.Layer]:
        found: list[keras.Layer] = original.fget(self)  # type: ignore[misc]
        # Without an input the model was not built yet, and `layers` was the list itself.
        begins = self._layers and isinstance(self._layers[0], keras.layers.InputLayer)
        return found if begins else _Stack(found, self)

    return property(get, original.fset, doc=original.__doc__)


class _Stack(LiveLayers):
    """The layers of a `Sequential`."""

    def _settle(self) -> None:
        held = self._model._layers
        # The input is in Keras's list and never in the one that the script sees, so it is kept
        # here.
        first = [one for one in held[:1] if isinstance(one, keras.layers.InputLayer)]
        held[:] = [*first, *self]


def outputs_of_model(original: property) -> property:
    """`outputs` of a model, which may be set: from then on it computes those.

    Args:
        original: Keras's.
    """

    def put(self: Any, tensors: Any) -> None:
        tensors = list(tensors)
        vars(self).setdefault(_OUTPUTS, list(self._outputs))
        nodes, by_depth, *_ = map_graph(self._inputs, tensors)
        is_one = len(tensors) == 1
        if len(tensors) != len(self._outputs):
            self.output_names = [one._keras_history.operation.name for one in tensors]
        parts = {
            "_nodes": nodes,
            "_nodes_by_depth": by_depth,
            "_outputs": tensors,
            "_outputs_struct": tensors[0] if is_one else tensors,
        }
        for name, value in parts.items():
            # Keras's own `__setattr__` would put tracked copies in the place of lists and dicts.
            object.__setattr__(self, name, value)

    return property(original.fget, put, doc=original.__doc__)


def outputs_of_stack(original: property) -> property:
    """`outputs` of a `Sequential`, which may be set: it ends with the layer that gives them."""

    def put(self: Any, tensors: Any) -> None:
        last = tensors[0]._keras_history.operation
        if any(one is last for one in self._layers):
            while self._layers[-1] is not last:
                self._layers.pop()
            self._maybe_rebuild()

    return property(original.fget, put, doc=original.__doc__)


def output_of_first_call(original: property) -> property:
    """`output` and `output_shape` of a model, whose outputs may have been set since then."""
    is_shape = original.fget.__name__ == "output_shape"  # type: ignore[union-attr]

    def get(self: Any) -> Any:
        first = vars(self).get(_OUTPUTS)
        if first is None:
            return original.fget(self)  # type: ignore[misc]
        each = [one.shape if is_shape else one for one in first]
        return each[0] if len(each) == 1 else each

    get.__name__ = "output_shape" if is_shape else "output"
    return property(get, original.fset, doc=original.__doc__)
