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
    if _are_known(indices):
        _check_places(np.asarray(indices), params.shape[int(batch_dims) :])

    def picked(x: Any, places: Any) -> Any:
        return x[tuple(ops.moveaxis(places, -1, 0))]

    return _over(int(batch_dims), picked, "gather_nd")(params, indices)


def _over(batch: int, function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A function of each part of so many axes in front."""

    def of_parts(params: Any, indices: Any) -> Any:
        if batch and any(isinstance(one, keras.KerasTensor) for one in (params, indices)):
            refuse_argument(f"tensorflow.{name} of a model's input", "batch_dims")
        found = function
        for _ in range(batch):
            found = jax.vmap(found)
        return found(params, indices)

    return of_parts


def _are_known(indices: Any) -> bool:
    return not isinstance(indices, jax.core.Tracer | keras.KerasTensor)


def check_numbers(numbers: Any, length: int | None) -> None:
    """Raise for a number that is known and beyond an axis.

    Args:
        numbers: Integers.
        length: The axis's, if it is known.
    """
    if length is None or not _are_known(numbers):
        return
    indices = np.asarray(numbers)
    if not indices.size or (indices.min() >= 0 and indices.max() < length):
        return
    place = np.argwhere((indices < 0) | (indices >= length))[0].tolist()
    told = f"indices[{','.join(map(str, place))}]" if place else "indices"
    raise InvalidArgumentError(f"{told} = {indices[tuple(place)]} is not in [0, {length})")


def _check_places(indices: np.ndarray, shape: tuple[int | None, ...]) -> None:
    lengths = shape[: indices.shape[-1]]
    if None in lengths:
        return
    wrong = ((indices < 0) | (indices >= np.array(lengths, np.int64))).any(-1)
    if not wrong.any():
        return
    place = np.argwhere(wrong)[0].tolist()
    raise InvalidArgumentError(
        f"indices[{','.join(map(str, place))}] = {indices[tuple(place)].tolist()} does not index "
        f"into param shape [{','.join(map(str, shape))}]"
    )


operations(globals())
