"""Classes of the script's own that are optimizers by a `get_updates`, as in Keras 1 and 2.

Keras 3 has other methods and properties: such a class is given them when it is defined. What its
step computes is in `update_formulas.py`.

Source: `Optimizer` in `keras/optimizers.py` of 1.2.2 and 2.2.4.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras

from onefit.scripts import assignments

Method = Callable[..., Any]

FORMULA = "_update_formula"
"""Where an optimizer keeps what its `get_updates` gave for the weights of its model."""
_SET_BY_SCRIPTS = ("iterations", "decay", "initial_decay", "weights", "updates")


def is_own(cls: type) -> bool:
    """Whether a class has a `get_updates` of the script's.

    Args:
        cls: The class.

    >>> is_own(keras.optimizers.Adam)
    False
    """
    found = getattr(cls, "get_updates", None)
    return found is not None and not found.__module__.startswith("onefit.")


def noticing(original: Method) -> Any:
    """Classes that are derived from an optimizer, as they are defined."""

    def __init_subclass__(cls: type[Any], /, **kwargs: Any) -> None:
        original(**kwargs)
        if is_own(cls):
            _prepare(cls)

    return classmethod(__init_subclass__)


def _prepare(cls: Any) -> None:
    from onefit.scripts.eras.stand_ins import update_formulas

    for name in _SET_BY_SCRIPTS:
        if name not in vars(cls):
            setattr(cls, name, _Fallback(getattr(cls, name, None)))
    if "get_updates" in vars(cls):
        cls.get_updates = _noted(cls.get_updates)
    cls.build, cls.apply = update_formulas.build, update_formulas.apply
    cls._beside = _beside
    cls.get_weights, cls.set_weights = update_formulas.get_weights, update_formulas.set_weights


class _Fallback:
    """An attribute that the script may set, though Keras 3 has a property of that name.

    Args:
        today: The property; `None` where there is none.
    """

    def __init__(self, today: Any) -> None:
        self.today = today

    def __get__(self, optimizer: Any, owner: type) -> Any:
        """What Keras 3 has, for an optimizer in which nothing is set."""
        if optimizer is None:
            return self
        return [] if self.today is None else self.today.__get__(optimizer, owner)


def _noted(method: Method) -> Method:
    """The script's method, in which nothing is assigned: a step does that."""

    @functools.wraps(method)
    def get_updates(self: Any, *args: Any, **kwargs: Any) -> Any:
        with assignments.noted():
            return method(self, *args, **kwargs)

    return get_updates


def without_rate(original: Method) -> Method:
    """The constructor of such an optimizer gives Keras no learning rate, which it wants."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if not args and "learning_rate" not in kwargs and is_own(type(self)):
            kwargs["learning_rate"] = 0.01
        original(self, *args, **kwargs)

    return __init__


def _beside(optimizer: Any) -> Any:
    """Another one for another model, with moments of its own and everything else in common.

    `shared_optimizers.py` asks for it.
    """
    made = object.__new__(type(optimizer))
    keras.optimizers.Optimizer.__init__(made, 0.0)
    of_keras = set(vars(made)) - {"_iterations", "_learning_rate"}
    made._variables.clear()
    for name, value in vars(optimizer).items():
        if name not in of_keras and name != FORMULA:
            object.__setattr__(made, name, value)
            if isinstance(value, keras.Variable):
                made._track_variable(value)
    return made
