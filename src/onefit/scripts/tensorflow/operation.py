"""How a function of plain arrays becomes one of tensors.

The functions of the stand-in are written on JAX's arrays. `operations` dresses those of a module:
called by a script, they take tensors and give tensors, and 64-bit numbers are honest; called by
each other, or inside of Keras, they are as they were written.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.tensorflow import text_arrays
from onefit.scripts.tensorflow.accepted_dtypes import accepted_kinds, demand_kind
from onefit.scripts.tensorflow.dtype import DType, as_dtype
from onefit.scripts.tensorflow.lengths import has_symbols, of_lengths
from onefit.scripts.tensorflow.mode import KERAS, TF, computed, here, is_of_keras
from onefit.scripts.tensorflow.recorder import is_in_trace
from onefit.scripts.tensorflow.refusals import of_tensorflow
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.tensor import NARROW, Tensor
from onefit.scripts.tensorflow.text import StringTensor

MARK = "__onefit_operation__"
HOST = "__onefit_by_numpy__"


def operation(function: Callable[..., Any], constant: bool = True) -> Callable[..., Any]:
    """A function of arrays as one of tensors.

    Args:
        function: Takes and gives JAX's arrays, alone or in lists, tuples and dicts.
        constant: Whether it gives the same for the same arguments each time. Random numbers do
            not. Defaults to `True`.

    Returns:
        A function that takes tensors as well, and gives tensors to the script's own code.

    >>> import jax.numpy as jnp
    >>> operation(jnp.argmax)(Tensor(jnp.array([1, 3])))
    <tf.Tensor: shape=(), dtype=int64, numpy=1>
    """

    of_numpy, dtypes = getattr(function, HOST, None), _dtypes(function)
    kinds = accepted_kinds(function)

    @wraps(function)
    def of_tensors(*args: Any, **kwargs: Any) -> Any:
        if here.inside:
            if constant and here.inside == KERAS:
                found = of_lengths(function.__name__, args, kwargs)
                if found is not NotImplemented:
                    return found
                if _is_of_lengths(args):
                    return _known(function, args, kwargs)
            return function(*args, **kwargs)
        if of_numpy and args and _is_on_host(args[0]):
            made = of_numpy(args[0]._held, *args[1:], **kwargs)
            if made is not NotImplemented:
                return Tensor(made)
        if dtypes:
            args, kwargs = _with_dtypes(dtypes, args, kwargs)
        args, kwargs = unwrapped(args), unwrapped(kwargs)
        if kinds and (args or kwargs):
            first = args[0] if args else next(iter(kwargs.values()))
            demand_kind(function.__name__, first, kinds)
        values = [*leaves(args), *leaves(kwargs)]
        if has_symbols(values):
            found = of_lengths(function.__name__, args, kwargs)
            if found is not NotImplemented:
                return found
        if any(isinstance(one, Rows) and one.is_ragged for one in values):
            from onefit.scripts.tensorflow.ragged.arithmetic import of_ragged

            if (found := of_ragged(of_tensors, args, kwargs)) is not NotImplemented:
                return found
        if (of_text := _of_text(function.__name__, args, values)) is not None:
            return of_text(*args, **kwargs)
        if any(isinstance(one, keras.KerasTensor) for one in values):
            from onefit.scripts.tensorflow.graph_calls import called

            return called(function, args, kwargs)
        if any(map(is_of_keras, values)):
            return function(*args, **kwargs)
        of_variable = any(isinstance(one, keras.Variable) for one in values)
        if of_variable and not here.traced and is_in_trace():  # a program of Keras's
            return function(*args, **kwargs)
        # It is empty here, as the first line has seen, and is so again afterwards.
        here.inside = TF
        try:
            if constant:
                # `computed` is given the values to see whether all of them are known.
                return wrapped(computed(lambda *_: function(*args, **kwargs), *values))
            with jax.enable_x64(True):
                # Not by `computed`, which makes constants of what is known: a program would draw
                # once for all.
                return wrapped(function(*args, **kwargs))
        except Exception as error:
            if (told := of_tensorflow(error)) is error:
                raise
            raise told from error
        finally:
            here.inside = ""

    setattr(of_tensors, MARK, True)
    return of_tensors


def _dtypes(function: Callable[..., Any]) -> dict[str, int]:
    """The arguments that say a dtype, each with its place."""
    code = function.__code__ if inspect.isfunction(function) else None
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()
    told = {name: str(function.__annotations__.get(name)) for name in names}
    return {name: n for n, name in enumerate(names) if told[name].startswith("DTypeLike")}


def _with_dtypes(
    places: dict[str, int], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments with the dtypes that TensorFlow makes of names, numbers and types.

    Raises:
        TypeError: For what is none.
    """
    given, named = list(args), dict(kwargs)
    for name, place in places.items():
        if name in named:
            named[name] = _dtype(named[name])
        elif place < len(given):
            given[place] = _dtype(given[place])
    return tuple(given), named


def _dtype(value: Any) -> Any:
    return value if value is None or isinstance(value, DType) else as_dtype(value)


def _is_on_host(value: Any) -> bool:
    """Whether NumPy holds what is in a tensor: pixels of a file, or text."""
    return type(value) in (Tensor, StringTensor) and type(value._held) is np.ndarray


def by_numpy(of_numpy: Callable[..., Any]) -> Callable[..., Any]:
    """Say what does the same as a function of a tensor that NumPy holds: pixels of a file, or text.

    Args:
        of_numpy: Takes NumPy's array in place of the tensor, and gives one of the same bits, or
            `NotImplemented`.
    """

    def marked(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(function, HOST, of_numpy)
        return function

    return marked


def _is_of_lengths(args: tuple[Any, ...]) -> bool:
    """Whether arguments are integers of NumPy's, as `tf.shape` gives, and nothing else."""
    kinds = set(map(type, leaves(args)))
    return bool(kinds & _INTEGERS) and kinds <= _KNOWN


_INTEGERS = {np.int32, np.int64, np.ndarray}
_KNOWN = {*_INTEGERS, int, float, bool, str, type(None), np.float32, DType}


def _known(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function gives of lengths in a layer that Keras traces: integers stay known."""
    with jax.ensure_compile_time_eval():
        found = function(*args, **kwargs)
    is_integer = isinstance(found, jax.Array) and found.dtype.kind in "iu"
    return np.asarray(found)[()] if is_integer else found


def _of_text(name: str, args: tuple[Any, ...], values: list[Any]) -> Callable[..., Any] | None:
    """The function of this name for text, if an argument is text."""
    own = getattr(text_arrays, name, None)
    if own is None or name[0] == "_":
        return None
    place = {"fill": -1, "where": 1}.get(name, 0)
    first = args[place] if len(args) > place else None
    is_text = text_arrays.is_python_text(first) or any(map(text_arrays.is_text, values))
    return own if is_text else None


def as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that takes the tensors themselves: `operations` leaves it alone."""
    setattr(function, MARK, False)
    return function


def operations(names: dict[str, Any], constant: bool = True) -> None:
    """Dress the functions that a module defines.

    Args:
        names: The module's `globals()`.
        constant: Whether they give the same for the same arguments. Defaults to `True`.
    """
    for name, value in list(names.items()):
        is_own = inspect.isfunction(value) and value.__module__ == names["__name__"]
        if is_own and name[0] != "_" and not hasattr(value, MARK):
            names[name] = operation(value, constant)


def leaves(value: Any) -> Iterator[Any]:
    """What is in lists, tuples and dicts.

    >>> list(leaves([1, (2, {"a": 3})]))
    [1, 2, 3]
    """
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        yield value
        return
    for one in value:
        yield from leaves(one)


def unwrapped(value: Any) -> Any:
    """The arrays of tensors, in lists, tuples and dicts too; anything else as it is.

    >>> unwrapped([1, "a"])
    [1, 'a']
    """
    return nested(lambda one: one._value if type(one) is Tensor else one, value)


def wrapped(value: Any) -> Any:
    """Arrays as tensors, in lists, tuples and dicts too; anything else as it is."""
    return nested(_wrapped, value)


class Pixels(np.ndarray):
    """What a function gives that NumPy may go on with: pixels of a file, which nobody changes."""


def _wrapped(value: Any) -> Any:
    if type(value) is Pixels:
        return Tensor(value.view(np.ndarray))
    # For NumPy bfloat16 is of the kind `V`.
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufcV":
        value = computed(jnp.asarray, value)
    if not isinstance(value, jax.Array):
        return value
    if value.weak_type and value.dtype.name in ("int64", "float64"):  # of Python's numbers alone
        value = computed(jax.lax.convert_element_type, value, np.dtype(NARROW[value.dtype.name]))
    return Tensor(value)


def nested(function: Callable[[Any], Any], value: Any) -> Any:
    """A function of what is in lists, tuples and dicts, nested as they are.

    >>> nested(str, [1, (2, {"a": 3})])
    ['1', ('2', {'a': '3'})]
    """
    kind = type(value)
    if kind is list or kind is tuple:
        return kind([nested(function, one) for one in value])
    if kind is dict:
        return {key: nested(function, one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return kind(*[nested(function, one) for one in value])
    return function(value)
