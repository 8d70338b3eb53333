"""A Keras callback becomes a rule inside the program, or a call on the host at an epoch's end.

Where a callback goes is read off the hooks that it overrides, not off its name. Four classes of
Keras have a rule that does in the program what the class does on the host, down to the rounding:
Keras compares and multiplies Python floats (64 bit) and rounds to 32 bit where a tensor is made,
and so do the rules. A subclass that overrides a hook is no longer that class, and has no rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import callbacks as keras_callbacks
from keras.src import utils

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


def overridden(callback: Any, hooks: tuple[str, ...]) -> list[str]:
    """The hooks, of those named, in which a callback does something.

    A hook that Keras itself overrides but leaves without effect at this callback's settings
    (`ModelCheckpoint` looks at every batch only if it saves by batches) is not counted.

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
        if not utils.is_default(getattr(callback, hook))
        and not (hook in BATCH_HOOKS and _idle(callback, hook))
    ]


def _idle(callback: Any, hook: str) -> bool:
    """Whether a batch hook is Keras's own and does nothing at the callback's settings."""
    method = getattr(getattr(callback, hook), "__func__", None)
    return any(method is getattr(cls, hook, None) and idle(callback) for cls, idle in _IDLE.items())


def _tensorboard_by_epoch(callback: Any) -> bool:
    """Whether `TensorBoard` writes at epochs' ends only (its graph is one of TensorFlow's)."""
    return (
        callback.update_freq == "epoch"
        and not callback.write_steps_per_second
        and not callback._stop_batch
    )


_IDLE: dict[Any, Callable[[Any], bool]] = {
    keras_callbacks.ModelCheckpoint: lambda c: c.save_freq == "epoch",
    keras_callbacks.BackupAndRestore: lambda c: c.save_freq == "epoch",
    keras_callbacks.TensorBoard: _tensorboard_by_epoch,
    **(
        {keras_callbacks.OrbaxCheckpoint: lambda c: c.save_freq == "epoch"}
        if hasattr(keras_callbacks, "OrbaxCheckpoint")
        else {}
    ),
}


def is_watcher(callback: Any) -> bool:
    """Whether its only batch hook is that of Keras's `TerminateOnNaN`, which has a rule."""
    hooks = overridden(callback, BATCH_HOOKS)
    method = getattr(callback.on_batch_end, "__func__", None)
    return hooks == ["on_batch_end"] and method is keras_callbacks.TerminateOnNaN.on_batch_end


def is_strange(callback: Any) -> bool:
    """Whether a callback runs code of the user's, which may write to the arrays of the data.

    >>> from keras.callbacks import EarlyStopping, LambdaCallback
    >>> is_strange(EarlyStopping()), is_strange(LambdaCallback())
    (False, True)
    """
    own = not type(callback).__module__.startswith("keras.")
    return own or isinstance(callback, keras_callbacks.LambdaCallback)


def is_plain(callback: Any, cls: type) -> bool:
    """Whether a callback does in every hook what `cls` does.

    >>> from keras.callbacks import EarlyStopping
    >>> is_plain(EarlyStopping(), EarlyStopping)
    True
    """
    if not isinstance(callback, cls):
        return False
    names = [n for n in dir(cls) if n.startswith(("on_", "_")) or callable(getattr(cls, n))]
    return all(
        getattr(type(callback), name) is getattr(cls, name)
        for name in names
        if callable(getattr(cls, name)) and not name.startswith("__")
    ) and not any(name in vars(callback) and callable(getattr(cls, name)) for name in names)
