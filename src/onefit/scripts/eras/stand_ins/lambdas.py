"""The function of a `Lambda` layer is read again from a config or a file: docs/design/0097."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from keras import activations, backend, constraints, initializers, regularizers, saving
from keras.src.backend.common.global_state import get_global_attribute

Function = Callable[..., Any]


def code_of_lambda(original: Function) -> Any:
    """The code of a function is read, as it was before `safe_mode`."""

    def _raise_for_lambda_deserialization(safe_mode: bool | None) -> None:
        """Nothing: see docs/design/0097."""

    return staticmethod(_raise_for_lambda_deserialization)


def with_its_names(original: Function) -> Function:
    """The code finds the names that it had then: `K`, `np` and `tf`, and those of the script.

    A `Lambda` of Keras 1 and 2 saw the imports of Keras's `layers/core.py` and what was given as
    `custom_objects`; one of `tf.keras` saw the names of the module that had made it, too.
    """

    def func_load(code: Any, defaults: Any = None, closure: Any = None, globs: Any = None) -> Any:
        return original(code, defaults, closure, _names() if globs is None else globs)

    return func_load


def _names() -> dict[str, Any]:
    known = sys.modules.get("tensorflow.keras.backend", backend)
    script = sys.modules.get("__main__")
    return {
        "K": known,
        "activations": activations,
        "backend": known,
        "constraints": constraints,
        "initializers": initializers,
        "np": np,
        "regularizers": regularizers,
        "tf": sys.modules.get("tensorflow"),
        **({} if script is None else vars(script)),
        **saving.get_custom_objects(),
        **(get_global_attribute("custom_objects_scope_dict") or {}),
    }
