"""What Keras's callbacks on the host hold, as plain values, and given back to them.

A callback is known by its attributes. Plain values and arrays among them are kept; a function or
a class is the script's, which gives it again. Whether anything else changes in a training cannot
be seen, so a callback that holds such a thing is not one from which a training goes on exactly.
"""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import keras
import numpy as np
from keras import callbacks as keras_callbacks
from keras.callbacks import Callback

from onefit.training.callbacks.hooks import is_plain
from onefit.training.checkpoints.values import NotPlain, packed

KERAS = {"params", "_model", "model", "validation_data"}  # Keras sets them at the begin of a fit
FIXED = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.ModuleType,
    type,
    np.ufunc,
    re.Pattern,
    PurePath,
    keras.optimizers.schedules.LearningRateSchedule,
)


def states(callbacks: Sequence[Any]) -> list[dict[str, Any]]:
    """What each callback holds that a training may change; the bar is shown anew."""
    return [
        {} if isinstance(callback, keras_callbacks.ProgbarLogger) else _state(callback)
        for callback in callbacks
    ]


def _state(callback: Callback) -> dict[str, Any]:
    # It holds an open file and a writer, which are no values; what it has written tells where it
    # is.
    if is_plain(callback, keras_callbacks.CSVLogger):
        return {"keys": callback.keys, "log": _log(callback)}
    held = {k: v for k, v in vars(callback).items() if k not in KERAS}
    return {k: _drawn(v) for k, v in held.items() if not _fixed(v, callback)}


def set_states(callbacks: Sequence[Any], saved: Sequence[dict[str, Any]]) -> None:
    """Give callbacks what `states` has found.

    A list or a dict stays the one that it is, and gets the content: the script may hold it, too.
    """
    for callback, state in zip(callbacks, saved, strict=True):
        if is_plain(callback, keras_callbacks.CSVLogger):
            _set_log(callback, state["log"])
            state = {"keys": state["keys"]}
        for name, value in state.items():
            now = getattr(callback, name, None)
            if isinstance(now, np.random.Generator):
                now.bit_generator.state = value
            elif type(now) is list and type(value) is list:
                now[:] = value
            elif type(now) is dict and type(value) is dict:
                now.clear()
                now.update(value)
            else:
                setattr(callback, name, value)


def _log(callback: Callback) -> str:
    """What a `CSVLogger` has written."""
    callback.csv_file.flush()
    with open(callback.filename, newline="") as file:
        return file.read()


def _set_log(callback: Callback, text: str) -> None:
    """Let a `CSVLogger`, which begins its file anew, go on behind what it had written."""
    file = callback.csv_file
    file.seek(0)
    file.truncate()
    file.write(text)
    callback.append_header = not text


def reasons(callbacks: Sequence[Any]) -> list[str]:
    """Why a training with these callbacks cannot go on exactly: the attributes not understood."""
    found = []
    for callback, state in zip(callbacks, states(callbacks)):
        for name, value in state.items():
            try:
                packed(value, [])
            except NotPlain as error:
                found.append(f"{type(callback).__name__}.{name} is of type {error}")
    return found


def _drawn(value: Any) -> Any:
    """A generator of random numbers by its state."""
    return value.bit_generator.state if isinstance(value, np.random.Generator) else value


def _fixed(value: Any, callback: Callback) -> bool:
    """Whether the script gives a value again as it is."""
    if isinstance(value, functools.partial):
        return _fixed(value.func, callback)
    if isinstance(value, types.MethodType):
        return value.__self__ is callback or _fixed(value.__self__, callback)
    return isinstance(value, FIXED) or value is callback.model
