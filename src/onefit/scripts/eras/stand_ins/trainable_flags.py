"""What `trainable = False` of a model means for the layers in it.

In no Keras before 3 did anything train inside a model that is not trainable, whatever its layers
said. And in Keras 1 and 2 the flag was the model's alone: its layers kept theirs, and trained as
parts of other models. Source: `Container.trainable_weights` in `keras/engine/topology.py` of 1.2.2,
`Network` in `keras/engine/network.py` of 2.2.4, `Model.trainable_weights` of TensorFlow 2.15.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from typing import Any

import keras

Method = Callable[..., Any]

_IS_STILL: contextvars.ContextVar[bool] = contextvars.ContextVar("_IS_STILL", default=False)


def of_trainable_parts(original: property) -> property:
    """`trainable_weights` and the like: nothing below a model or layer that is not trainable."""
    read: Any = original.fget
    every = "weights" if read.__name__.endswith("weights") else "variables"

    def trained(self: Any) -> Any:
        found = [one for one in getattr(self, every) if one.trainable]
        # Nearly always: then nothing below has to be walked through.
        if all(one._trainable for one in self._flatten_layers()):
            return found
        reached = {id(one) for one in _reached(self)}
        return [one for one in found if id(one) in reached]

    def trainable(self: Any) -> Any:
        return trained(self) if self.trainable else []

    def non_trainable(self: Any) -> Any:
        kept = {id(one) for one in trainable(self)}
        return [one for one in getattr(self, every) if id(one) not in kept]

    made = trainable if read.__name__.startswith("trainable") else non_trainable
    # The rules that wrap this property tell by its name which of the two it is (`settable`).
    made.__name__ = read.__name__
    return property(made, original.fset, doc=original.__doc__)


def _reached(layer: Any) -> Iterator[keras.Variable]:
    """The variables on the way to which everything is trainable."""
    if layer._trainable:
        yield from layer._trainable_variables
        for inner in layer._layers:
            yield from _reached(inner)


def of_model_alone(original: property) -> property:
    """`model.trainable = False` leaves the flags of its layers as they are."""

    def put(self: Any, value: bool) -> None:
        if isinstance(self, keras.Model):
            self._trainable = bool(value)
        else:
            original.fset(self, value)  # type: ignore[misc]

    return property(original.fget, put, doc=original.__doc__)


def standing_still(original: Method) -> Method:
    """A model that is not trainable updates no averages in it."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self._trainable:
            return original(self, *args, **kwargs)
        token = _IS_STILL.set(True)
        try:
            return original(self, *args, **kwargs)
        finally:
            _IS_STILL.reset(token)

    return call


def as_frozen(original: Method) -> Method:
    """A normalization in such a model does what a frozen one does."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        # In a training `freezing` has told it already.
        if "_moves" in vars(self) or not (_IS_STILL.get() and self._trainable):
            return original(self, *args, **kwargs)
        # Past the setter, which would change the flags of the variables, too.
        self._trainable = False
        try:
            return original(self, *args, **kwargs)
        finally:
            self._trainable = True

    return call
