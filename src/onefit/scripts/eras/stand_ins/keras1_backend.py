"""`keras.backend` with the names and arguments of Keras 1: `dim_ordering`, `border_mode`, `dim`.

Source: `keras/backend/tensorflow_backend.py` of 1.2.2.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Collection
from typing import Any

from keras import ops

from onefit.scripts.eras.stand_ins import backend

_ORDERS = {"th": "channels_first", "tf": "channels_last", "default": None}
_TODAY = {
    "dim": "axis",
    "border_mode": "padding",
    "nb_classes": "num_classes",
    "X": "x",
    "std": "stddev",
    "low": "minval",
    "high": "maxval",
    "stride": "strides",
    "filter_dilation": "dilation_rate",
    "xs": "tensors",
}
_UNUSED = ("image_shape", "filter_shape", "volume_shape")


def today(arguments: dict[str, Any], taken: Collection[str] = ()) -> dict[str, Any]:
    """Keras 1's arguments under their names of today.

    Args:
        arguments: What a call gives by name.
        taken: Names that the function takes as they are. Defaults to none.

    >>> today({"border_mode": "same", "dim_ordering": "th", "image_shape": None})
    {'padding': 'same', 'data_format': 'channels_first'}
    """
    found = {}
    for name, value in arguments.items():
        if name in taken:
            found[name] = value
        elif name == "dim_ordering":
            found["data_format"] = _ORDERS.get(value, value)
        elif name not in _UNUSED:
            found[_TODAY.get(name, name)] = value
    return found


def categorical_crossentropy(output: Any, target: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of classes; what is predicted comes first."""
    return backend.categorical_crossentropy(target, output, from_logits)


def sparse_categorical_crossentropy(output: Any, target: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of numbered classes; what is predicted comes first."""
    return backend.sparse_categorical_crossentropy(target, output, from_logits)


def binary_crossentropy(output: Any, target: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of two classes; what is predicted comes first."""
    return backend.binary_crossentropy(target, output, from_logits)


def lesser(x: Any, y: Any) -> Any:
    """Whether `x < y`, for each element."""
    return ops.less(x, y)


def lesser_equal(x: Any, y: Any) -> Any:
    """Whether `x <= y`, for each element."""
    return ops.less_equal(x, y)


def temporal_padding(x: Any, padding: Any = 1) -> Any:
    """Zeros before and after the steps, as many on both sides where one number is given."""
    both = (padding, padding) if isinstance(padding, int) else padding
    return backend.temporal_padding(x, both)


def spatial_2d_padding(x: Any, padding: Any = (1, 1), dim_ordering: str = "default") -> Any:
    """Zeros around pictures: so many above and below, and so many on the sides."""
    sides = [(one, one) if isinstance(one, int) else one for one in padding]
    return backend.spatial_2d_padding(x, sides, _ORDERS.get(dim_ordering, dim_ordering))


def spatial_3d_padding(x: Any, padding: Any = (1, 1, 1), dim_ordering: str = "default") -> Any:
    """Zeros around volumes, as many on both sides of an axis."""
    sides = [(one, one) if isinstance(one, int) else one for one in padding]
    return backend.spatial_3d_padding(x, sides, _ORDERS.get(dim_ordering, dim_ordering))


def asymmetric_temporal_padding(x: Any, left_pad: int = 1, right_pad: int = 1) -> Any:
    """Zeros before and after the steps."""
    return backend.temporal_padding(x, (left_pad, right_pad))


def asymmetric_spatial_2d_padding(
    x: Any,
    top_pad: int = 1,
    bottom_pad: int = 1,
    left_pad: int = 1,
    right_pad: int = 1,
    dim_ordering: str = "default",
) -> Any:
    """Zeros around pictures."""
    sides = ((top_pad, bottom_pad), (left_pad, right_pad))
    return backend.spatial_2d_padding(x, sides, _ORDERS[dim_ordering])


def deconv2d(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1),
    border_mode: str = "valid",
    dim_ordering: str = "default",
    **_: Any,
) -> Any:
    """A transposed convolution."""
    order = _ORDERS[dim_ordering]
    return backend.conv2d_transpose(x, kernel, output_shape, strides, border_mode, order)


def atrous_conv2d(
    x: Any,
    kernel: Any,
    rate: int = 1,
    border_mode: str = "valid",
    dim_ordering: str = "default",
    **_: Any,
) -> Any:
    """A convolution with holes."""
    return conv2d(
        x, kernel, border_mode=border_mode, dim_ordering=dim_ordering, filter_dilation=(rate, rate)
    )


def __getattr__(name: str) -> Any:
    function = getattr(backend, name)

    if not inspect.isfunction(function):
        return function
    taken = inspect.signature(function).parameters

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **today(kwargs, taken))

    # The next look-up finds it without `__getattr__`.
    globals()[name] = call
    return call


# `atrous_conv2d` calls it as a global name, for which Python does not ask `__getattr__`.
conv2d = __getattr__("conv2d")
