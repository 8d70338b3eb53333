"""Convolutions, pools, rims and sizes."""

from __future__ import annotations

from typing import Any

import jax
from keras import ops
from keras.config import image_data_format

from onefit.scripts.tensorflow import nn
from onefit.scripts.tensorflow.annotations import ShapeLike, TensorLike
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.missing import refuse_argument

Tensor = Any
RESIZED = ("bicubic", "bilinear", "lanczos3", "lanczos5", "nearest")


def conv1d(
    x: TensorLike,
    kernel: TensorLike,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """A convolution along one axis; `"causal"` padding sees no later step."""
    x, kernel = array(x), array(kernel)
    if padding == "causal":
        x = temporal_padding(x, (dilation_rate * (kernel.shape[0] - 1), 0))
        padding = "valid"
    return ops.conv(x, kernel, strides, padding, _format(data_format), dilation_rate)


def conv2d(
    x: TensorLike,
    kernel: TensorLike,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Tensor:
    """A convolution of pictures."""
    return ops.conv(array(x), array(kernel), strides, padding, _format(data_format), dilation_rate)


def conv3d(
    x: TensorLike,
    kernel: TensorLike,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Tensor:
    """A convolution of volumes."""
    return ops.conv(array(x), array(kernel), strides, padding, _format(data_format), dilation_rate)


def conv2d_transpose(
    x: TensorLike,
    kernel: TensorLike,
    output_shape: ShapeLike,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Tensor:
    """What `conv2d` does to gradients: from its output's shape to `output_shape`."""
    x, kernel = tensor(x), tensor(kernel)
    lengths = [x.shape[0] if length is None else int(length) for length in output_shape]

    def forward(picture: Tensor) -> Tensor:
        return conv2d(picture, kernel, strides, padding, data_format, dilation_rate)

    # With strides several lengths have the same output: `output_shape` tells which one is meant.
    picture = jax.ShapeDtypeStruct(tuple(lengths), x.dtype)
    return jax.linear_transpose(forward, picture)(x)[0]


def depthwise_conv2d(
    x: TensorLike,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Tensor:
    """A convolution of each channel by itself."""
    return ops.depthwise_conv(
        array(x), array(depthwise_kernel), strides, padding, _format(data_format), dilation_rate
    )


def separable_conv2d(
    x: TensorLike,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Tensor:
    """A convolution of each channel by itself, then one across the channels."""
    return ops.separable_conv(
        array(x),
        array(depthwise_kernel),
        array(pointwise_kernel),
        strides,
        padding,
        _format(data_format),
        dilation_rate,
    )


def pool2d(
    x: TensorLike,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Tensor:
    """The largest or the mean of each window of pictures."""
    return _pool(x, pool_size, strides, padding, data_format, pool_mode)


def pool3d(
    x: TensorLike,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Tensor:
    """The largest or the mean of each window of volumes."""
    return _pool(x, pool_size, strides, padding, data_format, pool_mode)


def temporal_padding(x: TensorLike, padding: Any = (1, 1)) -> Tensor:
    """Zeros before and after the steps."""
    return ops.pad(array(x), [[0, 0], list(padding), [0, 0]])


def spatial_2d_padding(
    x: TensorLike, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None
) -> Tensor:
    """A rim of zeros around pictures."""
    return _rim(x, padding, data_format)


def spatial_3d_padding(
    x: TensorLike, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Tensor:
    """A rim of zeros around volumes."""
    return _rim(x, padding, data_format)


def resize_images(
    x: TensorLike,
    height_factor: int,
    width_factor: int,
    data_format: str,
    interpolation: str = "nearest",
) -> Tensor:
    """Pictures so many times as high and wide."""
    if interpolation not in RESIZED:
        refuse_argument(
            "tensorflow.keras.backend.resize_images", f"interpolation={interpolation!r}"
        )
    x, first = array(x), _first_length(data_format)
    size = (x.shape[first] * height_factor, x.shape[first + 1] * width_factor)
    return ops.image.resize(x, size, interpolation=interpolation, data_format=data_format)


def resize_volumes(
    x: TensorLike, depth_factor: int, height_factor: int, width_factor: int, data_format: str
) -> Tensor:
    """Volumes so many times as deep, high and wide."""
    x, first = array(x), _first_length(data_format)
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), first):
        x = ops.repeat(x, factor, axis=axis)
    return x


def _pool(
    x: TensorLike, size: Any, strides: Any, padding: str, data_format: str | None, mode: str
) -> Tensor:
    values = array(x)
    # A symbolic tensor has no values to look at.
    if mode == "max" and isinstance(values, jax.Array):
        values = array(nn.pooling.finite_or_least(values))
    pools = {"max": ops.max_pool, "avg": ops.average_pool}
    if mode not in pools:
        raise ValueError(f"Invalid pooling mode: {mode}")
    return pools[mode](values, tuple(size), tuple(strides), padding, _format(data_format))


def _rim(x: TensorLike, padding: Any, data_format: str | None) -> Tensor:
    widths = [[0, 0], *([*sides] for sides in padding)]
    at = 1 if _format(data_format) == "channels_first" else len(widths)
    return ops.pad(array(x), [*widths[:at], [0, 0], *widths[at:]])


def _format(data_format: str | None) -> str:
    chosen = data_format or image_data_format()
    if chosen not in {"channels_first", "channels_last"}:
        raise ValueError(f"Unknown data_format: {data_format}")
    return chosen


def _first_length(data_format: str) -> int:
    return 2 if _format(data_format) == "channels_first" else 1
