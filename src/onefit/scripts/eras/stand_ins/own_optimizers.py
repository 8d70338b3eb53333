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
    """Whether a class has a `get_updates` or `get_gradients` of the script's.

    Args:
        cls: The class.

    >>> is_own(keras.optimizers.Adam)
    False
    """
    methods = (getattr(cls, name, None) for name in ("get_updates", "get_gradients"))
    return any(one is not None and not one.__module__.startswith("onefit.") for one in methods)


def noticing(original: Method) -> Any:
    """Classes that are derived from an optimizer, as they are defined."""

    def __init_subclass__(cls: type[Any], /, **kwargs: Any) -> None:
        original(**kwargs)
        cls._check_super_called = _unasked
        if is_own(cls):
            _prepare(cls)

    return classmethod(__init_subclass__)


def _unasked(_: Any) -> None:
    """Attributes may be set before the constructor of Keras's class is called, as then."""


def _prepare(cls: Any) -> None:
    from onefit.scripts.eras.stand_ins import update_formulas

    for name in _SET_BY_SCRIPTS:
        if name not in vars(cls):
            setattr(cls, name, _Fallback(getattr(cls, name, None)))
    if "get_updates" in vars(cls):
        cls.get_updates = _noted(cls.get_updates)
    if not _is_of_keras(getattr(cls, "lr", None)):
        cls.learning_rate = property(_rate_of_script, _set_rate_of_script)
    cls.build, cls.apply = update_formulas.build, update_formulas.apply
    cls._beside = _beside
    cls.get_weights, cls.set_weights = update_formulas.get_weights, update_formulas.set_weights


def _is_of_keras(attribute: Any) -> bool:
    getter = getattr(attribute, "fget", None)
    return attribute is None or getattr(getter, "__module__", "").startswith("onefit.")


def _rate_of_script(self: Any) -> Any:
    """The rate of a class that says itself what its `lr` is: that of an optimizer within it."""
    return self.lr


def _set_rate_of_script(self: Any, value: Any) -> None:
    rate = self.lr
    if isinstance(rate, keras.Variable):
        rate.assign(value)
    else:
        self.lr = value


def config_of_script(original: Method) -> Method:
    """Of an optimizer of its own a script extends what all had in common."""

    def get_config(self: Any) -> dict[str, Any]:
        config: dict[str, Any] = original(self)
        of_keras = next(one for one in type(self).__mro__ if not is_own(one))
        if of_keras is type(self) or of_keras is not keras.optimizers.Optimizer:
            return config
        norm = config["global_clipnorm"] or config["clipnorm"]
        clipping = {"clipnorm": norm, "clipvalue": config["clipvalue"]}
        return {name: value for name, value in clipping.items() if value is not None}

    return get_config


def noticing_methods(original: Method) -> Method:
    """`optimizer.get_gradients = function` makes it an optimizer of the script's own."""

    def __setattr__(self: Any, name: str, value: Any) -> None:
        if name not in ("get_gradients", "get_updates") or not callable(value):
            return original(self, name, value)

        def method(_: Any, loss: Any, params: Any) -> Any:
            return value(loss, params)

        method.__module__ = getattr(value, "__module__", None) or "__main__"
        made = type(self)
        names = {name: method, "__module__": made.__module__, "__qualname__": made.__qualname__}
        object.__setattr__(self, "__class__", type(made.__name__, (made,), names))

    return __setattr__


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
    # What has a public name is the script's to set: `weight_decay`, `clipnorm`.
    of_keras = {name for name in vars(made) if name.startswith("_")} | {"built"}
    of_keras -= {"_iterations", "_learning_rate"}
    made._variables.clear()
    for name, value in vars(optimizer).items():
        if name not in of_keras and name != FORMULA:
            object.__setattr__(made, name, value)
            if isinstance(value, keras.Variable):
                made._track_variable(value)
    return made
