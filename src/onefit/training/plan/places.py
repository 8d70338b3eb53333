"""Where a callback of a fit runs: as a rule in the program, shown what it did, or on the host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import Model
from keras import callbacks as keras_callbacks
from keras.callbacks import Callback

from onefit.training.callbacks.hooks import (
    EPOCH_HOOKS,
    TEST_HOOKS,
    is_plain,
    is_watcher,
    overridden,
)
from onefit.training.callbacks.registry import rule_for
from onefit.training.callbacks.rule import Rule


def rules_of(callbacks: Sequence[Any], model: Model) -> list[Rule] | None:
    """The rules of the callbacks that have one, in the user's order.

    Args:
        callbacks: The callbacks.
        model: The model.

    Returns:
        `None` where a callback has to be called between epochs, or where two set the learning rate.
    """
    listed = [callback for callback in callbacks if not is_shown(callback)]
    classes = [rule_for(callback, model) for callback in listed]
    if any(rule is None and needs_host(c) for c, rule in zip(listed, classes)):
        return None
    # A schedule is asked for many epochs ahead, each rate from the one before: it would not see
    # what a second rule sets between them.
    if sum(rule.sets_rate for rule in classes if rule) > 1:
        return None
    return [rule(callback, model) for callback, rule in zip(listed, classes) if rule]


def place_of(callback: Callback, rules: list[Rule]) -> str:
    """Where a callback runs, in words.

    Args:
        callback: The callback.
        rules: The rules that are part of the program.
    """
    if is_plain(callback, keras_callbacks.ProgbarLogger):
        return "shown a few times a second"
    if is_shown(callback) or any(rule.callback is callback for rule in rules):
        return "in the program"
    hooks = overridden(callback, EPOCH_HOOKS + TEST_HOOKS)
    return f"on the host, {', '.join(hooks)}" if hooks else "on the host, before and after"


def is_shown(callback: Callback) -> bool:
    """History and the progress bar: they are shown epochs, and are neither rules nor calls."""
    return is_plain(callback, keras_callbacks.History) or is_plain(
        callback, keras_callbacks.ProgbarLogger
    )


def needs_host(callback: Callback) -> bool:
    """Whether a callback without a rule has to be called between epochs."""
    return is_watcher(callback) or bool(overridden(callback, EPOCH_HOOKS + TEST_HOOKS))
