"""Variables that are attributes of a script's own layer, and no weights of it.

`self.k = K.variable(0.5)` made no weight in Keras 1 and 2: weights were what `add_weight` made, and
what the layer named, `self.trainable_weights = [self.w]`. Keras 3 takes every attribute for one,
trains it and counts it in.

Source: `Layer.add_weight` and the setters of `trainable_weights` in Keras 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from types import FunctionType
from typing import Any

_NAMES = frozenset(
    ["trainable_weights", "_trainable_weights", "non_trainable_weights", "_non_trainable_weights"]
)
_NAMED = "_onefit_named_weights"


def unless_named(original: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
    """A variable stays out of the weights of a layer whose class names none itself."""

    def __setattr__(self: Any, name: str, value: Any) -> None:
        kind: Any = type(self)
        if is_of_script(value) and not _names_weights(kind):
            object.__setattr__(self, name, value)
        else:
            original(self, name, value)

    return __setattr__


def name_weights(layer: Any, weights: Iterable[Any]) -> None:
    """Let a layer's weights be those that are named, among the script's variables that it has.

    Args:
        layer: The layer.
        weights: What it names now, trainable or not.
    """
    named = vars(layer).setdefault(_NAMED, {})
    named.update((id(one), one) for one in weights if is_of_script(one))
    tracker = layer._tracker
    was_locked = tracker.locked
    tracker.unlock()
    try:
        stores = layer._trainable_variables, layer._non_trainable_variables
        for one in [one for store in stores for one in store if is_of_script(one)]:
            tracker.untrack(one)
        for one in named.values():
            layer._track_variable(one)
    finally:
        if was_locked:
            tracker.lock()


def is_of_script(value: Any) -> bool:
    """Whether something is a variable that the script made: `K.variable(0.5)`."""
    # This module is loaded while the name `tensorflow` is, of which that module is a part.
    from onefit.scripts.tensorflow.variable import Variable

    return isinstance(value, Variable)


@cache
def _names_weights(kind: Any) -> bool:
    """Whether a class is Keras's own, or names weights in a method."""
    if kind.__module__.startswith(("keras.", "onefit.")):
        return True
    own = [one for one in kind.__mro__ if not one.__module__.startswith(("keras.", "onefit."))]
    methods = [part for one in own for part in vars(one).values()]
    return any(
        _NAMES.intersection(one.__code__.co_names)
        for one in methods
        if isinstance(one, FunctionType)
    )


class _Named(list[Any]):
    """The weights of a layer, which has more of them once they are appended.

    Args:
        layer: The layer.
        is_trainable: Whether they are trained.
    """

    def __init__(self, layer: Any, is_trainable: bool) -> None:
        store = layer._trainable_variables if is_trainable else layer._non_trainable_variables
        super().__init__(store)
        self._layer, self._is_trainable = layer, is_trainable

    def append(self, one: Any) -> None:
        """Name one more."""
        self.extend([one])

    def extend(self, more: Iterable[Any]) -> None:
        """Name some more."""
        given = list(more)
        super().extend(given)
        for one in given:
            one.trainable = self._is_trainable
        name_weights(self._layer, given)


def _list_of(is_trainable: bool) -> property:
    def put(self: Any, weights: Iterable[Any]) -> None:
        _Named(self, is_trainable).extend(weights)

    return property(lambda self: _Named(self, is_trainable), put)


trainable_list = _list_of(True)
"""`self._trainable_weights.append(w)`."""
other_list = _list_of(False)
"""`self._non_trainable_weights.append(w)`."""


class _Added(list[Any]):
    """The trained weights of a layer of tf.keras 2, which has those that are added, too."""

    def __init__(self, layer: Any) -> None:
        super().__init__(layer._trainable_variables)
        self._layer = layer

    def append(self, one: Any) -> None:
        """Add one more."""
        self.extend([one])

    def extend(self, more: Iterable[Any]) -> None:
        """Add what is no weight of the layer yet."""
        known = {id(one) for one in self._layer.weights}
        for one in more:
            if id(one) not in known:
                self._layer._track_variable(one)
                super().append(one)

    def __iadd__(self, more: Iterable[Any]) -> _Added:  # type: ignore[misc]
        self.extend(more)
        return self


added_to = property(_Added, lambda self, weights: _Added(self).extend(weights))
"""`self._trainable_weights.append(w)` of tf.keras 2, where attributes are weights, too."""
