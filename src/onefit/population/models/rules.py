"""The rules of a population's callbacks: each member has its own state of every one."""

from __future__ import annotations

import copy
from typing import Any

import jax
import numpy as np
from keras import Model
from keras import callbacks as keras_callbacks
from keras.callbacks import Callback

from onefit.errors import PopulationError
from onefit.training.callbacks.registry import rule_for
from onefit.training.callbacks.rule import Rule

MOST_ASKED = 10_000  # epochs: a millisecond for most schedules


def rules_of(callbacks: Any, model: Model, epochs: int) -> list[Rule]:
    """The rules of the callbacks, each made from a copy that knows the model.

    Args:
        callbacks: As `fit` is given them.
        model: The model.
        epochs: Of how many epochs a schedule has to know the rate.

    Raises:
        PopulationError: If a callback cannot be one of many members.
    """
    # Copies: the user's own callbacks must not be told of a model that the user never sees.
    copies = [copy.copy(c) for c in jax.tree.leaves(callbacks)]
    listed = keras_callbacks.CallbackList(copies, model=model)
    # As at the begin of a fit: a callback that was used before forgets what it has seen.
    listed.on_train_begin()
    found = []
    for callback in copies:
        rule = rule_for(callback, model)
        if rule is None:
            raise PopulationError(
                "Expected callbacks that are Keras's own, can be part of a program, and suit the "
                f"optimizer. Received: {type(callback).__name__}. Leave it out, or train the "
                "members one by one with `fit`."
            )
        found.append(_made(rule, callback, model))
    for made in found:
        if made.rates_dtype is not None:
            _check_schedule(made, float(np.asarray(model.optimizer.learning_rate)), epochs)
    return found


def _made(rule: type[Rule], callback: Callback, model: Model) -> Rule:
    try:
        return rule(callback, model)
    except ValueError as error:  # Keras knows no direction for what is monitored
        told = f"{type(callback).__name__}, of which Keras says: {error}"
        raise PopulationError(
            f"Expected callbacks that monitor a value that every epoch has. Received: {told} "
            "Monitor 'loss' or a metric of the model, and give a `mode`."
        ) from None


def _check_schedule(rule: Rule, rate: float, epochs: int) -> None:
    """Ask a schedule, which is a pure function, for the rate of every epoch before any is run."""
    for epoch in range(min(epochs, MOST_ASKED)):
        try:
            rate = float(np.asarray(rule.rates(epoch, 1, rate)[0], rule.rates_dtype))
        except Exception as error:
            raise PopulationError(
                "Expected a schedule that gives a float for every epoch to LearningRateScheduler. "
                f"Received: in epoch {epoch}, {type(error).__name__}: {error}. Mend the schedule."
            ) from error
        if not np.isfinite(rate):
            raise PopulationError(
                "Expected a schedule that gives a finite rate for every epoch to "
                f"LearningRateScheduler. Received: {rate} in epoch {epoch}. Mend the schedule."
            )


def check_monitored(rules: list[Rule], names: set[str]) -> None:
    """See that what the rules monitor is there after every epoch.

    Args:
        rules: The rules.
        names: The logs that every epoch has.

    Raises:
        PopulationError: If a rule would miss its value. Keras warns of that after every epoch, and
            trains on as if the callback were not there.
    """
    for rule in rules:
        if rule.monitor is not None and rule.monitor not in names:
            raise PopulationError(
                f"Expected callbacks that monitor one of {sorted(names)}, which every epoch has. "
                f"Received: {type(rule.callback).__name__} with monitor={rule.monitor!r}. Monitor "
                "one of them, validate after every epoch, or leave the callback out."
            )
