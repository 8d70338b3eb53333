"""The numbers of optimizers of the script's own in tf.keras 2: `_set_hyper` and `_get_hyper`.

Source: `optimizer_v2.py` of tf.keras 2.10, in `keras/optimizers`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.stand_ins import optimizers

Method = Callable[..., Any]
_HYPER = optimizers.NUMBERS


def settable(original: Method) -> Method:
    """`optimizer.beta_1 = 0.5` sets a number that `_set_hyper` has made."""

    def __setattr__(self: Any, name: str, value: Any) -> None:
        if name in vars(self).get(_HYPER, {}):
            set_hyper(self, name, value)
        else:
            original(self, name, value)

    return __setattr__


def serialized(self: Any, name: Any) -> Any:
    """A number as `get_config` tells it: a hyperparameter by its name, or its value."""
    value = get_hyper(self, name) if isinstance(name, str) else name
    if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        return keras.optimizers.schedules.serialize(value)
    if isinstance(value, keras.Variable):
        return ops.convert_to_numpy(value)[()]
    return value() if callable(value) else value


def _hyper(self: Any) -> dict[str, Any]:
    found: dict[str, Any] = vars(self).setdefault(_HYPER, {})
    return found


def set_hyper(self: Any, name: str, value: Any) -> None:
    """Set a number of the optimizer."""
    if name == "learning_rate":
        self.learning_rate = value
    elif name == "decay":
        vars(self)["_decay"] = float(value)
    elif name in _hyper(self) and isinstance(_hyper(self)[name], keras.Variable):
        _hyper(self)[name].assign(value)
    else:
        # A variable, as then: a script may set it, and `1 - beta` is computed with its 32 bits.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        made = self.add_variable((), "zeros", "float32", name=name) if is_number else value
        if is_number:
            made.assign(value)
        _hyper(self)[name] = made
        if not hasattr(type(self), name):  # `optimizer.momentum`
            object.__setattr__(self, name, made)


def get_hyper(self: Any, name: str, dtype: Any = None) -> Any:
    """A number of the optimizer, of a dtype."""
    value = self._learning_rate if name == "learning_rate" else _hyper(self).get(name)
    if name == "decay":
        value = vars(self).get("_decay", 0.0)
    if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        return value
    value = value() if callable(value) else value
    return value if dtype is None else ops.cast(value, getattr(dtype, "name", dtype))
