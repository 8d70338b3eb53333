"""Attributes of a script's layer that held a weight or a layer, and are set again.

In `tf.keras` 2 a weight or a layer belonged to a layer for as long as an attribute held it:
`self.kernel = K.clip(self.kernel, 0, 1)` in `build` leaves a constant, and a weight less to train
and save. Keras 3 keeps every weight that an attribute has ever held. Keras 1 and 2 looked at no
attributes: there `del self.kernel` takes no weight away, and a `call`, which ran once for each call
in the graph, may set an attribute to what it makes of it.

Source: `Layer.__setattr__` and `Layer.__delattr__` in `keras/src/engine/base_layer.py` of 2.15,
`Layer` in `keras/engine/base_layer.py` of 2.2.4.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
from jax.core import Tracer
from keras import tree
from keras.src.models.functional import Functional

from onefit.scripts.callers import calling

Method = Callable[..., Any]
_STORES = frozenset(
    [
        *("_layers", "_metrics", "_trainable_variables", "_non_trainable_variables"),
        *("_loss_tracker", "_compile_metrics"),
    ]
)
"""Where Keras lists what a layer has, and what `compile` adds."""
_BEFORE_CALL = "_weights_before_call"


def attributes(layer: Any) -> Iterator[Any]:
    """What the attributes of a layer hold, in the order in which 2.15 kept it.

    Args:
        layer: The layer.
    """
    return (value for name, value in vars(layer).items() if name not in _STORES)


_HELD: tuple[type, ...] = (keras.Variable, keras.Layer)


def within(value: Any, kinds: tuple[type, ...] = _HELD) -> Iterator[Any]:
    """The weights and layers in an attribute: itself, or those in a list, a tuple or a dict.

    Args:
        value: The value of the attribute.
        kinds: The classes of what is looked for. Defaults to those of weights and layers.
    """
    if isinstance(value, kinds):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from within(value[key], kinds)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from within(one, kinds)


def no_longer_held(original: Method) -> Method:
    """An attribute that is set again lets go of the weight, or the layers, that it held.

    One that the script's class has, too, never holds any.
    """

    def __setattr__(self: Any, name: str, value: Any) -> None:
        if _holds(value) and _is_of_class(self, name):
            object.__setattr__(self, name, value)
            return
        before = vars(self).get(name)
        is_other = value is not before and (_holds(before) or _holds(value))
        if name not in vars(self) or not is_other or name in _STORES or not _is_set_by_script(self):
            original(self, name, value)
            return
        place = _place(self, before, value)
        # Python keeps the place of a name that is set again; 2.15 deleted it first.
        del vars(self)[name]
        with _unlocked(self._tracker):
            original(self, name, value)
        _let_go(self, before)
        if place is not None:
            store = _store(self, value)
            store.insert(place, store.pop())

    return __setattr__


def let_go_if_deleted(original: Method) -> Method:
    """And so does one that is deleted."""

    def __delattr__(self: Any, name: str) -> None:
        before = vars(self).get(name)
        if _holds(before) and _is_set_by_script(self):
            object.__delattr__(self, name)
            _let_go(self, before)
        else:
            original(self, name)

    return __delattr__


def kept_if_deleted(original: Method) -> Method:
    """A layer of Keras 1 and 2 has a weight that it added for good."""

    def __delattr__(self: Any, name: str) -> None:
        if _is_set_by_script(self):
            object.__delattr__(self, name)
        else:
            original(self, name)

    return __delattr__


def kept_over_calls(original: Method) -> Method:
    """A weight that a call replaces by a tensor is remembered for the next call."""

    def __setattr__(self: Any, name: str, value: Any) -> None:
        before = vars(self).get(name)
        if isinstance(before, keras.Variable) and _is_of_a_call(value):
            vars(self).setdefault(_BEFORE_CALL, {})[name] = before
        original(self, name, value)

    return __setattr__


def from_its_weights(original: Method) -> Method:
    """A call begins with the weights of a layer, where an earlier one has put tensors over them."""

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        finally:
            vars(self).update(vars(self).pop(_BEFORE_CALL, {}))

    return __call__


@contextlib.contextmanager
def _unlocked(tracker: Any) -> Iterator[None]:
    """Let a layer that is built have another weight or layer: 2.15 had no lock."""
    was_locked = tracker.locked
    tracker.unlock()
    try:
        yield
    finally:
        tracker.locked = was_locked


def _holds(value: Any) -> bool:
    """Whether a value is a weight, a layer, or a list of what may be some."""
    return isinstance(value, list | tuple | dict | keras.Variable | keras.Layer)


def _is_of_class(layer: Any, name: str) -> bool:
    """Whether a class of the script has an attribute of that name, `head = None` for example.

    What was set under such a name in an instance was looked at no more than a property's value.
    """
    classes = type(layer).__mro__
    own = classes[: classes.index(next(one for one in classes if _is_of_keras(one.__module__)))]
    return any(name in vars(one) for one in own)


def _is_set_by_script(layer: Any) -> bool:
    """Whether the script sets an attribute of a layer of its own, and not of a graph."""
    if isinstance(layer, Functional | keras.Sequential):
        return False
    # 0 is this function, 1 the method of ours, 2 what sets the attribute.
    return not _is_of_keras(calling(2).f_globals.get("__name__", ""))


def _is_of_keras(module: str) -> bool:
    return module.partition(".")[0] in ("keras", "onefit")


def _let_go(layer: Any, value: Any) -> None:
    """Take what no attribute holds any more out of a layer."""
    kept = {id(one) for value in attributes(layer) for one in within(value)}
    for one in within(value):
        # A variable in a list was a weight for good, as those that were added and kept nowhere.
        is_listed = isinstance(one, keras.Variable) and one is not value
        if id(one) not in kept and not is_listed:
            layer._tracker.untrack(one)


def _store(layer: Any, variable: keras.Variable) -> list[Any]:
    found: list[Any] = layer._trainable_variables
    return found if variable.trainable else layer._non_trainable_variables


def _place(layer: Any, before: Any, value: Any) -> int | None:
    """The place among the weights that a new variable has from the one before; none for others."""
    if not isinstance(before, keras.Variable) or not isinstance(value, keras.Variable):
        return None
    store = _store(layer, value)
    if any(one is value for one in store):  # a weight that was added has its own
        return None
    return next((at for at, one in enumerate(store) if one is before), None)


def _is_of_a_call(value: Any) -> bool:
    return any(isinstance(one, Tracer | keras.KerasTensor) for one in tree.flatten(value))
