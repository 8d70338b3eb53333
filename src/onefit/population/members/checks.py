"""Checks of the arguments of a population: made before anything runs, without a look at the data.

What only the rows can tell is looked at where they are divided (`folds.py`, `splitters.py`) and
weighed (`classes.py`); what only the names of a sweep can tell, in `sweep.py` and `paths.py`.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import jax
import keras
import numpy as np
from keras import Model
from keras import callbacks as keras_callbacks
from keras.callbacks import Callback

from onefit.errors import PopulationError
from onefit.training.host.keras_private import data_adapter_utils

LAST_SEED = 2**32 - 1  # the last that NumPy takes
KNOWN_CALLBACKS = (
    keras_callbacks.EarlyStopping,
    keras_callbacks.ReduceLROnPlateau,
    keras_callbacks.LearningRateScheduler,
    keras_callbacks.TerminateOnNaN,
)


def check(
    given: dict[str, Any],
    restarts: Any,
    bootstrap: Any,
    folds: Any,
    groups: Any,
    stratify: Any = False,
    seed: Any = 0,
) -> None:
    """Refuse what cannot be a population, before the data is touched.

    Args:
        given: The arguments of `fit`.
        restarts: As `fit_many` was given it; the others too.
        bootstrap: How many replicas of the rows, or `None`.
        folds: The folds in any of their forms, or `None`.
        groups: A group for each row, or `None`.
        stratify: Whether each fold gets each class in its proportion. Defaults to `False`.
        seed: The first seed. Defaults to `0`.

    Raises:
        PopulationError: With what was expected, what was received and what to do.
    """
    whole("restarts", restarts, 1, "Give how many starts there are to be, such as 10.")
    if bootstrap is not None:
        whole("bootstrap", bootstrap, 1, "Give how many replicas there are to be, such as 50.")
    _check_rows(bootstrap, folds, groups, stratify)
    check_seeds(seed, int(restarts) * int(bootstrap or 1))
    _check_training(given)
    _check_validation(given)
    _check_callbacks(given["callbacks"])


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number, and not a bool.

    >>> is_whole(3), is_whole(3.0), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Whether a value is a finite number, and not a bool.

    >>> is_number(0.5), is_number("0.5"), is_number(float("nan"))
    (True, False, False)
    """
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return real and math.isfinite(value)


def shown(value: Any) -> str:
    """A value as text, on one line and not too long.

    >>> shown(0.5), shown(np.zeros(3))
    ('0.5', 'array([0., 0., 0.])')
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def whole(name: str, value: Any, least: int, advice: str) -> int:
    """A whole number, and an error for anything else.

    Args:
        name: The argument's name.
        value: What the user gave.
        least: The smallest number that will do.
        advice: What to do, for the error's end.

    Raises:
        PopulationError: If it is none, or less.

    >>> whole("restarts", 16, 1, "Give how many.")
    16
    """
    if not is_whole(value) or value < least:
        raise PopulationError(
            f"Expected `{name}` to be a whole number of at least {least}. Received: "
            f"{shown(value)}. {advice}"
        )
    return operator.index(value)


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Refuse a word that is not one of a few.

    Raises:
        PopulationError: If it is not.

    >>> check_choice("mode", "min", ("min", "max"))
    """
    if not isinstance(value, str) or value not in choices:
        raise PopulationError(
            f"Expected `{name}` to be {' or '.join(map(repr, choices))}. Received: {shown(value)}."
        )


def check_seeds(seed: Any, count: int) -> None:
    """Refuse a first seed from which NumPy does not take as many as there are to be."""
    whole("seed", seed, 0, f"Give a number from 0 to {LAST_SEED}.")
    if int(seed) + count - 1 > LAST_SEED:
        raise PopulationError(
            f"Expected seeds up to {LAST_SEED}. Received: `seed={seed}`, from which {count:,} are "
            "counted up. Give a smaller `seed`."
        )


def check_targets(model: Model, y: Any) -> None:
    """Refuse a model that compares its outputs with targets, if there are none."""
    if y is not None or model._compile_loss is None:
        return
    # A class that computes its loss by itself may do without targets.
    kind, stock = type(model), keras.Model
    if kind.compute_loss is stock.compute_loss and kind.train_step is stock.train_step:
        raise PopulationError(
            "Expected `y`, with which the loss given to `compile` compares the outputs. Received: "
            "`y=None`. Give the targets, or compile the model without `loss` if its layers add "
            "their own."
        )


def _check_rows(bootstrap: Any, folds: Any, groups: Any, stratify: Any) -> None:
    """What divides the rows, and what excludes what."""
    if bootstrap is not None and folds is not None:
        raise PopulationError(
            "Expected `folds` or `bootstrap`. Received both. Give `folds` for how well the model "
            "does on new rows, `bootstrap` for how much it depends on the rows."
        )
    if groups is not None and folds is None and bootstrap is None:
        raise PopulationError(
            "Expected `folds` or `bootstrap` with `groups`. Received neither. Give one of them, "
            "or leave `groups` out."
        )
    if not isinstance(stratify, (bool, np.bool_)):
        raise PopulationError(
            f"Expected `stratify` to be True or False. Received: {shown(stratify)}. The classes "
            "are those of `y`."
        )
    if stratify and folds is None:
        beside = "`bootstrap`" if bootstrap is not None else "no `folds`"
        raise PopulationError(
            f"Expected a number of `folds` with `stratify`. Received: `stratify=True` and {beside}."
            " Give `folds`, or leave `stratify` out."
        )


def _check_training(given: dict[str, Any]) -> None:
    """The numbers of `fit` for training."""
    if given["epochs"] is None:
        raise PopulationError(
            "Expected `epochs`: how often each member goes through its rows at most. Received: "
            "none. Give for example `epochs=100`, with "
            "`callbacks=[keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)]` "
            "if members have rows to validate on."
        )
    whole("epochs", given["epochs"], 1, "Give how many times to go through the rows.")
    for name in ("batch_size", "validation_batch_size"):
        if given[name] is not None:
            whole(name, given[name], 1, "Give how many rows a batch has, or leave it out.")
    if not isinstance(given["shuffle"], (int, np.bool_)) or given["shuffle"] not in (0, 1):
        raise PopulationError(
            f"Expected `shuffle` to be True or False. Received: {shown(given['shuffle'])}. Members "
            "draw orders of single rows."
        )
    check_verbose(given["verbose"])


def check_verbose(verbose: Any) -> None:
    """Refuse what Keras does not take for `verbose`.

    Raises:
        PopulationError: If it is something else.

    >>> check_verbose("auto")
    """
    if not (isinstance(verbose, (int, np.integer)) and verbose in (0, 1, 2)) and verbose != "auto":
        raise PopulationError(
            f"Expected `verbose` to be 0, 1, 2 or 'auto'. Received: {shown(verbose)}. Give 0 for "
            "no progress bar."
        )


def _check_validation(given: dict[str, Any]) -> None:
    """What `fit` is told about validation."""
    share, data = given["validation_split"], given["validation_data"]
    if share is not None and not (is_number(share) and 0 <= share < 1):
        raise PopulationError(
            "Expected `validation_split` to be a number from 0 up to, and without, 1. Received: "
            f"{shown(share)}. Give the share of the last rows to validate on, such as 0.2."
        )
    if share and data is not None:
        raise PopulationError(
            "Expected `validation_split` or `validation_data`. Received both. Leave one out."
        )
    if data is not None and given["y"] is not None and not _has_targets(data):
        size = f" of {len(data)}" if isinstance(data, (tuple, list)) else ""
        raise PopulationError(
            "Expected `validation_data` as (x, y) or (x, y, sample_weight). Received: a "
            f"{type(data).__name__}{size}. Give inputs and targets, as arrays."
        )
    often = given["validation_freq"]
    for each in often if isinstance(often, list) else [often]:
        whole("validation_freq", each, 1, "Give how many epochs apart, or a list of epochs.")


def _has_targets(validation_data: Any) -> bool:
    """Whether Keras finds targets in validation data."""
    try:
        unpacked = data_adapter_utils.unpack_x_y_sample_weight(validation_data)
    except ValueError:  # more than three things
        return False
    return unpacked[1] is not None


def _check_callbacks(callbacks: Any) -> None:
    """Every callback is one that each member can have its own of."""
    for callback in jax.tree.leaves(callbacks):
        # A subclass passes, too: whether it has a rule is seen when there is a model.
        if isinstance(callback, KNOWN_CALLBACKS):
            _check_settings(callback)
            continue
        name, advice = type(callback).__name__, "Leave it out"
        if isinstance(callback, type):
            name = f"the class {callback.__name__} itself"
            if issubclass(callback, KNOWN_CALLBACKS):
                advice = f"Call it, `{callback.__name__}(...)`, or leave it out"
        raise PopulationError(
            "Expected callbacks that every member can have its own of: "
            f"{', '.join(known.__name__ for known in KNOWN_CALLBACKS)}. Received: {name}. "
            f"{advice}; `Population` has every member's history and weights."
        )


NUMBERS = ("patience", "min_delta", "start_from_epoch", "factor", "cooldown", "min_lr", "baseline")


def _check_settings(callback: Callback) -> None:
    """What a callback was given is of the type that its rule computes with."""
    name = type(callback).__name__
    monitor = getattr(callback, "monitor", "loss")
    if not isinstance(monitor, str) or not monitor:
        raise PopulationError(
            f"Expected `monitor` of {name} to be the name of a value. Received: {shown(monitor)}. "
            "Give 'loss', 'val_loss' or the name of a metric."
        )
    for setting in NUMBERS:
        value = getattr(callback, setting, 0)
        if not (is_number(value) or (setting == "baseline" and value is None)):
            raise PopulationError(
                f"Expected `{setting}` of {name} to be a number. Received: {shown(value)}. Give a "
                "number, or leave it out."
            )
    if not isinstance(getattr(callback, "restore_best_weights", False), (bool, np.bool_)):
        raise PopulationError(
            f"Expected `restore_best_weights` of {name} to be True or False. Received: "
            f"{shown(callback.restore_best_weights)}."
        )
