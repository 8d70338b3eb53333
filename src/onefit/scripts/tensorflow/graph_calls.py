"""Calls that read lengths of a graph, outside of layers: `tf.zeros([tf.shape(x)[0], 3])`.

`tf.keras` made a layer of each such call. Keras 3 makes operations of what takes symbolic tensors,
but a shape has to be known. Here the call becomes a `Lambda` of the tensors whose lengths are read,
which are known when it is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import keras
import numpy as np
from keras.src.ops.operation import Operation
from keras.src.utils.naming import auto_name

from onefit.scripts.tensorflow.mode import inside
from onefit.scripts.tensorflow.operation import leaves, nested

_CALL = "_onefit_call"
Values = dict[int, Any]


class Lengths(Operation):
    """The lengths of a tensor of a graph, which are known when it is computed.

    Args:
        count: Makes integers of them.
    """

    def __init__(self, count: Callable[[Any], Any]) -> None:
        """Keep how they are made."""
        super().__init__()
        self.count = count

    def call(self, x: Any) -> Any:
        """The lengths of a value."""
        return self.count(x.shape)

    def compute_output_spec(self, x: Any) -> Any:
        """A number for each axis."""
        return keras.KerasTensor((len(x.shape),), "int32")


def called(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a function gives of symbolic tensors: itself, or as a layer where it reads lengths.

    Args:
        function: Takes arrays and integers.
        args: Its arguments, some of which are symbolic.
        kwargs: Those by name.
    """
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError, NotImplementedError):
        if not reads_lengths(leaves([args, kwargs])):
            raise
    return of_graph(function, args, kwargs)


def reads_lengths(values: Any) -> bool:
    """Whether some values are lengths of a graph, or computed of them alone.

    Args:
        values: The leaves of a call's arguments.
    """
    return any(isinstance(one, keras.KerasTensor) and _is_length(one) for one in values)


def of_graph(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a function gives of a graph's tensors and lengths, as a layer of the graph.

    Args:
        function: Takes arrays and integers.
        args: Its arguments, some of which are symbolic.
        kwargs: Those by name.
    """
    tensors = {id(one): one for one in _sources(leaves([args, kwargs]))}

    def call(values: Any) -> Any:
        found = dict(zip(tensors, values if isinstance(values, list | tuple) else [values]))
        with inside():
            return function(*_filled(args, found), **_filled(kwargs, found))

    call.__wrapped__ = function  # type: ignore[attr-defined]  # it tells whether it draws
    name = auto_name(f"tf_{function.__name__}")
    given = list(tensors.values())
    result = keras.layers.Lambda(call, name=name)(given if len(given) > 1 else given[0])
    if isinstance(result, keras.KerasTensor) and _is_of_lengths(leaves([args, kwargs])):
        # What is computed of lengths alone is a length, too: a shape further on is read through
        # it.
        setattr(result, _CALL, (function, args, kwargs))
    return result


def _sources(values: Any) -> Iterator[keras.KerasTensor]:
    """The tensors of a call; in place of lengths those that have them."""
    for one in values:
        if not isinstance(one, keras.KerasTensor):
            continue
        if not _is_length(one):
            yield one
        elif isinstance(_operation(one), Lengths):
            yield from _given(one)
        else:
            yield from _sources(_given(one))


def _filled(given: Any, values: Values) -> Any:
    """Arguments with values for symbolic tensors; lengths are integers of Python or NumPy."""
    return nested(lambda one: _value(one, values), given)


def _value(one: Any, values: Values) -> Any:
    if not isinstance(one, keras.KerasTensor):
        return one
    if id(one) in values:
        return values[id(one)]
    operation = _operation(one)
    if isinstance(operation, Lengths):
        return operation.call(values[id(_given(one)[0])])
    # The lengths are known while the model's program is traced, and may become a part of a shape.
    with jax.ensure_compile_time_eval():
        if hasattr(one, _CALL):
            function, args, kwargs = getattr(one, _CALL)
        else:
            node = operation._inbound_nodes[one._keras_history.node_index]
            function, args, kwargs = operation.call, node.arguments.args, node.arguments.kwargs
        found = function(*_filled(args, values), **_filled(kwargs, values))
        if isinstance(found, list | tuple):
            found = found[one._keras_history.tensor_index]
        found = np.asarray(found)
    return found[()] if found.shape == () else found


def _is_length(tensor: keras.KerasTensor) -> bool:
    """Whether a tensor is made of lengths alone."""
    if isinstance(_operation(tensor), Lengths) or hasattr(tensor, _CALL):
        return True
    given = _given(tensor)
    return bool(given) and _is_of_lengths(given)


def _is_of_lengths(values: Any) -> bool:
    symbolic = [one for one in values if isinstance(one, keras.KerasTensor)]
    return bool(symbolic) and all(map(_is_length, symbolic))


def _operation(tensor: keras.KerasTensor) -> Any:
    history = getattr(tensor, "_keras_history", None)
    return None if history is None else history.operation


def _given(tensor: keras.KerasTensor) -> list[keras.KerasTensor]:
    """What a tensor was made of."""
    if hasattr(tensor, _CALL):
        _, args, kwargs = getattr(tensor, _CALL)
        return [one for one in leaves([args, kwargs]) if isinstance(one, keras.KerasTensor)]
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return []
    return list(history.operation._inbound_nodes[history.node_index].input_tensors)
