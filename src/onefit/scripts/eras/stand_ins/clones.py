"""`clone_model` gave models that are not compiled.

Keras 3 compiles them as the model is, and for a loss of the script's own it ends with an error.
Source: `clone_model` in `keras/models.py` of 2.2.4 and in `cloning.py` of 2.15.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras

Function = Callable[..., Any]


def without_compiling(original: Function) -> Function:
    """`clone_model` of a model that is not compiled for as long."""

    @functools.wraps(original)
    def clone_model(model: Any, *args: Any, **kwargs: Any) -> Any:
        is_compiled, model.compiled = model.compiled, False
        try:
            return original(model, *args, **kwargs)
        finally:
            model.compiled = is_compiled

    return clone_model


def uncompiled_clone(model: Any, *args: Any, **kwargs: Any) -> Any:
    """A copy of a model with new weights, which is not compiled."""
    is_compiled, model.compiled = model.compiled, False
    try:
        return keras.models.clone_model(model, *args, **kwargs)
    finally:
        model.compiled = is_compiled
