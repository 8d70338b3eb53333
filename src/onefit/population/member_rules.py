"""The rules of a population's callbacks: each member has its own state of every one."""

from __future__ import annotations

import copy
from typing import Any

import jax
from keras import callbacks as keras_callbacks

from onefit.errors import PopulationError
from onefit.training.rules import Monitor, Rule, rule_for


def rules_of(callbacks: Any, model: Any) -> list[Rule]:
    """The rules of the callbacks, each made from a copy that knows the model."""
    copies = [copy.copy(c) for c in jax.tree.leaves(callbacks)]
    listed = keras_callbacks.CallbackList(copies, model=model)
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
        found.append(rule(callback, model))
    return found


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
        if isinstance(rule, Monitor) and rule.monitor not in names:
            raise PopulationError(
                f"Expected callbacks that monitor one of {sorted(names)}, which every epoch has. "
                f"Received: {type(rule.callback).__name__} with monitor={rule.monitor!r}. Monitor "
                "one of them, validate after every epoch, or leave the callback out."
            )
