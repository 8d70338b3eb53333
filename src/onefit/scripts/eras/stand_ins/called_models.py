"""Which averages move in a model that is called as a layer: settled by the call, in Keras 2.

A call collected the updates of the layers in the model that were trainable then. Whether the model
itself is trainable counted later, where the model around it trained for the first time. So it was
for a model in a `TimeDistributed`.

Sources: `run_internal_graph` in `keras/engine/network.py`, and `get_updates_for` in
`keras/engine/base_layer.py` and `keras/layers/wrappers.py` of 2.2.4.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras

from onefit.scripts.eras.stand_ins.freezing import normalizations

Method = Callable[..., Any]
Moving = list[tuple[Any, bool]]

_OF_LAYERS = "_moving_of_layers"


def settled_by_call(original: Method) -> Method:
    """A call with tensors of a graph settles it."""

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        known = len(self._inbound_nodes)
        found = original(self, *args, **kwargs)
        if _is_model(self) and len(self._inbound_nodes) > known:
            self._inbound_nodes[-1].moving = _moving_in(self)
        return found

    return __call__


def settled_by_add(original: Method) -> Method:
    """A `Sequential` calls its layers anew with each `add`; then each was called once."""

    def add(self: Any, layer: Any, *args: Any, **kwargs: Any) -> None:
        if _is_model(layer):
            vars(self).setdefault(_OF_LAYERS, {})[id(layer)] = _moving_in(layer)
        original(self, layer, *args, **kwargs)

    return add


def at_first_step(original: Method) -> Method:
    """A method that trains goes by it, as `freezing` keeps what the first one found."""

    @functools.wraps(original)
    def train(self: Any, *args: Any, **kwargs: Any) -> Any:
        settled = vars(self).get("_settled")
        if settled is not None:
            settled.moving = settled.moving or _normalizations(self)
        return original(self, *args, **kwargs)

    return train


def _normalizations(model: Any) -> Moving:
    """Those in a model, and whether their averages move when it trains."""
    found: dict[int, tuple[Any, bool]] = {}
    for layer in model._layers:
        is_free = model._trainable and _inner(layer)._trainable
        for one, moves in (
            _settled(model, layer) if _is_model(layer) else normalizations(layer, True)
        ):
            # One that is called twice moves by either call.
            found[id(one)] = one, (moves and is_free) or (id(one) in found and found[id(one)][1])
    return list(found.values())


def _settled(model: Any, layer: Any) -> Moving:
    """What the calls of a layer in a model settled; as it is now, where none is known."""
    of_stack = vars(model).get(_OF_LAYERS, {})
    if id(layer) in of_stack:
        return list(of_stack[id(layer)])
    by_depth = getattr(model, "_nodes_by_depth", {})
    nodes = [node for depth in by_depth.values() for node in depth if node.operation is layer]
    calls = [one.moving for one in nodes if hasattr(one, "moving")] or [_moving_in(layer)]
    return [pair for one in calls for pair in one]


def _moving_in(layer: Any) -> Moving:
    """The normalizations within a model, and whether all within it around them is trainable."""
    return [pair for inner in _inner(layer)._layers for pair in normalizations(inner)]


def _inner(layer: Any) -> Any:
    """The layer in a `TimeDistributed`, whose flag it had."""
    return layer.layer if isinstance(layer, keras.layers.TimeDistributed) else layer


def _is_model(layer: Any) -> bool:
    return isinstance(_inner(layer), keras.Model)
