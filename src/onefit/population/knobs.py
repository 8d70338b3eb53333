"""The numbers of a compiled model that a member can have a value of its own of.

A knob has a path, as users write it in a sweep:

    learning_rate                       or optimizer.learning_rate
    optimizer.beta_1                    any number of the optimizer
    optimizer.learning_rate.decay_steps any number of a schedule
    layers.dropout.rate                 any number in a layer's config
    layers.dense.kernel_regularizer.l2  any number of what a layer holds
    loss.label_smoothing                any number of a loss; loss.<output>.… with several
    loss_weights                        or loss_weights.<output> with several
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import constraints, regularizers
from keras.src.optimizers.schedules.learning_rate_schedule import LearningRateSchedule

RATE = "optimizer.learning_rate"


@dataclass
class Knob:
    """A number of a model.

    Args:
        path: How users name it.
        value: What it is now.
        put: Sets it, to a number or to a `Column`. `None` for a learning rate that is a variable.
    """

    path: str
    value: float
    put: Callable[[Any], None] | None


def knobs(model: Any) -> dict[str, Knob]:
    """Every knob of a built and compiled model, by its path.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5, name="drop")])
    >>> model.compile("sgd", "mse")
    >>> list(knobs(model))[:2]
    ['layers.drop.rate', 'optimizer.learning_rate']
    """
    found: list[Knob] = []
    for layer in model._flatten_layers(include_self=False):
        found += _of(layer, f"layers.{layer.name}")
    optimizer = model.optimizer
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate = getattr(inner, "_learning_rate", None)
    if isinstance(rate, LearningRateSchedule):
        found += _of(rate, RATE)
    elif rate is not None:
        found.append(Knob(RATE, float(np.asarray(rate)), None))
    if inner is not None:
        found += [k for k in _of(inner, "optimizer") if k.path != RATE]
    found += _losses(model)
    return {knob.path: knob for knob in found}


def full_path(path: str) -> str:
    """The path for what users may write shorter.

    >>> full_path("learning_rate")
    'optimizer.learning_rate'
    """
    first = path.split(".")[0]
    return f"optimizer.{path}" if first == "learning_rate" else path


def _of(thing: Any, path: str) -> list[Knob]:
    """The numbers in an object's config that it holds under the same name, and those inside."""
    found: list[Knob] = []
    for name, value in _config(thing).items():
        held = getattr(thing, name, None)
        if _is_number(value) and name in vars(thing) and held == value:
            found.append(Knob(f"{path}.{name}", float(value), _attribute(thing, name)))
        elif isinstance(held, (regularizers.Regularizer, constraints.Constraint)):
            found += _of(held, f"{path}.{name}")
    return found


def config_of(thing: Any) -> dict[str, Any]:
    """A Keras object's config. Keras's optimizers read a variable in a way that NumPy warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        config: dict[str, Any] = thing.get_config()
        return config


def _config(thing: Any) -> dict[str, Any]:
    try:
        config = config_of(thing)
    except Exception:  # a user's own class without a config has no knobs
        return {}
    return config if isinstance(config, dict) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) and not isinstance(value, bool)


def _attribute(thing: Any, name: str) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        vars(thing)[name] = value

    return put


def _losses(model: Any) -> list[Knob]:
    """The numbers of the losses and their weights; Keras knows them once the model is built."""
    compiled = model._compile_loss
    if compiled is not None and not compiled.built:
        return _plain_loss(compiled)
    flat = (compiled._flat_losses or []) if compiled is not None else []
    found = []
    for place, (path, loss, weight, name) in enumerate(flat):
        own = name or (str(path[-1]) if path else str(place))
        middle = f".{own}" if len(flat) > 1 else ""
        for key, value in getattr(loss, "_fn_kwargs", {}).items():
            if _is_number(value):
                put = _item(loss._fn_kwargs, key)
                found.append(Knob(f"loss{middle}.{key}", float(value), put))
        if _is_number(weight):
            put = _weight(compiled, place)
            found.append(Knob(f"loss_weights{middle}", float(weight), put))
    return found


def _plain_loss(compiled: Any) -> list[Knob]:
    """The same for the one loss of a model that is not built yet; several are left alone."""
    loss, weight, found = compiled._user_loss, compiled._user_loss_weights, []
    for key, value in getattr(loss, "_fn_kwargs", {}).items():
        if _is_number(value):
            found.append(Knob(f"loss.{key}", float(value), _item(loss._fn_kwargs, key)))
    if _is_number(weight):
        found.append(Knob("loss_weights", weight, _attribute(compiled, "_user_loss_weights")))
    return found


def _item(held: dict[str, Any], key: str) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        held[key] = value

    return put


def _weight(compiled: Any, place: int) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        field = compiled._flat_losses[place]
        compiled._flat_losses[place] = field._replace(loss_weights=value)

    return put


@contextlib.contextmanager
def turned(model: Any, values: Mapping[str, Any]) -> Iterator[None]:
    """Give knobs other values for a block."""
    known = knobs(model)
    before = {path: known[path] for path in values}
    try:
        for path, value in values.items():
            turn(before[path], value)
        yield
    finally:
        for knob in before.values():
            turn(knob, knob.value)


def turn(knob: Knob, value: Any) -> None:
    """Set a knob. A learning rate that is a variable is part of the state, and not set here."""
    if knob.put is not None:
        knob.put(value)
