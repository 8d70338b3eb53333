"""The numbers of a compiled model of which each member can have a value of its own.

A knob has a path, as users write it in a sweep:

    learning_rate                       or optimizer.learning_rate
    optimizer.beta_1                    any number of the optimizer
    optimizer.learning_rate.decay_steps any number of a schedule
    layers.dropout.rate                 any number in a layer's config
    layers.dense.kernel_regularizer.l2  any number of what a layer holds
    loss.label_smoothing                any number of a loss, of your own class too;
                                        loss.<output>.… with several
    loss_weights                        or loss_weights.<output> with several
"""

from __future__ import annotations

import contextlib
import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import Layer, Model, constraints, regularizers
from keras.optimizers.schedules import LearningRateSchedule

from onefit.population.members.paths import OPTIMIZERS, RATE
from onefit.training.host.keras_private import gaussian_dropout

# a layer's numbers that may be written whole; others, as `units`, are its structure
LAYERS = {
    "alpha", "dropout", "epsilon", "l1", "l2", "max_value", "momentum", "negative_slope",
    "noise_stddev", "offset", "rate", "recurrent_dropout", "scale", "stddev", "theta", "threshold",
}  # fmt: skip
# what has no meaning between whole numbers
WHOLE = {"axis", "ignore_class", "num_classes", "seed"}


@dataclass
class Knob:
    """A number of a model.

    Args:
        path: How users name it.
        value: What it is now.
        put: Sets it, to a number or to a `Column`. `None` for a learning rate that is a variable.
        own: Whether it is of an object of the user's own class, whose numbers may mean anything.
    """

    path: str
    value: float
    put: Callable[[Any], None] | None
    own: bool = False


def knobs(model: Model) -> dict[str, Knob]:
    """Every knob of a built and compiled model, by its path.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5, name="drop")])
    >>> model.compile("sgd", "mse")
    >>> list(knobs(model))[:2]
    ['layers.drop.rate', 'optimizer.learning_rate']
    """
    found: list[Knob] = []
    cells = {id(layer.cell) for layer in _layers(model) if _has_cell(layer)}
    for layer in _layers(model):
        # Keras lists a cell beside its layer; its numbers are told once, by the layer's name.
        if id(layer) not in cells:
            found += _of(layer, f"layers.{layer.name}")
        if _has_cell(layer):  # an LSTM's numbers are its cell's; of an RNN they are in `cell`
            inside = "" if type(layer) is not keras.layers.RNN else ".cell"
            found += _of(layer.cell, f"layers.{layer.name}{inside}")
    optimizer = model.optimizer
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate = getattr(inner, "_learning_rate", None)
    if isinstance(rate, LearningRateSchedule):
        found += _of(rate, RATE)
    elif rate is not None:
        found.append(Knob(RATE, float(np.asarray(rate)), None))
    if inner is not None:
        # The rate was looked at above, where it may be a variable or a schedule.
        found += [k for k in _of(inner, "optimizer") if k.path != RATE]
    found += _losses(model)
    times = Counter(knob.path for knob in found)  # one path for two numbers names neither
    return {knob.path: knob for knob in found if times[knob.path] == 1}


def _layers(model: Model) -> list[Any]:
    """All layers of a model, each once."""
    return list({id(layer): layer for layer in model._flatten_layers(include_self=False)}.values())


def _has_cell(layer: Layer) -> bool:
    return isinstance(layer, keras.layers.RNN) and isinstance(layer.cell, keras.layers.Layer)


def empty(model: Model) -> set[str]:
    """The paths of the optimizer's numbers that are `None`: Keras leaves out what they are for."""
    optimizer = model.optimizer
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    config = _config(inner) if inner is not None else {}
    return {f"optimizer.{n}" for n, value in config.items() if value is None and n in OPTIMIZERS}


def _of(thing: Any, path: str) -> list[Knob]:
    """The numbers in an object's config that it holds under the same name, and those inside."""
    found: list[Knob] = []
    for name, value in _config(thing).items():
        own = name
        if name not in vars(thing) and isinstance(thing, LearningRateSchedule):
            own = f"_{name}"  # Keras's CosineDecayRestarts holds its t_mul as _t_mul
        held = getattr(thing, own, None)
        if _is_number(value, thing, name) and own in vars(thing) and held == value:
            ours = not type(thing).__module__.startswith("keras.")
            found.append(Knob(f"{path}.{name}", float(value), _attribute(thing, own), ours))
        elif isinstance(held, (regularizers.Regularizer, constraints.Constraint)):
            found += _of(held, f"{path}.{name}")
    return found


def config_of(thing: Any) -> dict[str, Any]:
    """A Keras object's config, without Keras's warnings: of lambdas, of how it reads variables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config: dict[str, Any] = thing.get_config()
        return config


def _config(thing: Any) -> dict[str, Any]:
    try:
        config = config_of(thing)
    except Exception:  # a user's own class without a config has no knobs
        return {}
    return config if isinstance(config, dict) else {}


def _is_number(value: Any, thing: Any, name: str) -> bool:
    """Whether a value is a number that has a meaning between the whole numbers too."""
    if isinstance(value, (bool, np.bool_)):
        return False
    if isinstance(value, (float, np.floating)):
        return True
    if not isinstance(value, (int, np.integer)) or name in WHOLE:
        return False
    if isinstance(thing, keras.layers.Layer):
        return name in LAYERS
    return name in OPTIMIZERS if isinstance(thing, keras.optimizers.Optimizer) else True


def _attribute(thing: Any, name: str) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        vars(thing)[name] = value

    return put


def _losses(model: Model) -> list[Knob]:
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
            if _is_number(value, loss, key):
                put = _item(loss._fn_kwargs, key)
                found.append(Knob(f"loss{middle}.{key}", float(value), put))
        if _is_own(loss):
            found += _of(loss, f"loss{middle}")
        if _is_number(weight, compiled, "loss_weights"):
            put = _weight(compiled, place)
            found.append(Knob(f"loss_weights{middle}", float(weight), put))
    return found


def _plain_loss(compiled: Any) -> list[Knob]:
    """The same for the one loss of a model that is not built yet; several are left alone."""
    loss, weight, found = compiled._user_loss, compiled._user_loss_weights, []
    for key, value in getattr(loss, "_fn_kwargs", {}).items():
        if _is_number(value, loss, key):
            found.append(Knob(f"loss.{key}", float(value), _item(loss._fn_kwargs, key)))
    if _is_own(loss):
        found += _of(loss, "loss")
    if _is_number(weight, compiled, "loss_weights"):
        found.append(
            Knob("loss_weights", float(weight), _attribute(compiled, "_user_loss_weights"))
        )
    return found


def _is_own(loss: Any) -> bool:
    """Whether a loss is of the user's own class; Keras's keep what they use in `_fn_kwargs`."""
    return isinstance(loss, keras.losses.Loss) and not type(loss).__module__.startswith("keras.")


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
def turned(known: Mapping[str, Knob], values: Mapping[str, Any]) -> Iterator[None]:
    """Give knobs other values for a block.

    Args:
        known: The model's knobs. They are looked for before anything is traced: to look for them
            is to compare numbers, and a comparison of traced ones has no answer.
        values: The values by path.
    """
    before = {path: known[path] for path in values}
    try:
        for path, value in values.items():
            turn(before[path], value)
        with _roots_of_columns():
            yield
    finally:
        for knob in before.values():
            turn(knob, knob.value)


def turn(knob: Knob, value: Any) -> None:
    """Set a knob. A learning rate that is a variable is part of the state, and not set here."""
    if knob.put is not None:
        knob.put(value)


class _Mathematics:
    """Python's `math`, with a square root of more than floats."""

    def __getattr__(self, name: str) -> Any:
        return getattr(math, name)

    @staticmethod
    def sqrt(value: Any) -> Any:
        return math.sqrt(value) if isinstance(value, (int, float)) else value**0.5


@contextlib.contextmanager
def _roots_of_columns() -> Iterator[None]:
    """Let Keras's GaussianDropout, which calls `math.sqrt`, take the root of a column."""
    gaussian_dropout.math = _Mathematics()
    try:
        yield
    finally:
        gaussian_dropout.math = math
