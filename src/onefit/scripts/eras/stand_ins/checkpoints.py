"""`ModelCheckpoint` with files of any name, and with `period=`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Method = Callable[..., Any]


def any_file(original: Method) -> Method:
    """Keras 3 asks for a suffix when the callback is made; the models write any file."""

    def __init__(self: Any, filepath: Any, *args: Any, period: int = 1, **kwargs: Any) -> None:
        weights = kwargs.get("save_weights_only", args[3] if len(args) > 3 else False)
        original(self, "any.weights.h5" if weights else "any.keras", *args, **kwargs)
        self.filepath = str(filepath)
        self.period = self._period = int(period)
        self._epochs_since_last_save = 0

    return __init__


def counted_from_zero(original: Method) -> Method:
    """`{epoch:02d}` of a file's name was 00 after the first epoch of Keras 1."""

    def _get_file_path(self: Any, epoch: int, *args: Any, **kwargs: Any) -> str:
        path: str = original(self, epoch - 1, *args, **kwargs)
        return path

    return _get_file_path


def every_period(original: Method) -> Method:
    """Only every `period` epochs."""

    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        self._epochs_since_last_save = getattr(self, "_epochs_since_last_save", 0) + 1
        if self._epochs_since_last_save >= getattr(self, "_period", 1):
            self._epochs_since_last_save = 0
            original(self, epoch, logs)

    return on_epoch_end
