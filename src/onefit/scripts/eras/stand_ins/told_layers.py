"""Configs of layers that do not tell their arguments, as a function among the custom objects gets.

Keras 3 puts the arguments of such a layer into its config by itself. That of Keras 2 had what every
layer tells, and a function gave the rest: `lambda **told: Attention(step_dim=6, **told)`. A copy by
`clone_model` had the defaults for the rest. tf.keras 2 put the arguments in, and what every layer
tells only where they name it.

Source: `Layer.get_config` in `keras/engine/base_layer.py` of 2.2.4 and in
`keras/src/engine/base_layer.py` of tf.keras 2.15. Keras 1 took classes only.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras.src.utils import python_utils

Method = Callable[..., Any]

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


def config_without_arguments(original: Method) -> Method:
    """The config of a layer that does not tell its arguments has what every layer has.

    `Layer.get_config` of Keras 1 and 2 asked for no more, so that a model with such a layer was
    saved, and cloned, with the defaults of its arguments. Arguments without a default stay: reading
    such a layer failed.
    """

    @functools.wraps(original)
    def get_config(self: Any) -> dict[str, Any]:
        try:
            told = dict(original(self))
        except NotImplementedError:
            return {"name": self.name}
        if _is_silent(self) and not _demands_arguments(type(self)):
            return {"name": self.name}
        return told

    return get_config


def config_of_arguments(original: Method) -> Method:
    """The config of such a layer has its arguments alone, unless it takes `**kwargs`."""

    @functools.wraps(original)
    def get_config(self: Any) -> dict[str, Any]:
        told = dict(original(self))
        if not _is_silent(self):
            return told
        taken = inspect.getfullargspec(type(self).__init__)
        if taken.varkw == "kwargs":  # it went by this name
            return told
        names = {*taken.args, *taken.kwonlyargs}
        return {name: value for name, value in told.items() if name in names}

    return get_config


def _is_silent(layer: Any) -> bool:
    """Whether a layer is of the script's own and has no `get_config`."""
    # A class that `type` makes where no module has a name has no `__module__`.
    home = str(getattr(type(layer), "__module__", ""))
    is_own = not home.startswith(("keras.", "onefit."))
    return is_own and bool(python_utils.is_default(layer.get_config))


def _demands_arguments(kind: Callable[..., Any]) -> bool:
    """Whether a class cannot be made with what every layer tells alone."""
    others = inspect.signature(kind).parameters.values()
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    is_open = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in others)
    return not is_open or any(
        one.default is inspect.Parameter.empty and one.kind not in kinds and one.name != "name"
        for one in others
    )
