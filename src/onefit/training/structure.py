"""The structure of a model as text: two models of one structure share their programs.

A program does not depend on a model's object, only on what its steps compute. For a model that is
made of Keras's own classes this is written in their configurations, up to the names of layers. So
the five hundredth network of a loop finds the program of the first, without being traced. A model
with a class or function of the user's own has no structure that can be read: its programs stay
with the object.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from typing import Any

import jax
from keras.src import backend
from keras.src.saving import serialization_lib


def structure_of(model: Any) -> str | None:
    """What a model's steps compute, as text; `None` if it cannot be read off its configuration.

    >>> import keras
    >>> def build():
    ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    ...     model.compile("adam", "mse")
    ...     return model
    >>> structure_of(build()) == structure_of(build())
    True
    """
    kinds = ("Sequential", "Functional", "Model")
    if not model.compiled or type(model).__name__ not in kinds or not _of_keras(model):
        return None
    layers = list(model._flatten_layers())
    parts = [*layers, getattr(model, "optimizer", None)]
    if not all(part is None or _of_keras(part) for part in parts):
        return None
    if any(hasattr(layer, "adapt") for layer in layers):
        return None  # what it has learned from data is no variable: it is compiled in
    try:
        with warnings.catch_warnings(action="ignore"):  # Keras warns of lambdas; they are foreign
            described = {
                "model": model.get_config(),
                "compile": {**model.get_compile_config(), "optimizer": _optimizer(parts[-1])},
                "layers": [_flags(layer) for layer in layers],
                "settings": [backend.floatx(), backend.image_data_format(), backend.epsilon()],
                "precision": [jax.config.jax_enable_x64, jax.config.jax_default_matmul_precision],
            }
            text = json.dumps(serialization_lib.serialize_keras_object(described), sort_keys=True)
    except (TypeError, ValueError, NotImplementedError):
        return None
    return None if _foreign(text) else _without_names(text, [model, *layers])


def _of_keras(thing: Any) -> bool:
    """Whether the thing is of a class of Keras's, with no method of its own put on it."""
    cls = type(thing)
    return cls.__module__.startswith("keras.") and not any(
        callable(value) and name in _STEPS for name, value in vars(thing).items()
    )


_STEPS = ("call", "train_step", "test_step", "predict_step", "compute_loss", "compute_metrics")


def _flags(layer: Any) -> list[Any]:
    """What a configuration may not say: frozen layers, and functions that were set later."""
    return [type(layer).__name__, layer.trainable, str(layer.dtype_policy.name)]


def _optimizer(optimizer: Any) -> Any:
    """An optimizer's configuration, without the learning rate where that is a variable."""
    if optimizer is None:
        return None
    config = dict(optimizer.get_config())
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if isinstance(getattr(inner, "_learning_rate", None), backend.Variable):
        config.pop("learning_rate", None)
    config.pop("name", None)
    return [type(optimizer).__name__, config]


def _foreign(text: str) -> bool:
    """Whether a configuration names something that is not Keras's: its meaning is elsewhere."""
    return any(
        node.get("registered_name")
        or not str(node.get("module", "keras")).startswith(("keras", "builtins"))
        or node["class_name"] in ("function", "__lambda__", "Lambda")
        for node in _nodes(json.loads(text))
        if "class_name" in node
    )


def _nodes(value: Any) -> Iterable[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _without_names(text: str, layers: list[Any]) -> str:
    """The text with the names of layers replaced by their places."""
    for place, named in enumerate(layers):
        text = text.replace(json.dumps(named.name), f'"#{place}"')
    return text
