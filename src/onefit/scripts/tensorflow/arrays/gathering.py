"""Elements and slices picked by their numbers; TensorFlow's error for a number beyond the axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import array
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.program_checks import demand_in_program, demand_within
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any


def gather(
    params: TensorLike,
    indices: TensorLike,
    validate_indices: bool | None = None,
    axis: int | None = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Tensor:
    """The slices at `indices` along `axis`, which is the first one behind those of the batch.

    Args:
        params: Where to pick from.
        indices: Integers from 0 to the length of the axis.
        validate_indices: Taken, and of no effect.
        axis: The axis. Defaults to `None`.
        batch_dims: How many axes in front both have; each part picks from its own. Defaults to 0.
        name: Taken, and of no effect.

    Raises:
        InvalidArgumentError: For a number that is known and beyond the axis.

    >>> gather([[1, 2, 3], [4, 5, 6]], [0, 2], axis=1, batch_dims=1).numpy().tolist()
    [1, 6]
    """
    params, indices = array(params), array(indices)
    batch = int(batch_dims) + (int(batch_dims) < 0) * np.ndim(indices)
    axis = batch if axis is None else int(axis) + (int(axis) < 0) * len(params.shape)
    demand(axis >= 0, f"Expected axis in the range [-{np.ndim(params)}, {np.ndim(params)}).")
    check_numbers(indices, params.shape[axis])
    return _over(batch, lambda x, places: ops.take(x, places, axis - batch), "gather")(
        params, indices
    )


def gather_nd(
    params: TensorLike, indices: TensorLike, batch_dims: int = 0, name: str | None = None
) -> Tensor:
    """The elements or slices whose places stand along the last axis of `indices`.

    Args:
        params: Where to pick from.
        indices: Integers.
        batch_dims: As that of `gather`. Defaults to 0.
        name: Taken, and of no effect.

    Raises:
        InvalidArgumentError: For a place that is known and outside.
    """
    params, indices = array(params), array(indices)
    check_places(indices, params.shape[int(batch_dims) :], "param ")

    def picked(x: Any, places: Any) -> Any:
        return x[tuple(ops.moveaxis(places, -1, 0))]

    return _over(int(batch_dims), picked, "gather_nd")(params, indices)


def _over(batch: int, function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A function of each part of so many axes in front."""

    def of_parts(params: Any, indices: Any) -> Any:
        if batch and any(isinstance(one, keras.KerasTensor) for one in (params, indices)):
            refuse_argument(f"tensorflow.{name} of a model's input", "batch_dims")
        found = function
        # Each axis in front is one that both have: `vmap` over it leaves a gather without batches.
        for _ in range(batch):
            found = jax.vmap(found)
        return found(params, indices)

    return of_parts


def check_numbers(numbers: Any, length: int | None, from_the_end: bool = False) -> None:
    """Raise for a number beyond an axis: now if it is known, else when the program has run.

    Args:
        numbers: Integers.
        length: The length of the axis, if it is known.
        from_the_end: Whether -1 is the last place. Defaults to `False`.

    Raises:
        InvalidArgumentError: For such a number that is known.
    """
    if length is None or isinstance(numbers, keras.KerasTensor):
        return
    # JAX gives NaN, or the last element, for a number beyond the axis, and no error.
    if isinstance(numbers, jax.core.Tracer):
        told = f"indices{{place}} = {{value}} is not in [0, {length})"
        return demand_within(numbers, length, told, from_the_end)
    indices, least = np.asarray(numbers), -length if from_the_end else 0
    if not indices.size or (indices.min() >= least and indices.max() < length):
        return
    place = np.argwhere((indices < least) | (indices >= length))[0].tolist()
    told = f"indices[{','.join(map(str, place))}]" if place else "indices"
    raise InvalidArgumentError(f"{told} = {indices[tuple(place)]} is not in [0, {length})")


def check_places(places: Any, shape: tuple[int | None, ...], of: str = "") -> None:
    """Raise for a place outside of an array: now if it is known, else when the program has run.

    Args:
        places: Along the last axis a number for each of the first axes.
        shape: The shape of the array.
        of: What the error calls the array, with a space. Defaults to `""`.

    Raises:
        InvalidArgumentError: For such a place.
    """
    lengths = shape[: places.shape[-1]]
    if None in lengths or isinstance(places, keras.KerasTensor) or not np.prod(places.shape):
        return
    ends = np.array(lengths, np.int64)
    told = f"does not index into {of}shape [{','.join(map(str, shape))}]"
    if isinstance(places, jax.core.Tracer):
        holds = ((places >= 0) & (places < ends)).all(-1)
        return demand_in_program(holds, f"indices{{place}} {told}")
    known = np.asarray(places)
    wrong = ((known < 0) | (known >= ends)).any(-1)
    if wrong.any():
        place = np.argwhere(wrong)[0].tolist()
        number = ",".join(map(str, place))
        raise InvalidArgumentError(f"indices[{number}] = {known[tuple(place)].tolist()} {told}")


operations(globals())
