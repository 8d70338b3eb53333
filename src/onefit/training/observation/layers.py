"""The layers of a model as values: as much of each as a drawing needs."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from onefit.runs.record import Layer

if TYPE_CHECKING:
    from keras import Model


def layers(model: Model, most: int | None = None) -> list[Layer]:
    """The layers of a Keras model, each after those that it takes its input from.

    A subclassed model says nothing about the way between its layers; they come without it, in the
    order in which they were made.

    Args:
        model: A `keras.Model`.
        most: How many at most. Defaults to `None`, all.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,), name="in"), keras.layers.Dense(4, "relu")])
    >>> hidden = layers(model)[1]
    >>> hidden.kind, hidden.shape, hidden.weights, hidden.activation, hidden.inputs
    ('Dense', [4], 12, 'relu', ['in'])
    """
    whole = inner(model)
    found = operations(model)[:most]
    return [
        Layer(
            name=str(operation.name),
            kind=type(operation).__name__,
            shape=_shape(operation),
            weights=sum(math.prod(w.shape) for w in getattr(operation, "weights", ())),
            activation=activation(operation),
            inputs=[str(source.name) for source in sources(operation, whole)],
        )
        for operation in found
    ]


def inner(model: Model) -> Any:
    """The graph of a model: a `Sequential` that is built holds one."""
    return getattr(model, "_functional", None) or model


def operations(model: Model) -> Sequence[Any]:
    """Everything that a drawing has a box for: layers, and functions of `keras.ops` too."""
    found: Sequence[Any] = getattr(inner(model), "_operations", None) or model.layers
    return found


def sources(operation: Any, whole: Any) -> list[Any]:
    """What an operation takes its input from, in the graph of `whole`."""
    used = getattr(whole, "_nodes", ())
    found: dict[Any, None] = {}
    for node in getattr(operation, "_inbound_nodes", ()):
        if _key(operation, node) not in used:
            continue  # a layer that is shared with another model
        for tensor in node.input_tensors:
            source = tensor._keras_history.operation
            if source is not None:
                found[source] = None
    return list(found)


def is_used_once(operation: Any, whole: Any) -> bool:
    """Whether the graph of a model has a layer once; others, and earlier ones, do not count.

    A `Sequential` makes its graph anew with each `add`, and its layers keep the nodes of before.

    >>> import keras
    >>> layer, x = keras.layers.Dense(2), keras.Input((2,))
    >>> once, twice = keras.Model(x, layer(x)), keras.Model(x, layer(layer(x)))
    >>> is_used_once(layer, inner(once)), is_used_once(layer, inner(twice))
    (True, False)
    """
    used = getattr(whole, "_nodes", ())
    nodes = getattr(operation, "_inbound_nodes", ())
    return sum(_key(operation, node) in used for node in nodes) <= 1


def _key(operation: Any, node: Any) -> str:
    """The name under which a graph knows a node."""
    # As Keras's `make_node_key` writes it.
    return f"{id(operation)}_ib-{operation._inbound_nodes.index(node)}"


def by_step(operation: Any) -> Any:
    """What a `TimeDistributed` puts on each step, if it works on the last axis; others as they are.

    >>> import keras
    >>> activation(by_step(keras.layers.TimeDistributed(keras.layers.Dense(1, "tanh"))))
    'tanh'
    """
    core = getattr(operation, "layer", None)
    kinds = ("Dense", "Activation", "Softmax", "ReLU")
    is_one = type(operation).__name__ == "TimeDistributed" and type(core).__name__ in kinds
    return core if is_one else operation


def activation(operation: Any) -> str:
    """The name of a layer's activation; `""` for none and for the linear one.

    >>> import keras
    >>> activation(keras.layers.Dense(1)), activation(keras.layers.Dense(1, "tanh"))
    ('', 'tanh')
    """
    function = getattr(operation, "activation", None)
    if function is None:
        return ""
    name = getattr(function, "name", None) or getattr(function, "__name__", "") or str(function)
    return "" if name == "linear" else str(name)


def _shape(operation: Any) -> list[int | None]:
    """The shape of the first output without the batch; empty where it is not known."""
    with contextlib.suppress(Exception):  # Keras raises what it likes for layers without one
        output = operation.output
        first = output if hasattr(output, "shape") else next(iter(output))
        return [None if size is None else int(size) for size in first.shape[1:]]
    return []
