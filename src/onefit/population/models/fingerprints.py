"""What a model is made of, as text: equal for two models only if they can be shown to be the same.

Keras's own objects are told by their config and their attributes. Functions are told by their code
and by what the code reads: closure, defaults, globals. Objects of the user's own are told by their
class's functions and their attributes. What can't be told apart by looking (a lock, a generator, an
object of a library in C) counts as different from everything, so its model stands alone.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import itertools
import sys
import types
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import Model

from onefit.population.models.hyperparameters import config_of

_serial = itertools.count()
_KNOWN = {
    "keras",
    "jax",
    "jaxlib",
    "numpy",
    "ml_dtypes",
    "optree",
    "onefit",
    *sys.stdlib_module_names,
}
_KNOWN.discard("__main__")
_DESCRIPTORS = (types.GetSetDescriptorType, types.MemberDescriptorType, types.WrapperDescriptorType)
_UNTOLD = ("__dict__", "__weakref__", "__doc__", "__module__", "__annotations__", "_abc_impl")


def fingerprint(model: Model) -> str:
    """Everything of a compiled model that its training may depend on, but its variables' values.

    >>> import keras
    >>> def build(units):
    ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, name="d")])
    ...     model.compile("sgd", "mse")
    ...     return model
    >>> from onefit.population.models.copies import fresh_names, random_state_kept
    >>> def text(units):
    ...     with random_state_kept(), fresh_names():
    ...         keras.utils.set_random_seed(0)
    ...         return fingerprint(build(units))
    >>> text(3) == text(3), text(3) == text(4)
    (True, False)
    """
    given = dict(model._compile_config.config)
    # It may have been given by its name; what has become of it is looked at below.
    given.pop("optimizer")
    # One number for the whole loss can be swept. The config keeps what was given to `compile`; what
    # a sweep turns is here.
    if isinstance(given["loss_weights"], (int, float)):
        given["loss_weights"] = model._compile_loss._user_loss_weights
    look = Look()
    told = [
        look.of(model),
        [look.of(layer) for layer in model._flatten_layers(include_self=False)],
        look.of(model.optimizer),
        look.of(given),
        [bool(v.trainable) for v in model.variables],
    ]
    return look.digest(told)


class Look:
    """One look at one model: what was met before is told by its number."""

    def __init__(self) -> None:
        """Nothing is met yet."""
        self.met: dict[int, tuple[int, Any]] = {}
        self.unknown = False

    def digest(self, told: Any) -> str:
        """What was told, as short text; with a number of its own if anything was unknown."""
        text = hashlib.sha256(repr(told).encode()).hexdigest()
        return f"{text} {next(_serial)}" if self.unknown else text

    def of(self, thing: Any) -> Any:
        """What a thing is, in tuples of text."""
        if isinstance(thing, Enum):
            return (type(thing).__qualname__, thing.name)
        if thing is None or type(thing) in (bool, int, float, complex, str, bytes):
            return repr(thing)
        if thing is Ellipsis or thing is NotImplemented or isinstance(thing, (PurePath, np.dtype)):
            return repr(thing)
        if isinstance(thing, (np.ndarray, np.generic, jax.Array)):
            return self._array(thing)
        if id(thing) in self.met:
            return ("met", self.met[id(thing)][0])
        self.met[id(thing)] = (len(self.met), thing)  # held, so that no id is given twice
        try:
            return self._object(thing)
        except Exception:  # an object that does not let itself be looked at
            self.unknown = True
            return "unknown"

    def _array(self, array: Any) -> Any:
        if jax.dtypes.issubdtype(array.dtype, jax.dtypes.prng_key):
            array = jax.random.key_data(array)
        host = np.asarray(array)
        if host.dtype == object:
            return ("array", host.shape, [self.of(part) for part in host.ravel().tolist()])
        data = hashlib.sha256(np.ascontiguousarray(host).tobytes()).hexdigest()
        return ("array", host.shape, str(host.dtype), data)

    def _object(self, thing: Any) -> Any:
        if isinstance(thing, types.ModuleType):
            return ("module", thing.__name__)
        if isinstance(thing, types.CodeType):
            return self._code(thing)
        if isinstance(thing, types.FunctionType):
            return self._function(thing)
        if isinstance(thing, types.MethodType):
            return ("method", self.of(thing.__func__), self.of(thing.__self__))
        if isinstance(thing, types.BuiltinFunctionType):
            return ("builtin", thing.__module__, thing.__qualname__, self.of(thing.__self__))
        if isinstance(thing, type):
            return self._class(thing)
        if isinstance(thing, functools.partial):
            return ("partial", self.of(thing.func), self.of(thing.args), self.of(thing.keywords))
        if isinstance(thing, (staticmethod, classmethod)):
            return (type(thing).__name__, self.of(thing.__func__))
        if isinstance(thing, property):
            return ("property", [self.of(f) for f in (thing.fget, thing.fset, thing.fdel)])
        # Made by Python for slots and for types in C: there is no code to read.
        if isinstance(thing, _DESCRIPTORS):
            return ("descriptor", thing.__name__)
        if isinstance(thing, (keras.Variable, keras.KerasTensor)):
            return (type(thing).__name__, tuple(thing.shape), str(thing.dtype))
        return self._instance(thing)

    def _function(self, function: types.FunctionType) -> Any:
        name = (function.__module__, function.__qualname__)
        # A library's function is told by its name, unless it was made by another one around
        # something.
        if _known(function.__module__) and not function.__closure__:
            return ("function", name)
        cells = []
        for cell in function.__closure__ or ():
            try:
                cells.append(self.of(cell.cell_contents))
            except ValueError:  # not filled yet
                cells.append("empty")
        # Names of globals and of attributes are in one list: `module.factor` names both `module`
        # and `factor`.
        read = self._read(function.__globals__, set(_names(function.__code__)))
        defaults = (self.of(function.__defaults__), self.of(function.__kwdefaults__))
        return ("function", name, self.of(function.__code__), cells, defaults, read)

    def _code(self, code: types.CodeType) -> Any:
        consts = [self.of(const) for const in code.co_consts]
        return ("code", code.co_name, code.co_code.hex(), code.co_names, consts)

    def _read(self, scope: Mapping[str, Any], names: set[str]) -> Any:
        """The globals that some code names, and what it names of the user's own modules."""
        found: list[tuple[Any, ...]] = []
        for name in sorted(names & set(scope)):
            value = scope[name]
            own = isinstance(value, types.ModuleType) and not _known(value.__name__)
            found.append((name, self.of(value)))
            if own and not _installed(value):
                inner = vars(value)
                found += [(name, n, self.of(inner[n])) for n in sorted(names & set(inner))]
        return found

    def _class(self, kind: type) -> Any:
        name = (kind.__module__, kind.__qualname__)
        if _known(kind.__module__):
            return ("class", name)
        own = [(k, self.of(v)) for k, v in sorted(vars(kind).items()) if k not in _UNTOLD]
        return ("class", name, own, [self.of(base) for base in kind.__bases__])

    def _instance(self, thing: Any) -> Any:
        kind = type(thing)
        told: list[Any] = [self.of(kind)]
        if isinstance(thing, Mapping):
            told.append([(self.of(k), self.of(v)) for k, v in thing.items()])
        elif isinstance(thing, (set, frozenset)):
            # Sorted, because the order of a set is another one in each process.
            told.append(sorted(repr(self.of(part)) for part in thing))
        elif isinstance(thing, (list, tuple)):
            told.append([self.of(part) for part in thing])
        elif _known(kind.__module__) and kind.__module__.split(".")[0] != "keras":
            self._other(thing, told)
            return told
        elif not hasattr(thing, "__dict__"):
            self.unknown = True
        if hasattr(thing, "get_config"):
            try:
                told.append(self.of(config_of(thing)))
            except Exception:  # a class without a config of its own: its attributes tell
                told.append("no config")
        if hasattr(thing, "__dict__") and not _is_keras_machinery(thing):
            told.append(self._attributes(thing))
        return told

    def _other(self, thing: Any, told: list[Any]) -> None:
        """An object of JAX or of Python's library: known if it is a function made of another."""
        inner = getattr(thing, "__wrapped__", None)
        if inner is not None:
            told.append(self.of(inner))
        elif isinstance(
            thing, (inspect.Signature, inspect.Parameter, range, slice, type(str.join))
        ):
            told.append(str(thing))
        elif _is_public(thing):
            told.append(thing.__name__)
        elif type(thing).__module__.split(".")[0] == "onefit":
            told.append(self._attributes(thing))
        else:
            self.unknown = True

    def _attributes(self, thing: Any) -> Any:
        skipped: frozenset[str] = frozenset()
        if isinstance(thing, keras.layers.Layer):
            skipped = _machinery()
        elif isinstance(thing, (keras.optimizers.Optimizer, keras.metrics.Metric)):
            skipped = _OPTIMIZERS
        items: Iterable[tuple[str, Any]] = sorted(vars(thing).items())
        return [(name, self.of(value)) for name, value in items if name not in skipped]


# A lock, which tells nothing, and the variables, whose values are no part of a fingerprint.
_OPTIMIZERS = frozenset(
    {"_lock", "_tracker", "_variables", "_trainable_variables", "_trainable_variables_indices"}
)
_GRAPHS = {
    "_inputs", "_inputs_struct", "_outputs", "_outputs_struct", "_nodes", "_nodes_by_depth",
    "_operations", "_operations_by_depth", "output_names",
}  # fmt: skip
_FITS = {"_eval_epoch_iterator", "_jax_state", "history", "stop_training"}


@functools.cache
def _machinery() -> frozenset[str]:
    """The attributes that Keras gives every layer and model; what matters of them is in configs."""
    own = {"activity_regularizer", "_run_eagerly", "_trainable", "_remat_mode"}
    base = set(vars(keras.layers.Layer())) | set(vars(keras.Model()))
    more = {"_compile_config", "_compiled_trainable_state", "optimizer", "_functional"}
    return frozenset((base | more | _GRAPHS | _FITS) - own)


def _is_keras_machinery(thing: Any) -> bool:
    """Whether an object only serves Keras's book-keeping: nodes, trackers, input specs."""
    kind = type(thing)
    return kind.__module__.split(".")[0] == "keras" and not hasattr(thing, "get_config")


def _is_public(thing: Any) -> bool:
    """Whether a callable object is one of NumPy's or JAX's own, which has one name for all."""
    name = getattr(thing, "__name__", "")
    return any(getattr(room, name, None) is thing for room in (np, jnp, jax.nn, jax.lax))


def _known(module: str | None) -> bool:
    return module is not None and module.split(".")[0] in _KNOWN


def _installed(module: types.ModuleType) -> bool:
    # A module without a file is a part of Python.
    return "site-packages" in (getattr(module, "__file__", None) or "site-packages")


def _names(code: types.CodeType) -> Iterable[str]:
    """The names that code and the code within it read."""
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _names(const)
