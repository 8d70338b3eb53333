"""`TensorBoard` where TensorFlow, which writes its files, is missing: a callback that says so."""

from __future__ import annotations

from typing import Any

import keras

from onefit.runs import journal


class TensorBoard(keras.callbacks.Callback):
    """Takes the arguments of Keras's callback and writes nothing.

    Args:
        log_dir: Where it would write. Defaults to `"logs"`.
        **settings: The other arguments of `keras.callbacks.TensorBoard`.
    """

    def __init__(self, log_dir: str = "logs", *_: Any, **settings: Any) -> None:
        """Say that nothing will be written."""
        super().__init__()
        self.log_dir = log_dir
        told = "TensorBoard wrote nothing: it needs TensorFlow (pip install tensorflow-cpu)"
        if told not in journal.total().remarks:
            journal.remark(told)
