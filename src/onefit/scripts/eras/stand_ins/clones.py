"""`clone_model` gave models that are not compiled.

Keras 3 compiles them as the model is, and for a loss of the script's own it ends with an error.
Source: `clone_model` in `keras/models.py` of 2.2.4 and in `cloning.py` of 2.15.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import keras

Function = Callable[..., Any]


@contextlib.contextmanager
def uncompiled(model: Any) -> Iterator[None]:
    """A block in which a model is not compiled."""
    is_compiled, model.compiled = model.compiled, False
    try:
        yield
    finally:
        model.compiled = is_compiled


def without_compiling(original: Function) -> Function:
    """`clone_model`, whose copy is not compiled."""

    @functools.wraps(original)
    def clone_model(model: Any, *args: Any, **kwargs: Any) -> Any:
        with uncompiled(model):
            return original(model, *args, **kwargs)

    return clone_model


def uncompiled_clone(model: Any, *args: Any, **kwargs: Any) -> Any:
    """A copy of a model with new weights, which is not compiled."""
    with uncompiled(model):
        return keras.models.clone_model(model, *args, **kwargs)
