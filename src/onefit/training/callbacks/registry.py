"""Which callback has which rule: a line for each."""

from __future__ import annotations

from keras import Model
from keras import callbacks as keras_callbacks
from keras.callbacks import Callback

from onefit.training.callbacks.early_stopping import EarlyStop
from onefit.training.callbacks.hooks import is_plain
from onefit.training.callbacks.lr_schedule import Schedule
from onefit.training.callbacks.reduce_lr import Plateau
from onefit.training.callbacks.rule import Rule
from onefit.training.callbacks.terminate_on_nan import Terminate

RULES: dict[type, type[Rule]] = {
    keras_callbacks.EarlyStopping: EarlyStop,
    keras_callbacks.LearningRateScheduler: Schedule,
    keras_callbacks.ReduceLROnPlateau: Plateau,
    keras_callbacks.TerminateOnNaN: Terminate,
}


def rule_for(callback: Callback, model: Model) -> type[Rule] | None:
    """The rule that does what this callback does, or `None`."""
    for cls, rule in RULES.items():
        if is_plain(callback, cls):
            return rule if rule.suits(callback, model) else None
    return None


def watcher(callback: Callback, model: Model) -> Rule:
    """The rule of a callback whose only batch hook is `TerminateOnNaN`'s, see `is_watcher`."""
    return Terminate(callback, model)
