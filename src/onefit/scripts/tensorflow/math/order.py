"""Which values are largest, and in which order they are."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import array, axis_of, tensor
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.refusals import demand, demand_dtype

Tensor = Any


def _of_type(places: Any, kind: DTypeLike) -> Any:
    """Places in the dtype that a script asked for; a model of Keras's has its own."""
    return places.astype(np.dtype(as_dtype(kind))) if here.inside == TF else places


def _is_float(values: Any) -> bool:
    return isinstance(values, jax.Array) and bool(jnp.issubdtype(values.dtype, jnp.floating))


def _extreme(input: TensorLike, axis: Any, kind: DTypeLike, largest: bool) -> Any:
    values, axis = array(input), axis_of(0 if axis is None else axis)
    find = jnp.argmax if largest else jnp.argmin
    if not _is_float(values) or here.inside != TF:
        return _of_type((ops.argmax if largest else ops.argmin)(values, axis=axis), kind)
    # TensorFlow passes NaN over; JAX has it for the largest, and for the smallest. Keras tells the
    # two zeros apart.
    other = -jnp.inf if largest else jnp.inf
    return _of_type(find(jnp.where(jnp.isnan(values), other, values), axis=axis), kind)


def argmax(
    input: TensorLike,
    axis: int | None = None,
    output_type: DTypeLike = "int64",
    name: str | None = None,
) -> Tensor:
    """The place of the largest along `axis`, which is the first by default."""
    return _extreme(input, axis, output_type, largest=True)


def argmin(
    input: TensorLike,
    axis: int | None = None,
    output_type: DTypeLike = "int64",
    name: str | None = None,
) -> Tensor:
    """The place of the smallest along `axis`, which is the first by default."""
    demand(
        as_dtype(output_type).name in ("int32", "int64"),
        f"Expected int32 or int64. Received: output_type={output_type!r}.",
    )
    return _extreme(input, axis, output_type, largest=False)


class TopKV2(NamedTuple):
    """What `top_k` gives."""

    values: Tensor
    indices: Tensor


def top_k(
    input: TensorLike,
    k: int = 1,
    sorted: bool = True,
    index_type: Any = "int32",
    name: str | None = None,
) -> TopKV2:
    """The `k` largest along the last axis: `values` and `indices`.

    >>> top_k([1.0, 3.0, 2.0]).indices.numpy().tolist()
    [1]
    """
    given = array(input)
    if not isinstance(given, jax.Array):
        values, indices = ops.top_k(given, k, sorted=sorted)
        return TopKV2(values, ops.cast(indices, index_type))
    demand(given.dtype != np.bool_, "Expected numbers. Received: booleans. Use tf.cast.")
    demand(np.asarray(k).dtype.kind in "iu", f"Expected an integer. Received: k={k!r}.")
    # NaN is no larger than any: TensorFlow's search for one and its order of all have it last.
    has_nan_last = int(k) in (1, *given.shape[-1:])
    indices = lax.top_k(_compared(given, -1 if has_nan_last else 1), int(k))[1]
    return TopKV2(jnp.take_along_axis(given, indices, -1), ops.cast(indices, index_type))


def _compared(values: Any, sign: int) -> Any:
    """What JAX's `top_k` finds in TensorFlow's order: it has -0.0 below 0.0, and NaN on top.

    Args:
        values: Numbers.
        sign: That of NaN: of -1 it is below all others.
    """
    if not _is_float(values):
        return values
    values = lax.stop_gradient(values)
    ordered = jnp.where(values == 0, jnp.zeros_like(values), values)
    return jnp.where(
        jnp.isnan(values), jnp.asarray(np.copysign(np.nan, sign), values.dtype), ordered
    )


def in_top_k(targets: Any, predictions: TensorLike, k: int, name: str | None = None) -> Tensor:
    """Whether each target is among the `k` largest predictions of its row."""
    targets, predictions = tensor(targets), tensor(predictions)
    demand_dtype(targets, "targets", ("int32", "int64"))
    rows, count = predictions.shape[0], targets.shape[0]
    demand(
        rows == count,
        f"First dimension of predictions {rows} must match length of targets {count}",
    )
    if here.inside != TF:
        return ops.in_top_k(targets, predictions, k)
    count = predictions.shape[1]
    own = jnp.take_along_axis(predictions, jnp.clip(targets, 0, count - 1)[:, None], axis=1)
    # Of a row with NaN or infinity TensorFlow cannot say it.
    is_known = (targets >= 0) & (targets < count) & jnp.isfinite(predictions).all(axis=1)
    # Larger ones alone: classes that tie for the last place are all among the `k`, as in
    # TensorFlow.
    return is_known & ((predictions > own).sum(axis=1) < k)


def invert_permutation(x: TensorLike, name: str | None = None) -> Tensor:
    """Where each number of a permutation stands."""
    x = tensor(x)
    demand_everywhere((x >= 0) & (x < len(x)), f"there is a number not between 0 and {len(x)}")
    order = jnp.argsort(x)
    demand_everywhere(x[order] == jnp.arange(len(x)), "a number is duplicated in the input.")
    return order.astype(x.dtype)


def is_non_decreasing(x: TensorLike, name: str | None = None) -> Tensor:
    """Whether no element is smaller than the one before it."""
    flat = tensor(x).reshape(-1)
    return jnp.all(flat[1:] >= flat[:-1])


def is_strictly_increasing(x: TensorLike, name: str | None = None) -> Tensor:
    """Whether each element is larger than the one before it."""
    flat = tensor(x).reshape(-1)
    return jnp.all(flat[1:] > flat[:-1])


operations(globals())
