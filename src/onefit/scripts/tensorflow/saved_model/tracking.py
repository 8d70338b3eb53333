"""What `tf.saved_model.save` keeps of an object: variables, traced functions, and what holds them.

As in TensorFlow, numbers, texts and plain methods stay behind, and so do the classes.
"""

from __future__ import annotations

from typing import Any

import keras

from onefit.scripts.tensorflow.function import Function
from onefit.scripts.tensorflow.function_arguments import note_kind
from onefit.scripts.tensorflow.module import Module
from onefit.scripts.tensorflow.saved_model.restored import (
    CallableObject,
    CalledLayer,
    DictWrapper,
    ListWrapper,
    RestoredFunction,
    UserObject,
    bound,
)
from onefit.scripts.tensorflow.text_variable import TextVariable
from onefit.scripts.tensorflow.train.objects import Holder

_WHOLE = (keras.Variable, TextVariable, RestoredFunction)
"""What is kept as it is."""
_OBJECTS = (Module, Holder, UserObject)
_OF_LAYER = (*_WHOLE, *_OBJECTS, Function, keras.Layer)
_MISSING = object()


def is_trackable(one: Any) -> bool:
    """Whether TensorFlow could save it: a module, a layer or a model of Keras, a checkpoint."""
    return isinstance(one, (*_OBJECTS, keras.Layer))


def kept(root: Any, signatures: dict[str, Any]) -> UserObject:
    """An object as `tf.saved_model.load` gives it; its variables are those of the object itself.

    Args:
        root: A module, a layer or a model of Keras.
        signatures: The functions by which others call it.

    >>> from onefit.scripts.tensorflow.variable import Variable
    >>> line = Module()
    >>> line.slope, line.title = Variable(2.0), "a line"
    >>> list(vars(kept(line, {})))
    ['slope', 'signatures']
    """
    found: UserObject = _kept(root, {})
    vars(found)["signatures"] = signatures
    return found


def _kept(one: Any, seen: dict[int, Any]) -> Any:
    if id(one) in seen:
        return seen[id(one)]
    if isinstance(one, _WHOLE):
        found = one
    elif isinstance(one, Function):
        found = _function(one)
    elif isinstance(one, keras.Layer):
        return _layer(one, seen)
    elif isinstance(one, _OBJECTS):
        return _object(one, seen)
    elif isinstance(one, list | tuple):
        found = _whole(ListWrapper(_kept(part, seen) for part in one))
    elif isinstance(one, dict):
        found = _whole(DictWrapper({name: _kept(part, seen) for name, part in one.items()}))
    else:
        found = _MISSING
    seen[id(one)] = found
    return found


def _whole(held: Any) -> Any:
    """A list or a dict, unless something in it cannot be kept."""
    parts = held.values() if isinstance(held, dict) else held
    return _MISSING if any(part is _MISSING for part in parts) else held


def _object(one: Any, seen: dict[int, Any]) -> UserObject:
    methods = _functions_of(one)
    found = (CallableObject if "__call__" in methods else UserObject)({})
    seen[id(one)] = found  # before its attributes, which may lead back to it
    values = {name: part for name, part in vars(one).items() if not name.startswith("_onefit")}
    values |= {name: getattr(one, name) for name in methods}
    for name, value in values.items():
        if name != "signatures" and (part := _kept(value, seen)) is not _MISSING:
            vars(found)[name] = part
    return found


def _functions_of(one: Any) -> set[str]:
    """The methods of an object that are functions of TensorFlow's, but for what Keras calls."""
    return {
        name
        for kind in type(one).__mro__
        for name, part in vars(kind).items()
        if isinstance(part, Function) and not (name == "call" and isinstance(one, keras.Layer))
    }


def _function(function: Function) -> RestoredFunction:
    """A function for the kinds of arguments that it was traced for."""
    kinds: list[Any] = []
    # One with a signature is traced for it when it is saved.
    given = function.kinds if function.input_signature is None else [(function.input_signature, {})]
    for args, kwargs in given:
        note_kind(bound(function, args, kwargs), kinds)
    return RestoredFunction(function, kinds)


def _layer(layer: keras.Layer, seen: dict[int, Any]) -> UserObject:
    """A layer or a model of Keras, which is called as it is, as tf.keras 2 saved it.

    A class of the script's own has layers, variables and functions beside that.
    """
    found = CallableObject({"__call__": CalledLayer(layer)})
    seen[id(layer)] = found
    own = {} if type(layer).__module__.startswith("keras.") else vars(layer)
    values = {name: one for name, one in own.items() if not name.startswith("_")}
    values |= {name: getattr(layer, name) for name in _functions_of(layer)}
    for name, value in values.items():
        if isinstance(value, _OF_LAYER) and (part := _kept(value, seen)) is not _MISSING:
            vars(found)[name] = part
    vars(found).update(weights_of(layer))
    return found


def weights_of(layer: keras.Layer) -> dict[str, ListWrapper]:
    """The weights of a layer or a model, by the names of these lists in TensorFlow."""
    return {
        "variables": ListWrapper(layer.weights),
        "trainable_variables": ListWrapper(layer.trainable_weights),
        "non_trainable_variables": ListWrapper(layer.non_trainable_weights),
    }
