"""The configs of models, in JSON and in files: as each Keras wrote them, as Keras 3 reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import keras
from keras.src.backend.common.global_state import get_global_attribute

from onefit.scripts.eras.stand_ins import merge_configs, nested_models

Function = Callable[..., Any]


def to_json(original: Callable[..., Any]) -> Callable[..., Any]:
    """The JSON of a model told of its layers, and nothing of how it was compiled."""

    def to_json(self: Any, **settings: Any) -> str:
        found = json.loads(original(self))
        # By it Keras 3 compiles the model that is read again (`compile_from_config`); Keras 2 did
        # not.
        found.pop("compile_config", None)
        return json.dumps(found, **settings)

    return to_json


def model_from_json(original: Function) -> Function:
    """A model from the JSON of Keras 1, whose config of a Sequential is a list of layers."""

    def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
        config = json.loads(json_string)
        # Only newer Kerases write the module of a class, and Keras 3 reads such a config itself.
        if "module" in config:
            return original(json_string, custom_objects)
        from keras.src.legacy.saving import saving_utils

        return saving_utils.model_from_config(config, custom_objects=custom_objects)

    return model_from_json


def model_from_config(original: Function) -> Function:
    """A model from a config of any time: names of layers, and shapes with their batch."""

    def model_from_config(config: Any, custom_objects: Any = None) -> Any:
        # A class of the script's own goes before Keras's layer of that name.
        names = _class_names(config) - custom_objects_of(custom_objects).keys()
        told = {name: getattr(keras.layers, name, None) for name in names}
        # Some layers of Keras 1 are made by a function, which takes what a config has.
        known = {name: part for name, part in told.items() if name[:1].isupper() and part}
        # A config of the time has no `module`, by which Keras 3 finds classes: all names of layers
        # in it are offered.
        with keras.saving.custom_object_scope({**_scope(), **known}):  # it hides the one around it
            return original(_of_today(config), custom_objects)

    return model_from_config


def _class_names(config: Any) -> set[str]:
    """The names of all classes in a config."""
    parts = config.values() if isinstance(config, dict) else config
    inner = [_class_names(one) for one in parts if isinstance(one, dict | list)]
    own = config.get("class_name") if isinstance(config, dict) else None
    return set().union(*inner, {own} if isinstance(own, str) else set())


def _of_today(config: Any) -> Any:
    """Every layer's config, as Keras 3 reads them."""
    if isinstance(config, list):
        return [_of_today(one) for one in config]
    if not isinstance(config, dict):
        return config
    config = {name: _penalty(name, _of_today(value)) for name, value in config.items()}
    config = nested_models.of_today(merge_configs.of_today(config))
    inner = config.get("config")
    if config.get("class_name") == "Sequential" and isinstance(inner, list):
        config["config"] = {"name": "sequential", "layers": inner}
    elif isinstance(inner, dict) and config.get("class_name") != "InputLayer":
        shape = inner.pop("batch_input_shape", None)
        if shape is not None:
            inner["input_shape"], inner["batch_size"] = tuple(shape[1:]), shape[0]
    return config


def _penalty(name: str, config: Any) -> Any:
    """A regularizer or constraint, of which Keras 1 told the class and the arguments in one.

    Source: `get_config` in `keras/regularizers.py` and `keras/constraints.py` of 1.2.2.
    """
    is_one = name.endswith(("_regularizer", "_constraint")) and isinstance(config, dict)
    if not is_one or "class_name" in config or "name" not in config:
        return config
    given = {_ARGUMENTS.get(word, word): value for word, value in config.items() if word != "name"}
    return {"class_name": _CLASSES.get(config["name"], config["name"]), "config": given}


_CLASSES = {"L1L2Regularizer": "L1L2"}
_ARGUMENTS = {"m": "max_value"}


def custom_objects_of(given: Any) -> dict[str, Any]:
    """All names that stand for something of the script's own.

    Args:
        given: What a call has as `custom_objects`.
    """
    return {**_scope(), **keras.saving.get_custom_objects(), **(given or {})}


def _scope() -> dict[str, Any]:
    scope: dict[str, Any] = get_global_attribute("custom_objects_scope_dict", {})
    return scope
