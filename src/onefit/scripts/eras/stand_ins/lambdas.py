"""The function of a `Lambda` layer is read again from a config or a file: docs/design/0097."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
from keras import activations, backend, constraints, initializers, regularizers, saving
from keras.src.backend.common.global_state import get_global_attribute
from keras.src.utils import python_utils

from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins import lambda_codes
from onefit.scripts.eras.stand_ins.configs import custom_objects_of

Function = Callable[..., Any]


def code_of_lambda(original: Function) -> Any:
    """The code of a function is read, as it was before `safe_mode`."""

    def _raise_for_lambda_deserialization(safe_mode: bool | None) -> None:
        """Nothing: see docs/design/0097."""

    return staticmethod(_raise_for_lambda_deserialization)


def as_code(original: Function) -> Any:
    """A config has the code of a function, and not only that of a lambda.

    For Python both are one type, `types.LambdaType`, which Keras 1 and 2 and `tf.keras` asked for.
    A model that was saved with a function is read again without `custom_objects` therefore.
    """

    def _serialize_function_to_config(self: Any, fn: Any) -> Any:
        if not isinstance(fn, types.LambdaType) or _is_found_by_name(fn):
            return original(self, fn)
        if _home(fn).startswith("onefit.scripts."):  # `K.abs`, which is found there again
            named = {"class_name": "function", "config": fn.__name__}
            return {"module": _home(fn), **named, "registered_name": "function"}
        code, defaults, closure = python_utils.func_dump(fn)
        written = {"code": code, "defaults": defaults, "closure": closure}
        return {"class_name": "__lambda__", "config": written}

    return _serialize_function_to_config


def _is_found_by_name(function: Function) -> bool:
    """Whether a function is one of Keras's, or one that the script has registered."""
    is_registered = saving.get_registered_name(function) != function.__name__
    return is_registered or _home(function).startswith("keras.")


def _home(function: Function) -> str:
    """The module of a function; `""` for one that `exec` made without a name of a module."""
    return function.__module__ or ""


def of_this_python(original: Function) -> Any:
    """A layer whose code another Python wrote is one of `custom_objects`, or an error names it."""

    def from_config(
        cls: Any, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None
    ) -> Any:
        known = custom_objects_of(custom_objects)
        given = {part: _readable(part, config, known) for part in _PARTS if config.get(part)}
        return original.__func__(cls, {**config, **given}, known, safe_mode)  # type: ignore[attr-defined]

    return classmethod(from_config)


_PARTS = ("function", "output_shape", "mask")


def _readable(part: str, config: dict[str, Any], known: dict[str, Any]) -> Any:
    """A part of a layer's config as Keras reads it."""
    held = config[part]
    if isinstance(held, list) and isinstance(held[0], str):  # the code of a function, as of old
        held = {"class_name": "__lambda__", "config": dict(zip(_CODE, held))}
    if not isinstance(held, dict) or held.get("class_name") != "__lambda__":
        return held
    name, wrote = config.get("name"), lambda_codes.writer(held["config"]["code"])
    if not wrote:
        return held
    if part == "output_shape":  # the function tells it too
        return None
    if part == "function" and callable(known.get(str(name))):
        return name
    raise refused(
        ValueError,
        "OF208",
        f"code that {lambda_codes.this()} wrote",
        f"{part}= of the Lambda layer {name!r}, whose code {wrote} wrote",
        f"Give its function under the layer's name, load_model(path, custom_objects={{{name!r}: "
        "lambda x: ...}), or build the model by its code and call model.load_weights(path).",
    )


_CODE = ("code", "defaults", "closure")


def with_its_names(original: Function) -> Function:
    """The code finds the names that it had then: `K`, `np` and `tf`, and those of the script.

    A `Lambda` of Keras 1 and 2 saw the imports of Keras's `layers/core.py` and what was given as
    `custom_objects`; one of `tf.keras` saw the names of the module that had made it, too.
    """

    def func_load(code: Any, defaults: Any = None, closure: Any = None, globs: Any = None) -> Any:
        if isinstance(defaults, list):  # JSON has no tuples, and Python wants one
            defaults = tuple(defaults)
        if globs is not None:
            return original(code, defaults, closure, globs)
        function = original(code, defaults, closure, {})
        function.__globals__.update(_names(function.__code__.co_filename))
        return function

    return func_load


def _names(file: str) -> dict[str, Any]:
    """What the code of a function finds by its name.

    Args:
        file: The file in which the function stood; its names go before those of the script.
    """
    known = sys.modules.get("tensorflow.keras.backend", backend)
    script = sys.modules.get("__main__")
    homes = (one for one in list(sys.modules.values()) if getattr(one, "__file__", None) == file)
    home = next(homes, None)
    return {
        "K": known,
        "activations": activations,
        "backend": known,
        "constraints": constraints,
        "initializers": initializers,
        "np": np,
        "regularizers": regularizers,
        "tf": sys.modules.get("tensorflow"),
        # What the script defines goes before Keras's imports, and `custom_objects` before both.
        **({} if script is None else vars(script)),
        **({} if home is None else vars(home)),
        **saving.get_custom_objects(),
        **(get_global_attribute("custom_objects_scope_dict") or {}),
    }
