"""The layers of a model as the checks look at them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import Model

from onefit.checks.case import Array, Layer, Part, Setting
from onefit.training.observation.layers import (
    activation,
    by_step,
    inner,
    is_used_once,
    operations,
    sources,
)

MOST_VALUES = 1_000_000
"""Numbers of a network up to which its weights are looked at."""

SETTINGS = (
    *("units", "filters", "rate", "momentum", "epsilon", "axis", "use_bias", "input_dim"),
    *("output_dim", "mask_zero", "kernel_size", "strides", "padding", "pool_size", "seed"),
    *("return_sequences", "recurrent_activation", "negative_slope", "max_value", "threshold"),
    *("alpha", "scale", "offset", "training", "data_format", "target_shape", "function"),
    *("kernel_initializer", "recurrent_initializer", "bias_initializer", "gamma_initializer"),
    *("embeddings_initializer", "kernel_regularizer", "bias_regularizer", "activity_regularizer"),
    *("recurrent_regularizer", "embeddings_regularizer", "kernel_constraint", "stateful"),
)
"""Attributes of layers that checks ask for."""

OWN = ("keras.", "onefit.")
"""Modules whose classes and functions do what their names say."""


def layers_of(model: Model, shape: tuple[int | None, ...] = ()) -> tuple[list[Layer], bool]:
    """The layers of a model, those of nested models in their place, and whether they are a chain.

    Args:
        model: A `keras.Model`.
        shape: The shape of a row of its input, from which the shapes of a `Sequential` follow that
            is not built yet. Defaults to `()`: not known.

    >>> model = keras.Sequential([keras.layers.Dense(4, "relu"), keras.layers.Dense(1)])
    >>> found, is_chain = layers_of(model, (2,))
    >>> [one.shape for one in found], is_chain, found[0].settings["units"], len(found[1].inputs)
    ([(4,), (1,)], True, 4, 1)
    """
    few = _is_small(model)
    found: list[Layer] = []
    is_chain = True
    for operation, before, is_once in _flat(model):
        shapes = _shapes(operation, shape)
        shape = shapes[1]
        is_chain = is_chain and len(before) <= 1 and _follows(found, before)
        found.append(_layer(operation, before, shapes, few, is_once))
    return found, is_chain and isinstance(inner(model), keras.Sequential | keras.Model)


def is_own(thing: Any) -> bool:
    """Whether an object, or a function, is of Keras or of ours, so that its name can be trusted."""
    kind = thing if callable(thing) and hasattr(thing, "__name__") else type(thing)
    return str(getattr(kind, "__module__", "")).startswith(OWN)


def plain(value: Any) -> Setting:
    """A setting of a layer, an optimizer or a loss as a plain value.

    >>> plain(keras.initializers.RandomNormal(stddev=2.0)).settings["stddev"]
    2.0
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return tuple(plain(one) for one in value)
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    settings: Mapping[str, Any] = {}
    with contextlib.suppress(Exception):  # whatever a user's class raises
        settings = value.get_config() if hasattr(value, "get_config") else {}
    return Part(type(value).__name__, {k: v for k, v in settings.items() if _is_number(v)})


def _is_number(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _flat(model: Model) -> Iterator[tuple[Any, tuple[str, ...], bool]]:
    """Each operation, the names of those before it, and whether the model uses it once.

    Those of a nested chain stand in its place.
    """
    whole = inner(model)
    last: dict[str, str] = {}  # the operation that a nested model ends with
    previous: str | None = None
    is_sequential = isinstance(model, keras.Sequential)
    for operation in operations(model):
        if is_sequential:
            before: tuple[str, ...] = (previous,) if previous is not None else ()
        else:
            before = tuple(str(one.name) for one in sources(operation, whole))
        before = tuple(last.get(name, name) for name in before)
        if isinstance(operation, keras.Sequential):
            entry, is_once = "", is_used_once(operation, whole)
            for one, own, _ in _flat(operation):
                if type(one).__name__ == "InputLayer":
                    entry = str(one.name)
                    continue
                yield one, before if own in ((), (entry,)) else own, is_once
                last[str(operation.name)] = str(one.name)
            previous = last.get(str(operation.name), previous)
        else:
            yield operation, before, is_used_once(operation, whole)
            previous = str(operation.name)


def _follows(found: Sequence[Layer], before: tuple[str, ...]) -> bool:
    """Whether a layer takes its input from the last one, the first one from nothing."""
    return before == ((found[-1].name,) if found else ())


def _layer(
    operation: Any,
    before: tuple[str, ...],
    shapes: tuple[Any, Any],
    with_values: bool,
    is_once: bool,
) -> Layer:
    weights = getattr(operation, "weights", ())
    core = by_step(operation) if is_own(operation) else operation
    # A class of a user's may have Keras's names and do something else: nothing is proved of it.
    function = getattr(core, "activation", None)
    is_plain = is_own(core) and (function is None or is_own(function))
    return Layer(
        name=str(operation.name),
        kind=type(core).__name__,
        shape=shapes[1],
        input_shape=shapes[0],
        activation=activation(core),
        weights=sum(math.prod(one.shape) for one in weights),
        trainable=bool(getattr(operation, "trainable_variables", ())) or not weights,
        inputs=before,
        settings={
            name: plain(value)
            for name in SETTINGS
            if (value := getattr(core, name, None)) is not None
        },
        values=_values(weights) if with_values else {},
        is_plain=is_plain and is_once,
    )


def _values(weights: Sequence[Any]) -> dict[str, Array]:
    """Copies of weights: a view would keep a program from taking the memory over."""
    found = {}
    for one in weights:
        if getattr(one, "_value", None) is not None:
            found[str(one.path).rsplit("/", 1)[-1]] = np.array(one.value)
    return found


def _is_small(model: Model) -> bool:
    return sum(math.prod(one.shape) for one in model.weights) <= MOST_VALUES


def _shapes(operation: Any, shape: tuple[int | None, ...]) -> tuple[Any, Any]:
    """The shapes of input and output of an operation; of one that is not built, from the input."""
    with contextlib.suppress(Exception):  # Keras raises what it likes for layers without one
        return _row(operation.input), _row(operation.output)
    kind = type(operation)
    usual = keras.layers.Layer.compute_output_shape  # it would build the layer
    known = is_own(kind) and kind.compute_output_shape is not usual
    if shape and known:
        with contextlib.suppress(Exception):
            return shape, tuple(kind.compute_output_shape(operation, (None, *shape))[1:])
    return (), ()


def _row(tensors: Any) -> tuple[int | None, ...]:
    first = tensors if hasattr(tensors, "shape") else next(iter(tensors))
    return tuple(None if size is None else int(size) for size in first.shape[1:])
