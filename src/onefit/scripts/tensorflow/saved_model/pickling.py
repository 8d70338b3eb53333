"""Objects of a script as bytes, with its own classes and functions in them, and without programs.

cloudpickle writes the code of what a script defines itself, so that another process can read it.
Layers are written as they are: by their configs, as Keras saves them, many of a script's own
classes could not be made again.
"""

from __future__ import annotations

import importlib
import io
import operator
import pickle
from typing import Any

import cloudpickle
import keras
import numpy as np
from keras.src.utils.tracking import TrackedDict, TrackedList, TrackedSet

from onefit.scripts.eras.deferred import is_deferred
from onefit.scripts.tensorflow import mode
from onefit.scripts.tensorflow.function import MARK
from onefit.scripts.tensorflow.registry import know
from onefit.scripts.tensorflow.text import StringTensor
from onefit.scripts.tensorflow.text_variable import TextVariable
from onefit.scripts.tensorflow.variable import Variable

_COLLECTIONS = (TrackedDict, TrackedList, TrackedSet)
_OF_KERAS = (keras.Layer, keras.Metric, keras.Loss, keras.optimizers.Optimizer, keras.Variable)
_OF_TRAINING = frozenset(
    [
        *("train_function", "test_function", "predict_function", "optimizer", "_optimizer"),
        *("_compile_loss", "_compile_metrics", "_jax_state", "_loss_tracker"),
    ]
)
"""What a model has for `fit`: programs, and what they change."""


def pickled(value: Any) -> bytes:
    """A value as bytes that `pickle.loads` reads.

    Args:
        value: Modules, variables, functions, layers.

    Raises:
        ValueError: For one that holds what cannot be written, an open file for example.

    >>> pickle.loads(pickled([1, 2]))
    [1, 2]
    """
    file = io.BytesIO()
    try:
        _Pickler(file).dump(value)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        raise ValueError(
            "Expected an object that holds variables, tensors, layers and functions. Received one "
            f"that holds something else that cannot be written: {error}"
        ) from error
    return file.getvalue()


class _Pickler(cloudpickle.Pickler):
    """cloudpickle's, which knows what the stand-in's objects keep for this process only."""

    def reducer_override(self, one: Any) -> Any:
        """How an object is made again; `NotImplemented` for as ever."""
        if type(one) is StringTensor:
            return StringTensor, (np.array(one._value, object),)
        if type(one) is TextVariable:
            return _text_variable, (np.array(one._value, object), one.trainable, one._name)
        if one is mode.here:  # of the thread that reads it
            return getattr, (mode, "here")
        if is_deferred(one):  # of the era that the other script is of
            return _named, (one.__module__, one.__qualname__)
        if isinstance(one, _COLLECTIONS):
            held = dict(one) if isinstance(one, dict) else list(one)
            return _bare, (type(one),), (held, vars(one)), None, None, _fill
        if _is_of_keras(type(one)):
            held = {name: part for name, part in vars(one).items() if name not in _OF_TRAINING}
            held.pop(MARK, None)
            # What it holds may lead back to it, so it is there before.
            return _bare, (type(one),), ((), held), None, None, _fill
        # Functions of an object, each by its identity, which is another one in another process.
        if MARK in getattr(one, "__dict__", ()):
            return _without_functions(one.__reduce_ex__(4))
        return super().reducer_override(one)


def _is_of_keras(kind: type) -> bool:
    """Whether objects of a class are Keras's, and have attributes to be kept as they are."""
    if issubclass(kind, _OF_KERAS):
        return not issubclass(kind, Variable)
    # Python asks what it makes for `__setstate__`, which some look for in what they hold.
    return kind.__module__.startswith("keras.") and hasattr(kind, "__getattr__")


def _text_variable(text: np.ndarray, trainable: bool, name: str) -> TextVariable:
    return TextVariable(text, trainable, name=name)


def _named(module: str, name: str) -> Any:
    """What a module has by a name with dots."""
    return operator.attrgetter(name)(importlib.import_module(module))


def _bare(kind: type) -> Any:
    """An object of a class, without a call of the class."""
    made = next(one for one in kind.__mro__ if one in (dict, list, set, object))
    return made.__new__(kind)


def _fill(one: Any, state: tuple[Any, dict[str, Any]]) -> None:
    """Give an object what it held; past its own methods, which would keep books of it anew."""
    held, attributes = state
    if isinstance(one, dict):
        dict.update(one, held)
    elif isinstance(one, list):
        list.extend(one, held)
    elif isinstance(one, set):
        set.update(one, held)
    vars(one).update(attributes)
    if isinstance(one, keras.Variable):
        know(one)


def _without_functions(reduced: Any) -> Any:
    how, given, state, *more = reduced
    if isinstance(state, dict):
        state = {name: part for name, part in state.items() if name != MARK}
    return how, given, state, *more
