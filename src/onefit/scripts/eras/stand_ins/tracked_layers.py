"""The order of the weights of a script's layer or model with layers in it, in `tf.keras` 2.

A layer had its own weights first, then those of the layers in it, and what is trained before what
is not: `get_weights`, `set_weights` and files have the arrays in this order. A model had those of
its layers, one by one, before its own. The layers in it came by the attributes that hold them, a
list of layers where the list was set; Keras 3 has each where it was added to the list.

Source: `Layer.weights` and `Layer._flatten_modules` in `keras/src/engine/base_layer.py` of 2.15,
`Model.weights` in `keras/src/engine/training.py`, `TrackableDataStructure` of TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import keras
from keras.src.models.functional import Functional

from onefit.scripts.eras.stand_ins.construction import is_plain
from onefit.scripts.eras.stand_ins.replaced_attributes import attributes, within

Method = Callable[..., Any]
Weights = list[keras.Variable]


def by_attributes(original: property) -> property:
    """`weights` of a layer or a model of the script's own.

    Args:
        original: Keras's `weights`.
    """

    def weights(self: Any) -> Weights:
        if not self._layers or not _is_tracked(self):
            found: Weights = original.fget(self)  # type: ignore[misc]
            return found
        of = _of_model if isinstance(self, keras.Model) else _of_layer
        return list({id(one): one for one in of(self)}.values())

    return property(weights, doc=original.__doc__)


def layers_by_attributes(original: Method) -> Method:
    """`model.layers` of a model of the script's own."""

    def _flatten_layers(self: Any, include_self: bool = True, recursive: bool = True) -> Any:
        found = original(self, include_self=include_self, recursive=recursive)
        if recursive or include_self or not self._layers or not _is_tracked(self):
            return found
        ordered = {id(one): one for part in _parts(self) for one in part}
        return [*ordered.values(), *(one for one in found if id(one) not in ordered)]

    return _flatten_layers


def _is_tracked(layer: Any) -> bool:
    """Whether the attributes of a layer say which layers are in it, and in which order."""
    return is_plain(type(layer)) and not isinstance(layer, Functional | keras.Sequential)


def _parts(layer: Any) -> Iterator[list[keras.Layer]]:
    """The layers in a layer: one by one, those in a list or a dict together."""
    known = {id(one) for one in layer._layers}
    rest = dict.fromkeys(known)
    for value in attributes(layer):
        found = [one for one in within(value) if id(one) in rest]
        for one in found:
            rest.pop(id(one), None)
        yield found
    yield from ([one] for one in layer._layers if id(one) in rest)


def _of_layer(layer: Any) -> Iterator[keras.Variable]:
    inner = [one for part in _parts(layer) for one in part]
    if not layer.trainable:
        yield from layer._trainable_variables
        yield from layer._non_trainable_variables
        yield from _joined(one.weights for one in inner)
        return
    yield from layer._trainable_variables
    yield from _joined(one.trainable_weights for one in inner)
    yield from layer._non_trainable_variables
    yield from _joined(one.non_trainable_weights for one in inner)


def _of_model(model: Any) -> Iterator[keras.Variable]:
    for part in _parts(model):
        if len(part) == 1:
            yield from part[0].weights
        else:
            yield from _joined(one.trainable_weights for one in part)
            yield from _joined(one.non_trainable_weights for one in part)
    yield from model._trainable_variables
    yield from model._non_trainable_variables


def _joined(lists: Iterable[Weights]) -> Weights:
    return [one for each in lists for one in each]
