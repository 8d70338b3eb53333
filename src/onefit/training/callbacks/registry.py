"""Which callback has which rule."""

from __future__ import annotations

from typing import Any

from keras import callbacks as keras_callbacks

from onefit.training.callbacks.early_stopping import EarlyStop
from onefit.training.callbacks.hooks import is_plain
from onefit.training.callbacks.learning_rate import rate_place
from onefit.training.callbacks.lr_schedule import Schedule
from onefit.training.callbacks.pure_schedule import pure
from onefit.training.callbacks.reduce_lr import Plateau
from onefit.training.callbacks.rule import Rule
from onefit.training.callbacks.terminate_on_nan import Terminate


def rule_for(callback: Any, model: Any) -> type[Rule] | None:
    """The rule that does what this callback does, or `None`."""
    for cls, rule in (
        (keras_callbacks.EarlyStopping, EarlyStop),
        (keras_callbacks.ReduceLROnPlateau, Plateau),
        (keras_callbacks.LearningRateScheduler, Schedule),
        (keras_callbacks.TerminateOnNaN, Terminate),
    ):
        if is_plain(callback, cls):
            if rule is Terminate and getattr(callback, "raise_error", False):
                return None  # raises in the middle of an epoch: a matter of the host
            if issubclass(rule, Schedule) and not (
                rate_place(model) is not None and pure(callback.schedule)
            ):
                return None
            return None if rule is Plateau and rate_place(model) is None else rule
    return None
