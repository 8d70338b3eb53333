"""`weight.name` of the time: `dense/kernel:0`, the whole way, where Keras 3 says `kernel`.

TensorFlow named a variable by the scopes in which it was made. Each layer that is called opens one;
a graph of layers, which a `Sequential` is too, was built before it was called and opens none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import keras

from onefit.scripts.callers import calling
from onefit.training.host.keras_private import Functional, global_state

_OTHERWISE = {"DepthwiseConv1D": "depthwise_kernel", "DepthwiseConv2D": "depthwise_kernel"}
_WITHOUT_SCOPE = (keras.layers.TimeDistributed,)
_ways: dict[str, str] = {}
"""From the path of a scope in Keras 3 to the one of the time."""


def noted(original: Callable[..., None]) -> Callable[..., None]:
    """A variable notes where it was made, by the rules of tf.keras 2."""
    return _noting(original, _WITHOUT_SCOPE)


def noted_by_keras2(original: Callable[..., None]) -> Callable[..., None]:
    """The same by those of Keras 2, whose cells of recurrent layers opened no scope."""
    return _noting(original, (*_WITHOUT_SCOPE, keras.layers.RNN))


def _noting(original: Callable[..., None], without: tuple[type, ...]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        scopes = global_state.get_global_attribute("name_scope_stack") or []
        layer = scopes[-1].caller if scopes else None
        name = self._name if kwargs.get("name") else "Variable"
        if name == "kernel":
            name = _OTHERWISE.get(type(layer).__name__, name)
        way = _way(scopes, without)
        self._name_of_the_time = f"{way}/{name}:0" if way else f"{name}:0"

    return __init__


_OF_KERAS_1 = {
    "kernel": "W",
    "recurrent_kernel": "U",
    "bias": "b",
    "embeddings": "W",
    "moving_mean": "running_mean",
    "moving_variance": "running_std",
    "alpha": "alphas",
}


def noted_by_keras1(original: Callable[..., None]) -> Callable[..., None]:
    """`dense_1_W:0`: Keras 1 put the name of a layer before that of its weight.

    A layer of the script's own gave its weights whole names.
    """

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        name = self._name if kwargs.get("name") else "Variable"
        layers = [one.caller for one in global_state.get_global_attribute("name_scope_stack") or []]
        while len(layers) > 1 and isinstance(layers[-2], keras.layers.RNN):
            layers.pop()  # a cell is no layer of Keras 1
        layer = layers[-1] if layers else None
        if isinstance(layer, keras.layers.Layer) and _has_short_names(layer):
            owner = vars(layer).get("_name_then") or layer.name
            name = f"{owner}_{_OF_KERAS_1.get(name, name)}"
        self._name_of_the_time = f"{name}:0"

    return __init__


def _has_short_names(layer: object) -> bool:
    """Whether a layer is Keras's, or one of ours that Keras had."""
    return type(layer).__module__.startswith(("keras.", "onefit."))


def _way(scopes: list[Any], without: tuple[type, ...]) -> str:
    """The scopes of TensorFlow that are open, with a `/` between them."""
    # Keras 3 opens a scope for `build` as for a call, and notes no difference between the two.
    called = {id(layer) for layer in _called(calling(2))}
    path = way = ""
    before, opened = None, False
    for scope in scopes:
        layer = scope.caller
        if scope.override_parent is not None:
            path = scope.override_parent
            way = _ways.get(path, path)
        path = f"{path}/{scope.name}" if path else scope.name
        is_part = opened and _is_of_keras(before) and _is_of_keras(layer)
        opened = isinstance(layer, keras.layers.Layer) and (id(layer) in called or is_part)
        if isinstance(layer, keras.Sequential | Functional):
            way = ""
        elif opened and not isinstance(before, without):
            name = getattr(layer, "_name_then", scope.name)  # `dense_1` in Keras 2
            way = f"{way}/{name}" if way else name
        _ways[path] = way
        before = layer
    return way


def _called(frame: FrameType | None) -> Iterator[object]:
    """The layers whose `__call__` is running."""
    while frame is not None:
        if frame.f_code.co_name == "__call__":
            yield frame.f_locals.get("self")
        frame = frame.f_back


def _is_of_keras(layer: object) -> bool:
    return type(layer).__module__.startswith("keras.")


def whole(original: property) -> property:
    """Scripts read the name of the time; Keras itself goes on with its own."""

    def get(self: Any) -> str:
        asking = calling(1).f_globals.get("__name__", "")
        if asking.startswith(("keras.", "onefit.")):
            return self._name
        return getattr(self, "_name_of_the_time", f"{self._name}:0")

    return property(get, doc=original.__doc__)
