"""The order of the weights of a script's layer or model with layers in it, in `tf.keras` 2.

A layer had its own weights first, then those of the layers in it, and what is trained before what
is not: `get_weights`, `set_weights` and files have the arrays in this order. A model had those of
its layers, one by one, before its own, and those of the metrics that its attributes hold among
them, which are none of its weights in Keras 3. The layers in it came by the attributes that hold
them, a list of layers where the list was set; Keras 3 has each where it was added to the list.

Source: `Layer.weights` and `Layer._flatten_modules` in `keras/src/engine/base_layer.py` of 2.15,
`Model.weights` in `keras/src/engine/training.py`, `TrackableDataStructure` of TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import keras
from keras.src.models.functional import Functional

from onefit.scripts.callers import is_the_script
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
        is_model = isinstance(self, keras.Model)
        if not (self._layers or is_model) or not _is_tracked(self):
            found: Weights = original.fget(self)  # type: ignore[misc]
            return found
        of = _of_model if is_model else _of_layer
        return list({id(one): one for one in of(self)}.values())

    return property(weights, doc=original.__doc__)


def weights_alone(original: property) -> property:
    """`variables`, which a script reads as another name of `weights`.

    Keras 3 counts the states of a layer's draws in. It reads them itself, so others are told all.

    Args:
        original: Keras's `variables` or `non_trainable_variables`.
    """
    every: Any = original.fget
    of_weights = every.__name__.replace("variables", "weights")

    def variables(self: Any) -> Weights:
        found: Weights = getattr(self, of_weights) if is_the_script() else every(self)
        return found

    variables.__name__ = every.__name__  # the rules that wrap this property read it
    return property(variables, doc=original.__doc__)


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


def _parts(layer: Any, with_metrics: bool = False) -> Iterator[list[Any]]:
    """The layers in a layer: one by one, those in a list or a dict together.

    Args:
        layer: The layer, or the model.
        with_metrics: Whether metrics that its attributes hold come among them. Defaults to no.
    """
    rest = {id(one) for one in layer._layers}
    known: set[int] = set()
    for value in attributes(layer):
        found = {
            id(one): one
            for one in within(value, (keras.Layer, keras.Metric))
            if id(one) in rest or (with_metrics and isinstance(one, keras.Metric))
        }
        yield [one for key, one in found.items() if key not in known]
        known.update(found)
    yield from ([one] for one in layer._layers if id(one) not in known)


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
    for part in _parts(model, with_metrics=True):
        metrics = [one for one in part if isinstance(one, keras.Metric)]
        layers = [one for one in part if not isinstance(one, keras.Metric)]
        if len(layers) == 1:
            yield from layers[0].weights
        else:
            yield from _joined(one.trainable_weights for one in layers)
            yield from _joined(one.non_trainable_weights for one in layers)
        yield from _joined(one.variables for one in metrics)
    yield from model._trainable_variables
    yield from model._non_trainable_variables


def _joined(lists: Iterable[Weights]) -> Weights:
    return [one for each in lists for one in each]
