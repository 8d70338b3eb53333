"""What the script's own calls of `tf.keras` give: tensors, where Keras computes with JAX's arrays.

`boundary.py` has layers, losses and metrics; here are functions (`tf.keras.losses.mse`), small
objects that are called (an initializer, a schedule), and weights with operators. Keras, JAX and
onefit go on with what they had: they are known by the module that calls.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

import jax
import keras
from keras._tf_keras import keras as _shipped
from keras.src import activations, losses, metrics
from keras.src.backend.common.variables import Variable as KerasVariable
from keras.src.optimizers.base_optimizer import BaseOptimizer

from onefit.scripts.callers import is_the_script
from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.boundary import MARK, arrays_of
from onefit.scripts.tensorflow.index import index_of
from onefit.scripts.tensorflow.mode import here, inside, is_of_keras
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_shape import TensorShape
from onefit.scripts.tensorflow.variable_part import Part

ROOMS = "activations losses metrics ops ops.image ops.linalg ops.nn ops.numpy random"
OTHERS = {"utils": "normalize to_categorical", "preprocessing.image": "smart_resize"}
# They give functions or NumPy's arrays, and no values to compute with.
LEFT = frozenset(["get", "deserialize", "serialize", "custom_gradient", "convert_to_numpy"])
OPERATORS = """
__neg__ __pos__ __abs__ __invert__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __add__
__radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__ __floordiv__ __rfloordiv__
__mod__ __rmod__ __pow__ __rpow__ __matmul__ __rmatmul__ __and__ __rand__ __or__ __ror__ __xor__
__rxor__ assign assign_add assign_sub
"""


def give_script_calls(patches: Patches) -> None:
    """Let the script's own calls of functions and small objects of Keras give tensors.

    Args:
        patches: Where what is replaced is noted.
    """
    for room in ROOMS.split():
        _give_functions(patches, room, LEFT)
    for room, names in OTHERS.items():
        for name in names.split():
            patches.put(_room(room), name, _of_the_script(vars(_room(room))[name]))
    for name in vars(_shipped.applications):
        module = vars(_shipped.applications)[name]
        if isinstance(module, ModuleType) and hasattr(module, "preprocess_input"):
            patches.put(module, "preprocess_input", _of_the_script(module.preprocess_input))
    _give_getters(patches)
    for kind in (
        *(keras.initializers.Initializer, keras.regularizers.Regularizer),
        *(keras.constraints.Constraint, keras.optimizers.schedules.LearningRateSchedule),
    ):
        for one in (kind, *_subclasses(kind)):
            # Classes of the script's own are subclasses as well, and stay as they are.
            if one.__module__.startswith("keras.") and "__call__" in vars(one):
                patches.put(one, "__call__", _of_the_script(vars(one)["__call__"]))
    for one in (keras.Layer, *_subclasses(keras.Layer)):
        for name in ("compute_mask", "get_initial_state"):
            if one.__module__.startswith("keras.") and name in vars(one):
                patches.put(one, name, _of_the_script(vars(one)[name]))
    # `array @ layer.kernel` is left to the variable, and seen by a tape.
    patches.put(KerasVariable, "__array_priority__", 100)
    patches.put(KerasVariable, "__getitem__", _of_parts(KerasVariable.__getitem__))
    for name in OPERATORS.split():
        patches.put(KerasVariable, name, _of_the_script(vars(KerasVariable)[name]))
    shape = KerasVariable.shape
    patches.put(KerasVariable, "shape", _property(shape, TensorShape))
    for kind, name in ((BaseOptimizer, "learning_rate"), (keras.Layer, "losses")):
        patches.put(kind, name, _property(getattr(kind, name), _tensors_of))


def _room(path: str) -> ModuleType:
    found: Any = _shipped
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _give_functions(patches: Patches, room: str, left: frozenset[str]) -> None:
    module = _room(room)
    # A copy, as the loop changes the names of the module.
    for name, value in list(vars(module).items()):
        if inspect.isfunction(value) and name not in left and not hasattr(value, MARK):
            patches.put(module, name, _of_the_script(value))


def _give_getters(patches: Patches) -> None:
    """Let Keras get its own functions back where the script hands over one of these.

    `Dense(activation=tf.keras.activations.relu)` is then the layer that it is without them.
    """
    for own, room in ((activations, "activations"), (losses, "losses"), (metrics, "metrics")):
        shipped = _room(room)
        for name in ("get", "deserialize"):
            patches.put(shipped, name, _getter(vars(own)[name], shipped))
        for name in ("get", "serialize"):
            patches.put(own, name, _undressing(vars(own)[name]))
        patches.put(shipped, "serialize", vars(own)["serialize"])


def _getter(get: Callable[..., Any], module: ModuleType) -> Callable[..., Any]:
    @wraps(get)
    def found(*args: Any, **kwargs: Any) -> Any:
        result = get(*args, **kwargs)
        if not inspect.isfunction(result):
            return result
        dressed = vars(module).get(result.__name__)
        return dressed if getattr(dressed, "__wrapped__", None) is result else result

    return found


def _undressing(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def plainly(one: Any, *args: Any, **kwargs: Any) -> Any:
        return function(getattr(one, PLAIN, one), *args, **kwargs)

    return plainly


PLAIN = "__onefit_plain__"


def _of_the_script(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function or method, which Keras, JAX and onefit go on to call as it was."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if here.inside or not is_the_script():
            return function(*args, **kwargs)
        return _called(function, args, kwargs)

    setattr(call, MARK, True)
    setattr(call, PLAIN, function)
    return call


def _of_parts(get: Callable[..., Any]) -> Callable[..., Any]:
    """`__getitem__` of a weight, whose parts a script may set: `self.counts[i].assign(0.0)`."""

    @wraps(get)
    def part(self: Any, place: Any) -> Any:
        if here.inside or not is_the_script():
            return get(self, place)
        found = _called(get, (self, place), {})
        if type(found) is Tensor:
            found._part = Part(self, index_of(place, tuple(self.value.shape)))
        return found

    return part


def _called(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    args, kwargs = tuple(map(arrays_of, args)), arrays_of(kwargs)
    with inside():
        result = function(*args, **kwargs)
    values = (*leaves(args), *leaves(kwargs), *leaves(result))
    if any(isinstance(one, keras.KerasTensor) or is_of_keras(one) for one in values):
        return result
    return _tensors_of(result)


def _tensors_of(value: Any) -> Any:
    """Arrays of JAX's as tensors; NumPy's stay what they are."""
    return nested(
        lambda one: Tensor(one) if isinstance(one, jax.Array) and not is_of_keras(one) else one,
        value,
    )


def _property(plain: Any, made: Callable[[Any], Any]) -> property:
    """A property that is made into something else for the script."""

    def value(self: Any) -> Any:
        found = plain.fget(self)
        return found if here.inside or not is_the_script() else made(found)

    return property(value, plain.fset, plain.fdel, plain.__doc__)


def _subclasses(kind: type) -> list[type]:
    children: list[type] = type.__subclasses__(kind)
    return [one for child in children for one in (child, *_subclasses(child))]
