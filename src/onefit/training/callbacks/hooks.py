"""Which hooks of a callback have an effect: by them it is a rule in the program, or a call outside.

Where a callback goes is read off the hooks that it overrides, not off its name. Four classes of
Keras have a rule that does in the program what the class does on the host, down to the rounding:
Keras compares and multiplies Python floats (64 bit) and rounds to 32 bit where a tensor is made,
and so do the rules. A subclass that overrides a hook is no longer that class, and has no rule.
"""

from __future__ import annotations

import functools
from typing import Any

from keras import Model
from keras import callbacks as keras_callbacks
from keras.callbacks import Callback

from onefit.training.callbacks.hook_effects import idle
from onefit.training.host.keras_private import is_default

BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
)
EPOCH_HOOKS = ("on_epoch_begin", "on_epoch_end")
TEST_HOOKS = ("on_test_begin", "on_test_end")
PREDICT_HOOKS = ("on_predict_batch_begin", "on_predict_batch_end")


def overridden(callback: Callback, hooks: tuple[str, ...]) -> list[str]:
    """The hooks, of those named, in which a callback does something.

    A hook that is overridden but has no effect as the callback is set is not counted:
    `ModelCheckpoint` looks at every batch to save only if it saves by batches.

    >>> from keras.callbacks import LambdaCallback, ModelCheckpoint
    >>> overridden(LambdaCallback(on_train_batch_end=print), BATCH_HOOKS)
    ['on_train_batch_end']
    >>> overridden(ModelCheckpoint("best.keras"), BATCH_HOOKS)
    []
    >>> overridden(ModelCheckpoint("best.keras"), EPOCH_HOOKS)
    ['on_epoch_begin', 'on_epoch_end']
    """
    return [
        hook
        for hook in hooks
        if not is_default(getattr(callback, hook)) and not _idle(callback, hook)
    ]


def _idle(callback: Callback, hook: str) -> bool:
    """Whether a hook does nothing at the callback's settings."""
    method = getattr(callback, hook)
    own = getattr(method, "__func__", None) is getattr(keras_callbacks.TensorBoard, hook)
    if own and hook in BATCH_HOOKS:
        return _tensorboard_by_epoch(callback)
    return idle(method)


def _tensorboard_by_epoch(callback: Callback) -> bool:
    """Whether `TensorBoard` writes at epochs' ends only (its graph is one of TensorFlow's).

    It counts the batches all the same, for what it writes by batches.
    """
    return (
        callback.update_freq == "epoch"
        and not callback.write_steps_per_second
        and not callback._stop_batch
    )


def listed(
    callbacks: Any, model: Model, verbose: str | int, steps: int | None
) -> keras_callbacks.CallbackList:
    """The callbacks of an evaluation or a prediction as Keras's own list, with its bar.

    Args:
        callbacks: As they were given; a list of Keras's stays as it is.
        model: The model.
        verbose: As it was given.
        steps: How many batches there are; `None` if that is not known.
    """
    if isinstance(callbacks, keras_callbacks.CallbackList):
        return callbacks
    return keras_callbacks.CallbackList(
        callbacks, add_progbar=verbose != 0, verbose=verbose, epochs=1, steps=steps, model=model
    )


def is_watcher(callback: Callback) -> bool:
    """Whether its only batch hook is that of Keras's `TerminateOnNaN`, which has a rule."""
    hooks = overridden(callback, BATCH_HOOKS)
    method = getattr(callback.on_batch_end, "__func__", None)
    return hooks == ["on_batch_end"] and method is keras_callbacks.TerminateOnNaN.on_batch_end


def is_strange(callback: Callback) -> bool:
    """Whether a callback runs code of the user's, which may write to the arrays of the data.

    >>> from keras.callbacks import EarlyStopping, LambdaCallback
    >>> is_strange(EarlyStopping()), is_strange(LambdaCallback())
    (False, True)
    """
    own = not type(callback).__module__.startswith("keras.")
    return own or isinstance(callback, keras_callbacks.LambdaCallback)


def is_plain(callback: Callback, cls: type) -> bool:
    """Whether a callback does in every hook what `cls` does.

    >>> from keras.callbacks import EarlyStopping
    >>> is_plain(EarlyStopping(), EarlyStopping)
    True
    """
    if not isinstance(callback, cls):
        return False
    # A method may be set on the object itself (`callback.on_epoch_end = ...`). An `__init__` of its
    # own makes no difference: what it has set is read off the object.
    names = _methods(cls)
    return not names & vars(callback).keys() and (
        type(callback) is cls
        or all(
            getattr(type(callback), name) is getattr(cls, name)
            for name in names
            if not name.startswith("__")
        )
    )


@functools.cache
def _methods(cls: type) -> frozenset[str]:
    """The names of a class's methods; asking for them takes longer than a small network's epoch."""
    return frozenset(name for name in dir(cls) if callable(getattr(cls, name)))
