"""What a model trains is settled when it is compiled.

Keras 1 and 2, and `tf.keras` 2 (`RespectCompiledTrainableState`), kept to what was trainable at
`compile`. Scripts of that time set `discriminator.trainable = False` for the model around it, and
go on training the discriminator, which in Keras 3 trains nothing any more.

Which averages of normalizations move was settled later in Keras 2: where the model trains for the
first time after `compile` (`updates` in `keras/engine/network.py` of 2.2.4), so that those of such
a discriminator never do.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import keras

Method = Callable[..., Any]


class Frozen:
    """Which layers and variables of a model were trainable.

    Args:
        model: A compiled model.
    """

    def __init__(self, model: Any) -> None:
        """Write it down."""
        self.layers = {id(one): (one, one._trainable) for one in model._flatten_layers()}
        self.variables = {id(one): (one, one.trainable) for one in model.variables}
        self.moving: list[tuple[Any, bool]] = []

    @contextlib.contextmanager
    def in_force(self, model: Any) -> Iterator[None]:
        """For a block, what was trainable then is trainable now."""
        now = Frozen(model)
        self.moving = self.moving or list(normalizations(model))
        self._set(now)
        for layer, moves in self.moving:
            vars(layer)["_moves"] = moves
        try:
            yield
        finally:
            for layer, _ in self.moving:
                vars(layer).pop("_moves", None)
            now._set(self)

    def _set(self, other: Frozen) -> None:
        """Set the flags where the other's differ."""
        for key, (layer, flag) in self.layers.items():
            if key in other.layers and other.layers[key][1] != flag:
                layer._trainable = flag
        for key, (variable, flag) in self.variables.items():
            if key in other.variables and other.variables[key][1] != flag:
                variable.trainable = flag


def normalizations(layer: Any, is_free: bool = True) -> Iterator[tuple[Any, bool]]:
    """Those in a model, and whether they and all around them are trainable."""
    is_free = is_free and layer._trainable
    if isinstance(layer, keras.layers.BatchNormalization):
        yield layer, is_free
    for inner in layer._layers:
        yield from normalizations(inner, is_free)


def settled(original: Method) -> Method:
    """`compile` settles it."""

    def compile(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        object.__setattr__(self, "_settled", Frozen(self))

    return compile


def as_settled(original: Method) -> Method:
    """A method that trains keeps to it."""

    @functools.wraps(original)
    def train(self: Any, *args: Any, **kwargs: Any) -> Any:
        kept = vars(self).get("_settled")
        if kept is None:
            return original(self, *args, **kwargs)
        with kept.in_force(self):
            return original(self, *args, **kwargs)

    return train


def compile_settled(model: Any, *args: Any, **kwargs: Any) -> None:
    """`model.compile(...)`, which settles what `fit` and `train_on_batch` train."""
    model.compile(*args, **kwargs)
    object.__setattr__(model, "_settled", Frozen(model))
    for verb in ("fit", "train_on_batch"):
        train = as_settled(getattr(type(model), verb))
        object.__setattr__(model, verb, functools.partial(train, model))
