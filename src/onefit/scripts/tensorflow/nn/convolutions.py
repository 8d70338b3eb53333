"""Convolutions, and their transposes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from keras import ops

from onefit.scripts.tensorflow.annotations import ShapeLike, TensorLike
from onefit.scripts.tensorflow.given import array, operands, tensor
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.mode import TF, here
from onefit.scripts.tensorflow.operation import operations

Tensor = Any
LAYOUTS = {1: "NWC", 2: "NHWC", 3: "NDHWC"}


def convolution(
    input: TensorLike,
    filters: TensorLike,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution with filters (lengths, channels in, channels out), of one to three axes."""
    values = tensor(input)
    return _convolved(values, filters, strides or 1, padding, data_format, dilations, values.ndim)


def _convolution(name: str, told: str, rank: int) -> Callable[..., Any]:
    def function(
        input: TensorLike,
        filters: TensorLike,
        strides: Any,
        padding: Any,
        data_format: str | None = LAYOUTS[rank],
        dilations: Any = None,
        name: str | None = None,
    ) -> Tensor:
        return _convolved(input, filters, strides, padding, data_format, dilations, rank + 2)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The convolution of {told}."
    return function


conv2d = _convolution("conv2d", "images with filters (height, width, channels in and out)", 2)
conv3d = _convolution(
    "conv3d", "volumes with filters (depth, height, width, channels in and out)", 3
)


def conv1d(
    input: TensorLike,
    filters: TensorLike,
    stride: Any,
    padding: Any,
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of sequences with filters (width, channels in, channels out)."""
    return _convolved(input, filters, stride, padding, data_format, dilations, 3)


def atrous_conv2d(
    value: TensorLike, filters: TensorLike, rate: int, padding: Any, name: str | None = None
) -> Tensor:
    """The convolution of images with filters whose pixels are `rate` apart."""
    return _convolved(value, filters, 1, padding, "NHWC", rate, 4)


def depthwise_conv2d(
    input: TensorLike,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of each channel with filters of its own."""
    axes = data_format or "NHWC"
    return ops.depthwise_conv(
        tensor(input),
        tensor(filter),
        lengths(strides, axes, 2),
        padding_of(padding, "depthwise_conv2d"),
        order(axes),
        lengths(dilations or 1, axes, 2),
    )


def separable_conv2d(
    input: TensorLike,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of each channel with its own filters, and a mixture of the channels."""
    between = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    return _convolved(between, pointwise_filter, 1, "VALID", data_format, None, 4)


def conv_transpose(
    input: TensorLike,
    filters: TensorLike,
    output_shape: ShapeLike,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of `convolution` for its input; filters are (lengths, out, in)."""
    values = tensor(input)
    rank = values.ndim - 2
    axes = data_format or LAYOUTS[rank]
    return _transposed(
        values, tensor(filters), _shape(output_shape), strides, padding, axes, dilations, rank
    )


def _transpose(name: str, told: str, rank: int) -> Callable[..., Any]:
    def function(
        input: TensorLike,
        filters: TensorLike,
        output_shape: ShapeLike,
        strides: Any,
        padding: Any = "SAME",
        data_format: str = LAYOUTS[rank],
        dilations: Any = None,
        name: str | None = None,
    ) -> Tensor:
        return conv_transpose(
            input, filters, output_shape, strides, padding, data_format, dilations
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The gradient of `conv{rank}d` for its {told}; filters are (..., out, in)."
    return function


conv1d_transpose = _transpose("conv1d_transpose", "sequences", 1)
conv2d_transpose = _transpose("conv2d_transpose", "images", 2)
conv3d_transpose = _transpose("conv3d_transpose", "volumes", 3)


def bias_add(
    value: TensorLike, bias: Any, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """`bias` added along the axis of channels: the last, or the second with `"NC..."`."""
    if here.inside == TF:
        value, bias = map(tensor, operands(value, bias, "BiasAdd"))
    else:
        value, bias = array(value), array(bias)
    if data_format is not None and data_format.startswith("NC"):
        # One axis would be taken for the last one, the width of the image.
        bias = ops.reshape(bias, (-1, *[1] * (len(value.shape) - 2)))
    return value + bias


def lengths(given: Any, data_format: str, rank: int) -> tuple[int, ...]:
    """A length for each axis of an image, of one for all, or of one for each axis of the array."""
    if not hasattr(given, "__len__"):
        return (int(given),) * rank
    found = [int(length) for length in given]
    if len(found) == 1:
        return tuple(found * rank)
    if len(found) == rank:
        return tuple(found)
    return tuple(found[2:] if order(data_format) == "channels_first" else found[1:-1])


def order(data_format: str) -> str:
    """Keras's word for where the channels are."""
    return "channels_first" if data_format.startswith("NC") else "channels_last"


def padding_of(padding: Any, name: str) -> str:
    """Keras's word for the rim."""
    if not isinstance(padding, str):
        refuse_argument(f"tensorflow.nn.{name}", "padding of lengths, padding")
    return padding.lower()


def with_rim(values: Any, widths: Any, value: float) -> Any:
    """Values with a rim of so many beside each axis, before and behind."""
    return ops.pad(
        values, [(int(before), int(after)) for before, after in widths], "constant", value
    )


def _convolved(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
    axes: int,
) -> Any:
    rank = axes - 2
    layout = data_format or LAYOUTS[rank]
    values, kernel = tensor(input), tensor(filters)
    if here.inside == TF:
        values, kernel = map(tensor, operands(input, filters, f"Conv{rank}D"))
    # Keras pads by name only, so that lengths become a rim before.
    if not isinstance(padding, str):
        values, padding = with_rim(values, padding, 0), "VALID"
    return ops.conv(
        values,
        kernel,
        lengths(strides, layout, rank),
        padding_of(padding, f"conv{rank}d"),
        order(layout),
        lengths(dilations or 1, layout, rank),
    )


def _transposed(
    values: Any,
    filters: Any,
    shape: tuple[int, ...],
    strides: Any,
    padding: Any,
    layout: str,
    dilations: Any,
    rank: int,
) -> Any:
    """The gradient of a convolution whose input has that shape, times `values`."""
    first = order(layout) == "channels_first"
    if len(shape) == rank:  # lengths without rows and channels
        channels = filters.shape[-2]
        shape = (values.shape[0], *((channels, *shape) if first else (*shape, channels)))
    axes = "NC" + "DHW"[3 - rank :] if first else "N" + "DHW"[3 - rank :] + "C"
    numbers = lax.conv_dimension_numbers(
        shape, filters.shape, (axes, "DHW"[3 - rank :] + "IO", axes)
    )
    steps, gaps = lengths(strides, layout, rank), lengths(dilations or 1, layout, rank)

    def forward(image: Any) -> Any:
        return lax.conv_general_dilated(
            image, filters, steps, padding.upper(), rhs_dilation=gaps, dimension_numbers=numbers
        )

    # With strides, inputs of several lengths give the same output, so only the shape that is asked
    # for tells which one it was. A convolution is linear: its gradient is the same at every input.
    _, backward = jax.vjp(forward, jnp.zeros(shape, values.dtype))
    return backward(values)[0]


operations(globals())
