"""`get_config` of optimizers and of a `Sequential`, where a script reads them.

Keras itself goes on with its own, which its files hold. Sources: `keras/optimizers.py` and
`Sequential.get_config` in `keras/models.py` and `keras/engine/sequential.py` of 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from onefit.scripts.callers import calling
from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins.keras1_configs import is_of_keras, of_then

Method = Callable[..., Any]

_OF = {
    "SGD": "lr momentum decay nesterov",
    "RMSprop": "lr rho decay epsilon",
    "Adagrad": "lr decay epsilon",
    "Adadelta": "lr rho decay epsilon",
    "Adam": "lr beta_1 beta_2 decay epsilon amsgrad",
    "Adamax": "lr beta_1 beta_2 decay epsilon",
    "Nadam": "lr beta_1 beta_2 epsilon schedule_decay",
}

_VARIABLES = frozenset("lr momentum decay rho beta_1 beta_2".split())  # noqa: SIM905
"""What was a variable of 32 bits, and was read as one."""


def _is_asked_by_script() -> bool:
    asking = calling(2).f_globals.get("__name__", "")
    return not asking.startswith(("keras.", "onefit."))


def of_keras1(original: Method) -> Method:
    """What an optimizer was made of, by the names of then; Adam had no `amsgrad` yet."""
    return _by_names_of_then(original, {**_OF, "Adam": "lr beta_1 beta_2 decay epsilon"})


def of_keras2(original: Method) -> Method:
    """The same in Keras 2."""
    return _by_names_of_then(original, _OF)


def _by_names_of_then(original: Method, orders: dict[str, str]) -> Method:
    def get_config(self: Any) -> dict[str, Any]:
        config: dict[str, Any] = original(self)
        kinds = (one.__name__ for one in type(self).__mro__ if is_of_keras(one))
        names = orders.get(next(kinds))
        if not _is_asked_by_script() or names is None:
            return config
        values = {
            **config,
            "lr": config.get("learning_rate"),
            "decay": vars(self).get("_decay") or 0.0,
            "schedule_decay": vars(self).get("_schedule_decay", 0.004),
        }
        # `clipnorm` of the time is called `global_clipnorm` today: `rules/optimizers.py`.
        clipping = {
            name: values.get(f"global_{name}") or values.get(name)
            for name in ("clipnorm", "clipvalue")
        }
        found = {name: value for name, value in clipping.items() if value}
        # Adadelta kept its `rho` as a plain number; RMSprop had a variable of 32 bits.
        plain = {"rho"} if isinstance(self, keras.optimizers.Adadelta) else set()
        for name in names.split():
            if name in values:
                value = values[name]
                found[name] = _of_32_bits(value) if name in _VARIABLES - plain else value
        return found

    return get_config


def _of_32_bits(value: Any) -> Any:
    return float(np.float32(value)) if isinstance(value, int | float) else value


def as_layers(original: Method) -> Method:
    """A list of layers, as Keras 1 told it."""

    def told(model: Any, layers: list[Any]) -> list[Any]:
        known = {one.name: one for one in model.layers}
        for place, one in enumerate(layers):
            config = one["config"]
            if (layer := known.get(config.get("name"))) is not None:
                layers[place] = {**one, "config": of_then(layer, config)}
        return layers

    return _of_layers(original, told)


def as_named_layers(original: Method) -> Method:
    """A name and a list of layers, as Keras 2 told it."""
    return _of_layers(original, lambda model, layers: {"name": model.name, "layers": layers})


def _of_layers(original: Method, told: Callable[[Any, list[Any]], Any]) -> Method:
    def get_config(self: Any) -> Any:
        config: dict[str, Any] = original(self)
        # A class of the script's own has a `get_config` of its own, of which Keras's is a part.
        if not _is_asked_by_script() or type(self) is not keras.Sequential:
            return config
        layers = list(config["layers"])
        if layers and layers[0]["class_name"] == "InputLayer" and len(layers) > 1:
            shape = layers.pop(0)["config"]["batch_shape"]
            first = {"batch_input_shape": tuple(shape), **layers[0]["config"]}
            layers[0] = {**layers[0], "config": first}
        return told(self, layers)

    return get_config


def from_layers(original: Any) -> Any:
    """`Sequential.from_config` takes the list that Keras 1 told."""

    def from_config(cls: type, config: Any, custom_objects: Any = None) -> Any:
        if isinstance(config, list):
            config = {"name": None, "layers": config}
        if "input_layers" in config:  # one that began with a `Merge`, which is a graph today
            return keras.Model.from_config(config, custom_objects)
        return original.__func__(cls, config, custom_objects)

    return classmethod(from_config)


def of_updates(original: Method) -> Method:
    """An optimizer of the script's own that says its step by a method that nobody calls."""

    def update_step(self: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_updates(self)
        return original(self, *args, **kwargs)

    return update_step


def of_no_rate(original: Method) -> Method:
    """The same where its constructor gives no learning rate to that of Keras, which wants one."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if not args and "learning_rate" not in kwargs:
            _refuse_updates(self)
        original(self, *args, **kwargs)

    return __init__


def _refuse_updates(optimizer: Any) -> None:
    own = getattr(type(optimizer), "get_updates", None)
    if own is not None and not own.__module__.startswith("onefit."):
        raise refused(
            NotImplementedError,
            "OF204",
            "an optimizer with update_step(gradient, variable, learning_rate)",
            f"{type(optimizer).__name__} with get_updates, which Keras 3 does not call",
            "Write its formula into update_step, with self.assign(variable, value).",
        )
