"""Convolutions, pooling and what else of `tf.nn` works on neighbouring pixels."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from keras import ops

from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.operation import operations

Tensor = Any


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of images with filters (height, width, channels in, channels out)."""
    return _convolved(input, filters, strides, padding, data_format, dilations, 2)


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of sequences with filters (width, channels in, channels out)."""
    return _convolved(input, filters, stride, padding, data_format, dilations, 1)


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of volumes with filters (depth, height, width, channels in and out)."""
    return _convolved(input, filters, strides, padding, data_format, dilations, 3)


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of each channel with filters of its own."""
    order = data_format or "NHWC"
    return ops.depthwise_conv(
        tensor(input),
        tensor(filter),
        _lengths(strides, order, 2),
        _padding(padding, "depthwise_conv2d"),
        _order(order),
        _lengths(dilations or 1, order, 2),
    )


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` for its images; filters are (height, width, out, in)."""
    made = ops.conv_transpose(
        tensor(input),
        tensor(filters),
        _lengths(strides, data_format, 2),
        _padding(padding, "conv2d_transpose"),
        None,
        _order(data_format),
        _lengths(dilations or 1, data_format, 2),
    )
    wanted = tuple(int(length) for length in output_shape)
    if made.shape != wanted:
        refuse_argument("tensorflow.nn.conv2d_transpose", f"output_shape of {wanted}, output_shape")
    return made


def max_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The largest pixel of each window."""
    return _pooled(ops.max_pool, input, ksize, strides, padding, data_format, 2)


def avg_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The mean of each window."""
    return _pooled(ops.average_pool, input, ksize, strides, padding, data_format, 2)


def max_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NWC",
    name: str | None = None,
) -> Tensor:
    """The largest value of each window."""
    return _pooled(ops.max_pool, input, ksize, strides, padding, data_format, 1)


def avg_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NWC",
    name: str | None = None,
) -> Tensor:
    """The mean of each window."""
    return _pooled(ops.average_pool, input, ksize, strides, padding, data_format, 1)


def max_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The largest value of each window, of one to three axes."""
    rank = tensor(input).ndim - 2
    return _pooled(ops.max_pool, input, ksize, strides, padding, data_format or "N..C", rank)


def avg_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The mean of each window, of one to three axes."""
    rank = tensor(input).ndim - 2
    return _pooled(ops.average_pool, input, ksize, strides, padding, data_format or "N..C", rank)


def space_to_depth(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Tensor:
    """The pixels of each block, side by side on the axis of channels."""
    if data_format != "NHWC":
        refuse_argument("tensorflow.nn.space_to_depth", "data_format")
    images = tensor(input)
    batch, height, width, channels = images.shape
    blocks = images.reshape(
        batch, height // block_size, block_size, width // block_size, block_size, channels
    )
    turned = blocks.transpose(0, 1, 3, 2, 4, 5)
    return turned.reshape(batch, height // block_size, width // block_size, -1)


def depth_to_space(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Tensor:
    """What `space_to_depth` did, back."""
    if data_format != "NHWC":
        refuse_argument("tensorflow.nn.depth_to_space", "data_format")
    images = tensor(input)
    batch, height, width, _ = images.shape
    blocks = images.reshape(batch, height, width, block_size, block_size, -1)
    turned = blocks.transpose(0, 1, 3, 2, 4, 5)
    return turned.reshape(batch, height * block_size, width * block_size, -1)


def local_response_normalization(
    input: Any,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """Each value, smaller the larger the squares of the channels around it are."""
    values = tensor(input)
    around = [(0, 0)] * (values.ndim - 1) + [(depth_radius, depth_radius)]
    squares = jnp.pad(jnp.square(values), around)
    count = values.shape[-1]
    sums = sum(squares[..., place : place + count] for place in range(2 * depth_radius + 1))
    return values / (bias + alpha * sums) ** beta


lrn = local_response_normalization


def _convolved(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str,
    dilations: Any,
    rank: int,
) -> Any:
    return ops.conv(
        tensor(input),
        tensor(filters),
        _lengths(strides, data_format, rank),
        _padding(padding, f"conv{rank}d"),
        _order(data_format),
        _lengths(dilations or 1, data_format, rank),
    )


def _pooled(
    pool: Any, input: Any, ksize: Any, strides: Any, padding: Any, data_format: str, rank: int
) -> Any:
    return pool(
        tensor(input),
        _lengths(ksize, data_format, rank),
        _lengths(strides, data_format, rank),
        _padding(padding, "pool"),
        _order(data_format),
    )


def _lengths(given: Any, data_format: str, rank: int) -> tuple[int, ...]:
    """A length for each axis of an image, of one for all, or of one for each axis of the array."""
    if not hasattr(given, "__len__"):
        return (int(given),) * rank
    lengths = [int(length) for length in given]
    if len(lengths) == 1:
        return tuple(lengths * rank)
    if len(lengths) == rank:
        return tuple(lengths)
    return tuple(lengths[2:] if _order(data_format) == "channels_first" else lengths[1:-1])


def _order(data_format: str) -> str:
    return "channels_first" if data_format.startswith("NC") else "channels_last"


def _padding(padding: Any, name: str) -> str:
    if not isinstance(padding, str):
        refuse_argument(f"tensorflow.nn.{name}", "padding of lengths, padding")
    return padding.lower()


operations(globals())
