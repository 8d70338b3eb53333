"""`tf.map_fn`, `tf.scan`, `tf.foldl`: a function of each slice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.control_flow.carried import array_of, tensor_of
from onefit.scripts.tensorflow.control_flow.loops import scanned
from onefit.scripts.tensorflow.control_flow.results import as_told
from onefit.scripts.tensorflow.data.leaves import tensor as of_text
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError, OutOfRangeError
from onefit.scripts.tensorflow.mode import computed, here
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec
from onefit.scripts.tensorflow.text import StringTensor

Array = Any


Function = Callable[..., Any]


def map_fn(
    fn: Function,
    elems: TensorLike,
    dtype: DTypeLike = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """A function of each slice along the first axis, stacked.

    Args:
        fn: Takes a slice of `elems`, nested as they are; gives tensors.
        elems: A tensor, or several, nested.
        dtype: The old name of `fn_output_signature`.
        parallel_iterations: Taken, and of no effect.
        back_prop: Taken, and of no effect.
        swap_memory: Taken, and of no effect.
        infer_shape: Taken, and of no effect.
        name: Taken, and of no effect.
        fn_output_signature: What the function gives, if it is not of the dtypes of `elems`: dtypes
            or specs; a `tf.RaggedTensorSpec` where the results are rows of a ragged tensor.

    >>> map_fn(lambda x: x * x, jnp.array([1, 2, 3])).numpy()
    array([1, 4, 9], dtype=int32)
    """
    signature = dtype if fn_output_signature is None else fn_output_signature
    of_rows = any(isinstance(one, Rows) and one.is_ragged for one in leaves(elems))
    if of_rows or _is_ragged(signature):
        from onefit.scripts.tensorflow.ragged.mapping import map_rows

        return map_rows(fn, nested(_as_rows, elems), signature)
    given = nested(tensor_of, elems)
    return _mapped(as_told(fn, given if signature is None else signature), given, signature)


def _mapped(fn: Function, given: Any, signature: Any = None) -> Any:
    """A function of each slice of tensors, nested."""
    shapes = [_shape(one) for one in leaves(given)]
    if not shapes:
        raise ValueError(
            "elems must be a Tensor or (possibly nested) sequence of Tensors. Got "
            f"{given!r}, which does not contain any Tensors."
        )
    if not all(shapes):
        raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
    rows = shapes[0][0]
    # The first one would say how many there are, and the rest of the others be lost.
    for other in shapes[1:]:
        if other[0] != rows:
            raise ValueError(f"Dimensions {rows} and {other[0]} are not compatible")
    # A function that is called eagerly may look at values, which it could not in a scan.
    if here.traced:
        return _in_program(fn, given, rows)
    if not rows:
        return nested(_nothing, given if signature is None else signature)
    return _stacked([fn(_row(given, row)) for row in range(rows)])


def _shape(one: Any) -> tuple[int, ...]:
    return tuple(one.shape if isinstance(one, StringTensor) else array_of(one).shape)


def _in_program(fn: Function, given: Any, rows: int) -> Any:
    """A function of each of so many rows, as a scan; of none it is traced nonetheless."""

    def body(number: Tensor) -> Any:
        place = number._array()
        return fn(nested(lambda one: Tensor(computed(_at, array_of(one), place)), given))

    _, collected, step = scanned(body, [], jnp.arange(rows))
    return step.filled(collected)


def _at(rows: Array, place: Array) -> Array:
    return rows[place] if len(rows) else jnp.zeros(rows.shape[1:], rows.dtype)


def _nothing(signature: Any) -> Tensor:
    """No rows, of a dtype, or of what a script says a row is.

    Of its shape TensorFlow knows nothing where it calls no function: a tensor says its dtype only.
    """
    is_shaped = isinstance(signature, TensorSpec) and signature.shape is not None
    shape = tuple(signature.shape) if is_shaped else ()
    dtype = as_dtype(getattr(signature, "dtype", signature)).as_numpy_dtype
    return Tensor(computed(jnp.zeros, (0, *shape), dtype))


def _is_ragged(signature: Any) -> bool:
    return any(hasattr(one, "ragged_rank") for one in leaves(signature))


def _as_rows(one: Any) -> Any:
    return one if isinstance(one, Rows) else tensor_of(one)


def _row(given: Any, row: int) -> Any:
    return nested(lambda one: one[row], given)


def vectorized_map(
    fn: Function, elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """As `map_fn`; the function is traced where there are no rows."""
    arrays = [] if any(isinstance(one, Rows) for one in leaves(elems)) else list(leaves(elems))
    if arrays and all(_shape(tensor_of(one))[:1] == (0,) for one in arrays):
        return _in_program(fn, nested(tensor_of, elems), 0)
    if any(isinstance(one, Rows) for one in leaves(elems)):
        return map_fn(fn, elems)
    return _mapped(fn, nested(tensor_of, elems))


def _stacked(found: list[Any]) -> Any:
    columns = [
        of_text(np.stack([np.asarray(one) for one in column]))
        if any(isinstance(one, StringTensor) for one in column)
        else Tensor(computed(lambda *xs: jnp.stack(xs), *(array_of(one) for one in column)))
        for column in zip(*(list(leaves(one)) for one in found))
    ]
    remaining = iter(columns)
    return nested(lambda _: next(remaining), found[0])


def scan(
    fn: Function,
    elems: TensorLike,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All states of a function of the last state and each slice.

    Args:
        fn: Takes the state and a slice; gives the next state.
        elems: A tensor, or several, nested.
        initializer: The first state. Defaults to the first slice.
        parallel_iterations: Taken, and of no effect.
        back_prop: Taken, and of no effect.
        swap_memory: Taken, and of no effect.
        infer_shape: Taken, and of no effect.
        reverse: Whether to begin at the last slice. Defaults to `False`.
        name: Taken, and of no effect.

    >>> scan(lambda total, x: total + x, jnp.array([1, 2, 3])).numpy()
    array([1, 3, 6], dtype=int32)
    """
    first, states = _states(fn, elems, initializer, reverse)
    if not states:
        return nested(lambda one: Tensor(computed(_no_rows, array_of(one))), first)
    return _stacked(states[::-1] if reverse else states)


def _no_rows(row: Array) -> Array:
    return jnp.zeros((0, *row.shape), row.dtype)


def foldl(
    fn: Function, elems: TensorLike, initializer: Any = None, *_: Any, name: Any = None, **__: Any
) -> Any:
    """The last state of a function of the state and each slice, from the first one on.

    >>> foldl(lambda total, x: total + x, jnp.array([1, 2, 3])).numpy()
    np.int32(6)
    """
    first, states = _states(fn, elems, initializer, False)
    return states[-1] if states else first


def foldr(
    fn: Function, elems: TensorLike, initializer: Any = None, *_: Any, name: Any = None, **__: Any
) -> Any:
    """The last state of a function of the state and each slice, from the last one on."""
    first, states = _states(fn, elems, initializer, True)
    return states[-1] if states else first


def _states(fn: Function, elems: Any, initializer: Any, reverse: bool) -> tuple[Any, list[Any]]:
    """What was given to begin with, and the states.

    Raises:
        OutOfRangeError: If nothing was given, and there is no row; InvalidArgumentError in a trace.
    """
    given = nested(tensor_of, elems)
    shapes = [_shape(one) for one in leaves(given)]
    count = shapes[0][0]
    for other in shapes[1:]:
        if other[0] != count:
            told = f"Cannot unstack {other[0]} tensors into a TensorArray of static size {count}"
            raise ValueError(told)
    rows = list(range(count))
    rows = rows[::-1] if reverse else rows
    states: list[Any] = []
    if initializer is None and not rows:
        kind = InvalidArgumentError if here.traced else OutOfRangeError
        raise kind("Tried to read from index 0 but array size is: 0")
    if initializer is None:
        state, rows = nested(lambda one: one[rows[0]], given), rows[1:]
        states.append(state)
    else:
        state = nested(tensor_of, initializer)
    first = state
    for row in rows:
        state = fn(state, _row(given, row))
        states.append(state)
    return first, states
