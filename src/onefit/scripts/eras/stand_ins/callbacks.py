"""Callbacks that have gone, and what callbacks had."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras
from keras.src.utils import io_utils

from onefit.scripts.eras.stand_ins import wording

Function = Callable[..., Any]


def settable_model(original: property) -> property:
    """A callback's `model` could be set: `callback.model = other`."""

    def set_model(self: Any, model: Any) -> None:
        self._model = model

    return original.setter(set_model)


def told_nothing(original: Function) -> Function:
    """`on_train_end` had no logs."""

    def on_train_end(self: Any, logs: Any = None) -> None:
        original(self, {})

    return on_train_end


def told_first(original: Function) -> Function:
    """That the best weights come back was printed before that the training has stopped."""

    def on_train_end(self: Any, logs: Any = None) -> None:
        best = self.best_weights
        is_told = self.verbose and self.stopped_epoch and wording.are_of_then()
        if is_told and self.restore_best_weights and best is not None:
            told = "Restoring model weights from the end of the best epoch"
            io_utils.print_msg(f"{told}: {self.best_epoch + 1}.")
            self.model.set_weights(best)
            # Keras finds nothing to restore then, and does not print the same a second time.
            self.best_weights = None
        original(self, logs)
        self.best_weights = best

    return on_train_end


def restoring_when_stopped(original: Function) -> Function:
    """The best weights came back where `EarlyStopping` stopped the training, and only there.

    Keras 3 restores them after all epochs, too. Source: `EarlyStopping` in `callbacks.py` of Keras
    2.2.4 and 2.15.
    """

    def on_train_end(self: Any, logs: Any = None) -> None:
        best = self.best_weights
        # Keras 3 restores where there are best weights, whatever ended the training.
        if self.stopped_epoch == 0:
            self.best_weights = None
        original(self, logs)
        self.best_weights = best

    return on_train_end


def beating_the_baseline(original: Function) -> Function:
    """`EarlyStopping` took its baseline for the best value so far, and epoch 0 could be the last.

    In Keras 3 a value that improves on those before it stops nothing, whatever the baseline is.
    Source: `EarlyStopping` in `callbacks.py` of Keras 2.2.4.
    """

    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        if self.baseline is None:
            original(self, epoch, logs)
            return
        if self.monitor_op is None:
            self._set_monitor_op()
        self.best = self.baseline if self.best is None else self.best
        current = self.get_monitor_value(logs)
        if current is None:
            return
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best, self.best_epoch, self.wait = current, epoch, 0
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
        elif self.wait >= self.patience:
            self.stopped_epoch, self.model.stop_training = epoch, True
            if self.restore_best_weights and self.best_weights is not None:
                self.model.set_weights(self.best_weights)

    return on_epoch_end


def restoring_in_its_turn(original: Function) -> Function:
    """The best weights came back in the epoch that was the last, before the next callback's turn.

    Keras 3 restores them when all callbacks have been told of that epoch. Source: `EarlyStopping`
    in `callbacks.py` of Keras 2.2.4 and 2.15.
    """

    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        original(self, epoch, logs)
        is_last = self.model.stop_training and self.stopped_epoch == epoch
        if is_last and self.restore_best_weights and self.best_weights is not None:
            self.model.set_weights(self.best_weights)

    return on_epoch_end


def seen_by_others(original: Function) -> Function:
    """An `EarlyStopping` has its turn between the others where one behind it sees the weights.

    Without such a one the epochs are one program, and the weights come back when it ends.

    Args:
        original: Keras's `fit`.
    """

    @wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("callbacks")
        each = list(given) if isinstance(given, list | tuple) else []
        stopping = [
            one
            for place, one in enumerate(each)
            if type(one) is keras.callbacks.EarlyStopping
            and one.restore_best_weights
            and any(map(_sees_weights, each[place + 1 :]))
        ]
        for one in stopping:
            one.on_epoch_end = one.on_epoch_end  # what an object has of its own is called
        try:
            return original(self, *args, **kwargs)
        finally:
            for one in stopping:
                vars(one).pop("on_epoch_end", None)

    return fit


def _sees_weights(callback: Any) -> bool:
    """Whether a callback may look at the weights when an epoch ends."""
    kind = type(callback)
    is_own = not kind.__module__.startswith("keras.")
    return is_own or isinstance(
        callback, keras.callbacks.ModelCheckpoint | keras.callbacks.LambdaCallback
    )


def counting_reductions(original: Function) -> Function:
    """The epoch that lowered the rate was the first one of the next wait."""

    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        before = float(self.model.optimizer.learning_rate)
        original(self, epoch, logs)
        # Keras 1 set `wait` to 0 and then raised it in the same epoch.
        if float(self.model.optimizer.learning_rate) < before:
            self.wait += 1

    return on_epoch_end


class BaseLogger(keras.callbacks.Callback):
    """It averaged the metrics over an epoch, which Keras 3 does itself."""

    def __init__(self, stateful_metrics: Any = None) -> None:
        """Nothing to keep."""
        super().__init__()
