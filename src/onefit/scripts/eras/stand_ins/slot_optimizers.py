"""Optimizers of the script's own in tf.keras 2, which say their step variable by variable.

Up to 2.10 the method was `_resource_apply_dense(gradient, variable)`, with moments in slots and
numbers that are set by `_set_hyper`; from 2.11 on it is `update_step(gradient, variable)`, beside a
`build`. Keras 3 has the latter with the learning rate as a third argument. Classes are given what
they miss when they are defined.

Source: `optimizer_v2.py` of tf.keras 2.10 and `optimizer.py` of 2.15, in `keras/optimizers`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import keras

from onefit.scripts.eras.stand_ins import gradient_methods, hyperparameters, optimizers

Method = Callable[..., Any]
_OF_THEN = frozenset(
    ["gradient_aggregator", "gradient_transformers", "is_legacy_optimizer", "jit_compile", "mesh"]
)
"""Arguments of the constructor then that change no number here."""


def noticing(original: Method) -> Any:
    """Classes that are derived from an optimizer, as they are defined."""

    def __init_subclass__(cls: type[Any], /, **kwargs: Any) -> None:
        original(**kwargs)
        cls._check_super_called = _unasked
        if _has_slots(cls):
            cls.build, cls.apply, cls.__setattr__ = (
                _build,
                _apply,
                hyperparameters.settable(cls.__setattr__),
            )
        elif "update_step" in vars(cls) and len(_parameters(cls.update_step)) == 3:
            cls.update_step = _without_rate(cls.update_step)
        if gradient_methods.is_told(cls):
            cls.apply = gradient_methods.through(cls.apply)

    return classmethod(__init_subclass__)


class Variables(list[keras.Variable]):
    """The variables of an optimizer, which scripts ask for by a call, too.

    Args:
        optimizer: The optimizer.
        variables: All of them.
    """

    def __init__(self, optimizer: Any, variables: list[keras.Variable]) -> None:
        """Keep the optimizer beside its variables."""
        super().__init__(variables)
        self.optimizer = optimizer

    def __call__(self) -> list[keras.Variable]:
        """The number of steps and the moments."""
        found: list[keras.Variable] = optimizers.states(self.optimizer)
        return found


def called_too(original: property) -> property:
    """`optimizer.variables()`, a method up to tf.keras 2.10."""

    def variables(self: Any) -> Variables:
        return Variables(self, original.fget(self))  # type: ignore[misc]

    return property(variables, doc=original.__doc__)


def _unasked(_: Any) -> None:
    """Attributes may be set before the constructor of Keras's class is called, as then."""


def _has_slots(cls: type) -> bool:
    return _is_of_script(getattr(cls, "_resource_apply_dense", None))


def _is_of_script(method: Any) -> bool:
    return method is not None and not method.__module__.startswith(("onefit.", "keras."))


def _parameters(method: Method) -> list[inspect.Parameter]:
    return list(inspect.signature(method).parameters.values())


def _without_rate(method: Method) -> Method:
    """A step of a gradient and a variable, which Keras 3 hands the learning rate, too."""

    @functools.wraps(method)
    def update_step(self: Any, gradient: Any, variable: Any, learning_rate: Any = None) -> Any:
        return method(self, gradient, variable)

    return update_step


def named_first(original: Method) -> Method:
    """The constructor of then: the name came first, and the learning rate was set afterwards."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        is_of_script = not type(self).__module__.startswith("keras.")
        if args and isinstance(args[0], str):
            kwargs["name"], args = args[0], args[1:]
        elif isinstance(kwargs.get("learning_rate"), str):  # by the order of today
            kwargs["name"] = kwargs.pop("learning_rate")
        if is_of_script and not args and "learning_rate" not in kwargs:
            kwargs["learning_rate"] = 0.001
        if _has_slots(type(self)):
            kwargs.pop("lr", None)
            vars(self)["_initial_decay"] = kwargs.pop("decay", 0.0)
            vars(self)["_transformers"] = list(kwargs.pop("gradient_transformers", None) or ())
        if is_of_script:
            kwargs = {name: value for name, value in kwargs.items() if name not in _OF_THEN}
        original(self, *args, **kwargs)

    return __init__


def build_learning_rate(self: Any, learning_rate: Any) -> Any:
    """`self._learning_rate = self._build_learning_rate(rate)`: the variable, or the schedule."""
    self.learning_rate = learning_rate
    return self._learning_rate


def from_reference(original: Method) -> Method:
    """A moment by the arguments of then."""

    def add_variable_from_reference(
        self: Any,
        model_variable: Any = None,
        variable_name: str | None = None,
        shape: Any = None,
        initial_value: Any = None,
        **of_today: Any,
    ) -> Any:
        if model_variable is not None:
            of_today["reference_variable"] = model_variable
        if variable_name is not None:
            of_today["name"] = variable_name
        made = original(self, **of_today)
        if initial_value is not None:
            made.assign(initial_value() if callable(initial_value) else initial_value)
        return made

    return add_variable_from_reference


index_dict = property(
    lambda self: self._trainable_variables_indices, doc="The places of variables, by their keys."
)


use_locking = False  # each variable is assigned to by one step alone


def add_slot(
    self: Any, var: Any, slot_name: str, initializer: Any = "zeros", shape: Any = None
) -> Any:
    """A moment of a variable."""
    slots = vars(self).setdefault("_slots", {})
    key = (self._var_key(var), slot_name)
    if key not in slots:
        path = getattr(var, "path", "").replace("/", "_")  # a file has each name once
        made = self.add_variable(
            tuple(var.shape if shape is None else shape),
            initializer if isinstance(initializer, str) else "zeros",
            keras.backend.standardize_dtype(var.dtype),
            name=f"{path}_{slot_name}",
        )
        if not isinstance(initializer, str):
            made.assign(
                initializer(made.shape, made.dtype) if callable(initializer) else initializer
            )
        slots[key] = made
    return slots[key]


def get_slot(self: Any, var: Any, slot_name: str) -> Any:
    """The moment of a variable."""
    return vars(self)["_slots"][self._var_key(var), slot_name]


def no_slots(self: Any, var_list: Any) -> None:
    """A class without moments has none to make."""


def prepared(self: Any, var_list: Any) -> dict[Any, dict[str, Any]]:
    """What all variables of a dtype have in common in a step."""
    state: dict[Any, dict[str, Any]] = {}
    for device, dtype in dict.fromkeys((_DEVICE, _dtype_of(one)) for one in var_list):
        state[device, dtype] = {}
        self._prepare_local(device, dtype, state)
    return state


def prepared_locally(self: Any, var_device: str, var_dtype: Any, apply_state: Any) -> None:
    """The learning rate of this step."""
    rate = self._decayed_lr(var_dtype)
    apply_state.setdefault((var_device, var_dtype), {})["lr_t"] = rate


def fallback_state(self: Any, var_device: str, var_dtype: Any) -> dict[str, Any]:
    """The same for one dtype, where no state was handed on."""
    state: dict[Any, dict[str, Any]] = {(var_device, var_dtype): {}}
    self._prepare_local(var_device, var_dtype, state)
    return state[var_device, var_dtype]


def of_keras(self: Any, grad: Any, var: Any, apply_state: Any = None) -> None:
    """The step of Keras's own optimizer, which a script's class calls by `super()`."""
    type_of_keras(self).update_step(self, grad, var, self._get_current_learning_rate())


_DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"
device_of_variable = property(lambda _: _DEVICE, doc="As TensorFlow names the first device.")


def of_tensorflow(original: Method) -> Method:
    """`variable.assign(value, use_locking=True)`: what only TensorFlow takes changes nothing."""

    def assign(
        self: Any, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True
    ) -> Any:
        return original(self, value)

    return assign


def _dtype_of(variable: Any) -> Any:
    from onefit.scripts.tensorflow.dtypes import as_dtype

    return as_dtype(keras.backend.standardize_dtype(variable.dtype))


def type_of_keras(optimizer: Any) -> Any:
    """The class of Keras behind that of an optimizer.

    Args:
        optimizer: The optimizer.
    """
    return next(one for one in type(optimizer).__mro__ if one.__module__.startswith("keras."))


def _build(self: Any, variables: list[keras.Variable]) -> None:
    """Make the moments: those of Keras's class, and those of the script's."""
    if self.built:
        return
    type_of_keras(self).build(self, variables)
    self._create_slots(variables)


def _apply(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
    """A step: each variable in its turn, then the count of steps."""
    from onefit.scripts.tensorflow.mode import inside

    variables = self._trainable_variables if trainable_variables is None else trainable_variables
    self.build(list(variables))
    pairs = [(g, v) for g, v in zip(grads, variables) if g is not None]
    clipped = self._clip_gradients([gradient for gradient, _ in pairs])
    pairs = [(gradient, variable) for gradient, (_, variable) in zip(clipped, pairs)]
    # Within a program of Keras's: a method under `tf.function` is a part of it.
    with inside():
        state = self._prepare([variable for _, variable in pairs])
        takes_state = "apply_state" in inspect.signature(self._resource_apply_dense).parameters
        given = {"apply_state": state} if takes_state else {}
        for transform in vars(self).get("_transformers", ()):
            pairs = list(transform(pairs))
        for gradient, variable in pairs:
            self._resource_apply_dense(gradient, variable, **given)
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable))
    self._iterations.assign_add(1)
    return self._iterations
