"""`ModelCheckpoint` with files of any name, and with `period=`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

Method = Callable[..., Any]


def any_file(original: Method) -> Method:
    """Keras 3 asks for a suffix when the callback is made; the models write any file."""

    def __init__(self: Any, filepath: Any, *args: Any, period: int = 1, **kwargs: Any) -> None:
        weights = kwargs.get("save_weights_only", args[3] if len(args) > 3 else False)
        # Keras 3 looks at the suffix here only; the real name is set below.
        original(self, "any.weights.h5" if weights else "any.keras", *args, **kwargs)
        self.filepath = str(filepath)
        self.period = self._period = int(period)
        self._epochs_since_last_save = 0
        # Keras 3 leaves it None until an epoch has been compared; it was a number from the
        # beginning.
        if self.best is None and (self.mode != "auto" or self.monitor in ("loss", "val_loss")):
            self.best = float("-inf" if self.mode == "max" else "inf")

    return __init__


def only_what_is_logged(original: Method) -> Method:
    """With `save_best_only` nothing is saved where what is monitored is not in the logs."""

    def _should_save_model(self: Any, epoch: int, batch: Any, logs: Any, filepath: str) -> bool:
        if self.save_best_only and (logs or {}).get(self.monitor) is None:
            told = f"Can save best model only with {self.monitor} available, skipping."
            warnings.warn(told, RuntimeWarning, stacklevel=2)
            return False
        saves: bool = original(self, epoch, batch, logs, filepath)
        return saves

    return _should_save_model


def counted_from_zero(original: Method) -> Method:
    """`{epoch:02d}` of a file's name was 00 after the first epoch of Keras 1."""

    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        original(self, epoch - 1, logs)

    return on_epoch_end


def every_period(original: Method) -> Method:
    """Only every `period` epochs."""

    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        self._epochs_since_last_save = getattr(self, "_epochs_since_last_save", 0) + 1
        if self._epochs_since_last_save >= getattr(self, "_period", 1):
            self._epochs_since_last_save = 0
            original(self, epoch, logs)

    return on_epoch_end
