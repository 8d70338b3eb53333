"""What the record says of a network: its layers, its weights, what it was compiled with."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.runs.record import Json, Layer
from onefit.training.observation.layers import layers

if TYPE_CHECKING:
    from keras import Model
    from keras.optimizers import Optimizer

MOST_LAYERS = 200

_numbers = itertools.count(1)
_known: weakref.WeakKeyDictionary[Any, Network] = weakref.WeakKeyDictionary()


@dataclass
class Network:
    """A model in words and numbers.

    Args:
        number: The number of the model object in this process, from 1.
        made_of: What it was made from: another optimizer or loss, and it is looked at again.
        layers: Its layers.
        weights: How many numbers are trained.
        compiled: Loss, optimizer, learning rate and metrics.
        looked: Seconds that were spent looking at the data of its fits.
        form: What kind of data the last of them had.
    """

    number: int
    made_of: tuple[Any, ...] = ()
    layers: list[Layer] = field(default_factory=list)
    weights: int = 0
    compiled: dict[str, Json] = field(default_factory=dict)
    looked: float = 0.0
    form: Hashable = None


def number_of(model: Model) -> int:
    """The number of a model object in this process."""
    known = _known.get(model)
    if known is None:
        known = _known[model] = Network(next(_numbers))
    return known.number


def looked_at(model: Model, seconds: float = 0.0) -> float:
    """Seconds that were spent looking at the data of a model's fits, these included."""
    number_of(model)
    _known[model].looked += seconds
    return _known[model].looked


def has_new_form(model: Model, form: Hashable) -> bool:
    """Whether a model's fits had another kind of data before; from now on they have this one."""
    number_of(model)
    known: Network = _known[model]
    is_new, known.form = known.form != form, form
    return is_new


def network_of(model: Model) -> Network:
    """A model in words and numbers, looked at once and again when it was compiled anew.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="relu")])
    >>> model.compile("adam", "mse")
    >>> network = network_of(model)
    >>> network.weights, network.layers[-1].shape, network.layers[-1].activation
    (9, [3], 'relu')
    >>> network.compiled
    {'loss': 'mse', 'optimizer': 'Adam', 'learning_rate': 0.001}
    """
    number_of(model)
    known: Network = _known[model]
    optimizer = getattr(model, "optimizer", None)  # a model that only predicts has none
    # `compile` makes new ones while the old ones are still there, so their ids differ.
    made_of = (id(optimizer), id(getattr(model, "_compile_loss", None)), model.built)
    if known.made_of != made_of:
        known.made_of = made_of
        known.layers = layers(model, MOST_LAYERS)
        known.weights = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
        known.compiled = _compiled(model, optimizer) if optimizer is not None else {}
    return known


def _compiled(model: Model, optimizer: Optimizer) -> dict[str, Json]:
    rate = getattr(optimizer, "_learning_rate", None)
    found: dict[str, Json] = {
        "loss": in_words(model.loss),
        "optimizer": type(optimizer).__name__,
    }
    try:
        found["learning_rate"] = float(str(np.asarray(rate)))  # 0.001, not 0.0010000000475
    except (TypeError, ValueError):
        found["learning_rate"] = type(rate).__name__
    return found


def in_words(value: Any) -> Json:
    """A loss or a metric as a name, in the structure in which it was given.

    >>> in_words(["mse", len])
    ['mse', 'len']
    """
    if isinstance(value, dict):
        return {str(name): in_words(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [in_words(one) for one in value]
    if isinstance(value, str) or value is None:
        return value
    return str(getattr(value, "__name__", None) or type(value).__name__)
