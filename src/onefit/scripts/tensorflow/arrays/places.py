"""Elements and slices at given places: read, replaced, added to."""

from __future__ import annotations

import builtins
import math
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.accepted_dtypes import demand_kind
from onefit.scripts.tensorflow.annotations import ShapeLike, TensorLike
from onefit.scripts.tensorflow.arrays.gathering import check_places
from onefit.scripts.tensorflow.given import array, arrays, operands, tensor
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any


def slice(input_: TensorLike, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """The part that begins at `begin` and has the shape `size`; -1 is all that is left.

    >>> slice([[1, 2], [3, 4]], [0, 1], [-1, 1]).numpy().tolist()
    [[2], [4]]
    """
    input_ = array(input_)
    if isinstance(begin, list | tuple) and all(isinstance(first, int) for first in begin):
        demand(
            all(first >= 0 for first in begin),
            f"Expected begin in [0, {list(input_.shape)}]. Received: {begin}.",
        )
    lengths = zip(input_.shape, begin, _shape(size))
    size = [length - int(first) if some == -1 else some for length, first, some in lengths]
    for axis, (length, first, some) in enumerate(zip(input_.shape, begin, size)):
        known = all(isinstance(one, int) for one in (length, first, some))
        demand(
            not known or (first <= length and 0 <= some <= length - first),
            f"Expected size[{axis}] in [0, {length}] from {first} on. Received: {some}.",
        )
    return ops.slice(input_, begin, size)


def strided_slice(
    input_: TensorLike,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """The part between two places, every so many; bits of the masks leave out ends.

    >>> strided_slice([1, 2, 3, 4], [0], [4], [2]).numpy().tolist()
    [1, 3]
    """
    if ellipsis_mask or new_axis_mask:
        refuse_argument("tensorflow.strided_slice", "ellipsis_mask and new_axis_mask")
    starts, ends = ([int(one) for one in given] for given in (begin, end))
    steps = [1] * len(starts) if strides is None else [int(one) for one in strides]
    demand(
        len(starts) == len(ends) == len(steps),
        "Expected begin, end, and strides to be 1D equal size tensors. Received: "
        f"{starts}, {ends}, {steps}.",
    )
    index: list[Any] = []
    values = tensor(input_)
    for axis, (start, stop, step) in enumerate(zip(starts, ends, steps)):
        first = None if begin_mask >> axis & 1 else start
        last = None if end_mask >> axis & 1 else stop
        shrinks = shrink_axis_mask >> axis & 1
        if shrinks and axis < values.ndim:
            length = values.shape[axis]
            demand(step > 0, "only stride 1 allowed on non-range indexing.")
            demand(
                -length <= start < length,
                f"slice index {start} of dimension {axis} out of bounds.",
            )
        index.append(start if shrinks else builtins.slice(first, last, step))
    return values[tuple(index)]


def tensor_scatter_nd_update(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: str | None = None
) -> Tensor:
    """`tensor` with `updates` at the places along the last axis of `indices`."""
    tensor, updates = _with_updates(tensor, updates, "Update")
    indices = array(indices)
    check_places(indices, tensor.shape)
    return ops.scatter_update(tensor, indices, updates)


def _with_updates(tensor: TensorLike, updates: TensorLike, change: str) -> tuple[Any, Any]:
    """A tensor and what it is changed by, in one dtype."""
    if here.inside == TF:
        tensor, updates = operands(tensor, updates, f"TensorScatter{change}")
    return array(tensor), array(updates)


def boolean_mask(
    tensor: TensorLike, mask: TensorLike, axis: int | None = None, name: str = "boolean_mask"
) -> Tensor:
    """The slices where `mask` is true, from the axis `axis` on."""
    # How many are true is a length of the result, which XLA has to know: so must be the mask.
    tensor, chosen = array(tensor), np.asarray(mask, bool)
    first = int(axis or 0)
    shape = tuple(tensor.shape)[first:][: chosen.ndim]
    if chosen.shape != shape:
        raise ValueError(f"Shapes {shape} and {chosen.shape} are incompatible")
    return tensor[(*[builtins.slice(None)] * first, chosen)]


def where(
    condition: TensorLike, x: TensorLike = None, y: TensorLike = None, name: str | None = None
) -> Tensor:
    """`x` where the condition is true and `y` elsewhere; without them, the places that are true.

    >>> where([False, True], [1, 2], [3, 4]).numpy().tolist(), where([False, True]).numpy().tolist()
    ([3, 2], [[1]])
    """
    if x is None and y is None:
        return jnp.argwhere(ops.convert_to_tensor(condition))
    condition = array(condition)
    if here.inside == TF:
        demand_kind("SelectV2", condition, "b")
        return ops.where(condition, *map(array, operands(x, y, "SelectV2")))
    return ops.where(condition, *arrays([x, y]))


def scatter_nd(
    indices: TensorLike, updates: TensorLike, shape: ShapeLike, name: str | None = None
) -> Tensor:
    """Zeros with `updates` added at the places along the last axis of `indices`.

    >>> scatter_nd([[1], [1]], [5, 6], [3]).numpy().tolist()
    [0, 11, 0]
    """
    values = tensor(updates)
    return _at(jnp.zeros(_shape(shape), values.dtype), indices).add(values)


def tensor_scatter_nd_add(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: Any = None
) -> Tensor:
    """`tensor` with `updates` added at the places along the last axis of `indices`."""
    tensor, updates = _with_updates(tensor, updates, "Add")
    return _at(tensor, indices).add(updates)


def tensor_scatter_nd_sub(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: Any = None
) -> Tensor:
    """`tensor` with `updates` taken away at the places along the last axis of `indices`."""
    tensor, updates = _with_updates(tensor, updates, "Sub")
    return _at(tensor, indices).add(-updates)


def tensor_scatter_nd_max(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: Any = None
) -> Tensor:
    """`tensor` with the larger of it and `updates` at these places."""
    tensor, updates = _with_updates(tensor, updates, "Max")
    return _beaten(tensor, indices, updates, "max")


def tensor_scatter_nd_min(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: Any = None
) -> Tensor:
    """`tensor` with the smaller of it and `updates` at these places."""
    tensor, updates = _with_updates(tensor, updates, "Min")
    return _beaten(tensor, indices, updates, "min")


def _beaten(values: Any, indices: Any, updates: Any, change: str) -> Any:
    """Values that give way to updates which beat them: no NaN does, and none is beaten."""
    if not jnp.issubdtype(values.dtype, jnp.floating):
        return getattr(_at(values, indices), change)(updates)
    worst = -jnp.inf if change == "max" else jnp.inf
    found = getattr(_at(values, indices), change)(jnp.where(jnp.isnan(updates), worst, updates))
    return jnp.where(jnp.isnan(values), values, found)


def _at(values: Any, indices: Any) -> Any:
    places = array(indices)
    check_places(places, values.shape)
    return values.at[tuple(jnp.moveaxis(places, -1, 0))]


def unravel_index(indices: TensorLike, dims: ShapeLike, name: str | None = None) -> Tensor:
    """The places along each axis of numbers that count through all."""
    numbers = tensor(indices)
    lengths = _shape(dims)
    demand(0 not in lengths, "Input dims cannot contain a dim of zero")
    demand(numbers.ndim <= 1, "The indices can only be scalar or vector.")
    demand_everywhere(numbers < math.prod(lengths), "index is out of bound as with dims")
    # Of negative numbers TensorFlow takes what C++ makes of them.
    places, rest = [], numbers
    for length in reversed(lengths[1:]):
        places.append(lax.rem(rest, jnp.asarray(length, rest.dtype)))
        rest = lax.div(rest, jnp.asarray(length, rest.dtype))
    places = [rest, *reversed(places)]
    return jnp.stack(places).astype(numbers.dtype)


operations(globals())
