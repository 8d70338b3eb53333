"""Windows of neighbours as one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.kinks import ruled
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.nn.convolutions import lengths, order, padding_of, with_rim
from onefit.scripts.tensorflow.operation import operations

Tensor = Any
_LARGEST, _MEAN = "The largest value of each window", "The mean of each window"


def _pool(name: str, pool: Callable[..., Any], told: str, layout: str = "") -> Callable[..., Any]:
    """A function of windows, of the axes of a layout; without one, of as many as there are."""

    def function(
        input: TensorLike,
        ksize: Any,
        strides: Any,
        padding: Any,
        data_format: str | None = layout or None,
        name: str | None = None,
    ) -> Tensor:
        values = tensor(input)
        rank = len(layout) - 2 if layout else values.ndim - 2
        axes = data_format or layout or "N..C"
        # TensorFlow's kernel starts from the least finite number and takes what is larger, which a
        # NaN never is.
        if here.inside == TF and told.startswith(_LARGEST):
            values = finite_or_least(values)
        # A rim of 0 would be the largest of a window of negative values.
        if not isinstance(padding, str) and told.startswith(_LARGEST):
            values, padding = with_rim(values, padding, -np.inf), "VALID"
        window, steps = lengths(ksize, axes, rank), lengths(strides, axes, rank)
        padding = padding_of(padding, "pool")
        if rank == 3 and told.startswith(_LARGEST) and isinstance(values, jax.Array):
            return _largest(values, window, steps, padding, order(axes))
        return pool(values, window, steps, padding, order(axes))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = told
    return function


def _of_largest(
    window: Any, steps: Any, padding: str, layout: str, given: Any, tangents: Any
) -> Any:
    """Of a volume all pixels that are as large as the largest one have its gradient in full."""
    (values,), (tangent,) = given, tangents
    found = _largest(values, window, steps, padding, layout)
    place = 1 if layout == "channels_last" else 2
    whole = [(1,) * place + tuple(one) + (1,) * (2 - place) for one in (window, steps)]
    rims = lax.padtype_to_pads(values.shape, *whole, padding.upper())
    values = jnp.pad(values, rims, constant_values=np.nan)
    tangent = jnp.pad(tangent, rims)
    slope = jnp.zeros_like(found)
    for first in np.ndindex(*whole[0]):
        last = [
            begin + (length - 1) * step + 1
            for begin, length, step in zip(first, found.shape, whole[1])
        ]
        one, its = (lax.slice(part, first, last, whole[1]) for part in (values, tangent))
        slope = slope + jnp.where(one == found, its, 0)
    return found, slope


_largest = ruled(ops.max_pool, _of_largest, (1, 2, 3, 4))


def finite_or_least(values: Any) -> Any:
    """What windows are the largest value of: no NaN, and nothing below the least finite number."""
    if not jnp.issubdtype(values.dtype, jnp.floating):
        return values
    least = jnp.finfo(values.dtype).min
    return jnp.where(values >= least, values, least)


max_pool = _pool("max_pool", ops.max_pool, f"{_LARGEST}, of one to three axes.")
max_pool1d = _pool("max_pool1d", ops.max_pool, f"{_LARGEST} of sequences.", "NWC")
max_pool2d = _pool("max_pool2d", ops.max_pool, f"{_LARGEST} of images.", "NHWC")
max_pool3d = _pool("max_pool3d", ops.max_pool, f"{_LARGEST} of volumes.", "NDHWC")
avg_pool = _pool("avg_pool", ops.average_pool, f"{_MEAN}, of one to three axes.")
avg_pool1d = _pool("avg_pool1d", ops.average_pool, f"{_MEAN} of sequences.", "NWC")
avg_pool2d = _pool("avg_pool2d", ops.average_pool, f"{_MEAN} of images.", "NHWC")
avg_pool3d = _pool("avg_pool3d", ops.average_pool, f"{_MEAN} of volumes.", "NDHWC")


def pool(
    input: TensorLike,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: str = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Windows as their largest value (`"MAX"`) or their mean (`"AVG"`)."""
    if dilations is not None and set(np.ravel(dilations)) != {1}:
        refuse_argument("tensorflow.nn.pool", "dilations")
    function = {"MAX": max_pool, "AVG": avg_pool}[pooling_type]
    return function(input, window_shape, strides or 1, padding, data_format)


class MaxPoolWithArgmax(NamedTuple):
    """What `max_pool_with_argmax` gives."""

    output: Tensor
    argmax: Tensor


def max_pool_with_argmax(
    input: TensorLike,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    output_dtype: Any = "int64",
    include_batch_in_index: bool = False,
    name: str | None = None,
) -> MaxPoolWithArgmax:
    """The largest pixel of each window, and its number in its image (or in all images)."""
    images = tensor(input)
    rows, height, width, channels = images.shape
    numbers = jnp.arange(height * width * channels).reshape(1, height, width, channels)
    numbers = jnp.broadcast_to(numbers, images.shape)
    if include_batch_in_index:
        numbers = numbers + (jnp.arange(rows) * height * width * channels)[:, None, None, None]
    window = (1, *lengths(ksize, data_format, 2), 1)
    steps = (1, *lengths(strides, data_format, 2), 1)

    # Of equal pixels the first one counts, in whatever order XLA compares them.
    def larger(one: Any, other: Any) -> Any:
        takes_one = (one[0] > other[0]) | ((one[0] == other[0]) & (one[1] < other[1]))
        return tuple(jnp.where(takes_one, a, b) for a, b in zip(one, other))

    # A place beyond all others: a pixel that is -inf itself is still preferred to the start.
    least = jnp.asarray(-jnp.inf, images.dtype), jnp.asarray(np.iinfo(numbers.dtype).max)
    found, places = lax.reduce_window(
        (lax.stop_gradient(images), numbers), least, larger, window, steps, padding.upper()
    )
    if not include_batch_in_index:
        of_batch = places + (jnp.arange(rows) * height * width * channels)[:, None, None, None]
    else:
        of_batch = places
    # Taken from their places, they have gradients; a window of NaN alone has no place.
    picked = jnp.take(images.reshape(-1), of_batch, mode="clip")
    found = jnp.where(places < images.size, picked, found)
    return MaxPoolWithArgmax(found, ops.cast(places, output_dtype))


operations(globals())
