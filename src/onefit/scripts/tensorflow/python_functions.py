"""`tf.py_function` and `tf.numpy_function`: Python in the middle of a program."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import jax
import numpy as np

from onefit.errors import NeedsTensorFlow
from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype, string
from onefit.scripts.tensorflow.errors import (
    InvalidArgumentError,
    OpError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
)
from onefit.scripts.tensorflow.given import is_of_python, of_python, tensor
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.mode import computed, here, outside
from onefit.scripts.tensorflow.nest import flatten
from onefit.scripts.tensorflow.operation import leaves, wrapped
from onefit.scripts.tensorflow.operators import RANK
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import PartOfPython


def py_function(
    func: Callable[..., Any] | None = None,
    inp: TensorLike = None,
    Tout: DTypeLike = None,
    name: str | None = None,
) -> Any:
    """A function of eager tensors, called where it stands.

    Args:
        func: Takes as many tensors as `inp` has; gives what `Tout` says. Without one, what comes
            back is a decorator of such a function, which takes the tensors itself.
        inp: A list of tensors.
        Tout: A dtype, a list of them, or nothing for a function that gives nothing.
        name: Taken, and of no effect.

    Raises:
        NeedsTensorFlowName: For a tensor that is not known while a model is traced: what the
            function gives has no shape there.
        PartOfPython: While a `tf.function` is traced, which runs step by step then.

    >>> py_function(lambda x: x + 1, [1], "int32").numpy()
    np.int32(2)
    """
    if func is None:  # a decorator
        return lambda one: wraps(one)(lambda *inp: py_function(one, inp, Tout))
    return _called(func, inp, Tout, lambda one: one, "py_function")


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: TensorLike = None,
    Tout: DTypeLike = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """A function of NumPy's arrays, called where it stands.

    Args:
        func: Takes as many arrays as `inp` has; gives arrays.
        inp: A list of tensors.
        Tout: A dtype, or a list of them.
        stateful: Taken, and of no effect.
        name: Taken, and of no effect.

    Raises:
        NeedsTensorFlowName: As `py_function`.
    """
    if func is None:
        return lambda one: wraps(one)(lambda *inp: numpy_function(one, inp, Tout))
    return _called(func, inp, Tout, lambda one: one.numpy(), "numpy_function")


def _called(func: Any, inp: TensorLike, kinds: Any, given: Callable[[Any], Any], name: str) -> Any:
    tensors = [_tensor(one) for one in inp]
    if here.traced and not here.as_graph:  # a trace would call it once for all
        raise PartOfPython(f"calls Python by tf.{name}")
    if any(isinstance(getattr(one, "_value", None), jax.core.Tracer) for one in leaves(tensors)):
        refuse(f"tensorflow.{name} inside of a model", name)
    if name == "numpy_function" and not here.as_graph:
        return _called_at_once(func, inp)
    with outside(), _told():
        found = func(*map(given, tensors))
    several = isinstance(kinds, list | tuple)
    if name == "numpy_function" and not several and isinstance(found, list | tuple):
        # Several arrays are one of one more axis.
        found = np.asarray(found) if len(found) > 1 else found
    if kinds is None or (several and not kinds):
        return [] if several else found
    if not several:
        # Of a list TensorFlow's `py_function` takes the first where `Tout` is one dtype.
        return _of_kind(found[0] if isinstance(found, list | tuple) else found, kinds)
    found = found if isinstance(found, list | tuple) else [found]
    if len(found) < len(kinds):
        raise InvalidArgumentError(
            f"{name} expected {len(kinds)} values, as Tout says. Received: {len(found)}."
        )
    return [_of_kind(one, kind) for one, kind in zip(found, kinds)]


def _called_at_once(func: Callable[..., Any], inp: TensorLike) -> Any:
    """What a function of arrays gives outside of graphs: TensorFlow does not look at `Tout`."""
    with outside():
        found = func(*map(_as_array, inp))
    parts = [one if one is None else _tensor(one) for one in flatten(found)]
    return parts[0] if len(parts) == 1 else parts


def _as_array(one: Any) -> np.ndarray:
    value = one.numpy() if hasattr(one, "numpy") else one
    if isinstance(value, str | bytes):
        return np.array(value.encode() if isinstance(value, str) else value, object)
    return np.array(value)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """A block whose errors are told as those of an operation.

    Raises:
        OpError: Of the kind that TensorFlow makes of an error of Python's.
    """
    try:
        yield
    except (OpError, NeedsTensorFlow, jax.errors.JAXTypeError, jax.errors.JAXIndexError):
        raise
    except Exception as error:
        kinds = (kind for cause, kind in KINDS.items() if isinstance(error, cause))
        raise next(kinds, UnknownError)(f"{type(error).__name__}: {error}") from error


KINDS: dict[type[Exception], type[OpError]] = {
    ValueError: InvalidArgumentError,
    TypeError: InvalidArgumentError,
    StopIteration: OutOfRangeError,
    MemoryError: ResourceExhaustedError,
    NotImplementedError: UnimplementedError,
}
"""What an error of Python's is told as."""


def _tensor(one: Any) -> Any:
    """An argument as a tensor; what is no number, text for example, as it is."""
    from onefit.scripts.tensorflow.arrays.creation import convert_to_tensor

    return wrapped(one) if hasattr(one, "numpy") else convert_to_tensor(one)


def _of_kind(one: Any, kind: Any) -> Any:
    """A result in the dtype that was told, whose shape it brings along."""
    if kind == string:
        from onefit.scripts.tensorflow.arrays.creation import constant

        return one if hasattr(one, "numpy") else constant(one, kind)
    if isinstance(one, Tensor):
        if as_dtype(one.dtype) == as_dtype(kind):
            return one
        raise InvalidArgumentError(
            f"Expected a tensor of {as_dtype(kind)!r}, as Tout says. Received: one of "
            f"{as_dtype(one.dtype)!r}. Use tf.cast."
        )
    made = None if one is None else np.asarray(of_python(one))
    is_plain = is_of_python(one)
    if made is None or (is_plain and RANK[made.dtype.kind] > RANK.get(_kind(kind).kind, 3)):
        raise InvalidArgumentError(
            f"Expected a value of {as_dtype(kind)!r}, as Tout says. Received: {one!r}."
        )
    return Tensor(computed(tensor, np.asarray(one, np.dtype(as_dtype(kind)))))


def _kind(kind: Any) -> np.dtype:
    return np.dtype(as_dtype(kind).as_numpy_dtype)
