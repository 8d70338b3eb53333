"""Configs of layers that do not tell their arguments, as a function among the custom objects gets.

Keras 3 puts the arguments of such a layer into its config by itself. That of Keras 2 had what every
layer tells, and a function gave the rest: `lambda **told: Attention(step_dim=6, **told)`.

Source: `Layer.get_config` in `keras/engine/base_layer.py` of 2.2.4. Keras 1 took classes only.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras.src.utils import python_utils

_OF_EVERY_LAYER = frozenset({"name", "trainable", "batch_input_shape", "dtype"})


def without_arguments(original: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes a layer is told what every layer tells, where its class tells no more.

    The class is known by its name, since the function that makes the layer needs it too.
    """

    def class_and_config_for_serialized_keras_object(
        config: dict[str, Any], *args: Any, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        made, told = original(config, *args, **kwargs)
        if not inspect.isclass(made) and any(_named(config["class_name"])):
            told = {name: told[name] for name in told if name in _OF_EVERY_LAYER}
        return made, told

    return class_and_config_for_serialized_keras_object


def _named(name: str) -> Iterator[bool]:
    """Whether each layer's class of a name has no config of its own."""
    waiting: list[type] = [keras.layers.Layer]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__name__ == name.rpartition(">")[2]:
            yield python_utils.is_default(kind.get_config)  # type: ignore[attr-defined]
