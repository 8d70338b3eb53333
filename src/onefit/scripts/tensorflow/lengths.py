"""What functions give of lengths: integers that are known while a program is traced stay known.

`tf.shape(x)` is integers of NumPy's, or JAX's symbols where Keras asks what a layer would give. A
shape that is made of them, `tf.stack([n, tf.reduce_prod(shape[1:])])`, has to be one of these, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.given import is_symbol
from onefit.training.host.jax_private import trace_state_clean

Function = Callable[..., Any]


def of_lengths(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function gives of lengths alone; `NotImplemented` of anything else.

    Args:
        name: The function's.
        args: What it is given.
        kwargs: And by name.

    >>> of_lengths("stack", ([np.int32(2), 3],), {}).tolist()
    [2, 3]
    >>> of_lengths("reduce_prod", (np.array([2, 3]),), {})
    np.int64(6)
    >>> of_lengths("stack", ([2, 3],), {})
    NotImplemented
    """
    function = _FUNCTIONS.get(name)
    if function is None or not args or not _is_of_lengths(args[0]):
        return NotImplemented
    found = function(args[0], *args[1:], **{k: v for k, v in kwargs.items() if k != "name"})
    if found is NotImplemented:
        return found
    return _plain(np.asarray(found))


def keeping(function: Function) -> Function:
    """A function that gives lengths of lengths.

    Args:
        function: Its name says what it does.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        found = of_lengths(function.__name__, args, kwargs)
        return function(*args, **kwargs) if found is NotImplemented else found

    return call


def has_symbols(values: Iterable[Any]) -> bool:
    """Whether one of several things is JAX's symbol for a length, or an array of such.

    >>> from jax.export import symbolic_shape
    >>> has_symbols([3, np.zeros(2)]), has_symbols(symbolic_shape("n, 2"))
    (False, True)
    """
    return any(
        # By the name of the class: `jax.export` takes long to load, and few scripts have such
        # symbols.
        one.dtype == object if type(one) is np.ndarray else type(one).__name__ == "_DimExpr"
        for one in values
    )


def _is_of_lengths(given: Any) -> bool:
    """Whether all of it are integers or symbols, and one of them comes from a shape."""
    parts = list(_parts(given))
    if not all(map(_is_length, parts)):
        return False
    # Python's integers alone may come from no shape, and `tf.stack([2, 3])` is a tensor as ever.
    # While a program is traced, a tensor of them could be nothing's shape.
    return any(type(one) is not int for one in parts) or not trace_state_clean()


def _is_length(part: Any) -> bool:
    if isinstance(part, np.ndarray):
        return part.dtype.kind in "iu" or (part.dtype == object and all(map(_is_length, part.flat)))
    return isinstance(part, int | np.integer) or is_symbol(part)


def _parts(given: Any) -> Iterator[Any]:
    if isinstance(given, list | tuple):
        for one in given:
            yield from _parts(one)
    else:
        yield given


def _array(given: Any) -> np.ndarray:
    """Lengths as an array, of objects where there are symbols."""
    return np.array(given, object)


def _plain(found: np.ndarray) -> Any:
    """Integers again, where no symbols are left."""
    if found.dtype == object and not any(map(is_symbol, found.ravel())):
        found = found.astype(np.int32)
    return found[()]


def _stack(values: Any, axis: int = 0) -> np.ndarray:
    return np.stack([_array(one) for one in values], axis)


def _concat(values: Any, axis: int = -1) -> np.ndarray:
    return np.concatenate([_array(one) for one in values], int(axis))


def _prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.prod(_array(x), axis=_axes(axis), keepdims=keepdims)


def _sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.sum(_array(x), axis=_axes(axis), keepdims=keepdims)


def _axes(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def _cast(x: Any, dtype: Any) -> Any:
    return (
        _array(x) if np.dtype(str(getattr(dtype, "name", dtype))).kind in "iu" else NotImplemented
    )


def _expand_dims(x: Any, axis: int = -1) -> np.ndarray:
    return np.expand_dims(_array(x), axis)


_FUNCTIONS: dict[str, Function] = {
    "stack": _stack,
    "concat": _concat,
    "concatenate": _concat,
    "prod": _prod,
    "reduce_prod": _prod,
    "sum": _sum,
    "reduce_sum": _sum,
    "cast": _cast,
    "expand_dims": _expand_dims,
}
