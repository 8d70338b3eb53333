"""Locally connected layers: convolutions with weights of their own at each place.

Source: `keras/layers/local.py` of 2.2.4, whose names of arguments Keras 1's are turned into, and
`keras/src/layers/locally_connected` of 2.15.
"""

from __future__ import annotations

import itertools
from typing import Any

import keras
from keras import ops


def local_patches(inputs: Any, kernel: Any, kernel_size: Any, strides: Any) -> Any:
    """A convolution along one or two axes with weights of its own at each place.

    Args:
        inputs: `(batch, *lengths, channels)`.
        kernel: `(places, size * channels, filters)`.
        kernel_size: Length of the window along each axis.
        strides: Its steps.

    Returns:
        `(batch, *places, filters)`.
    """
    counts = [
        (length - size) // step + 1
        for length, size, step in zip(inputs.shape[1:-1], kernel_size, strides)
    ]
    windows = [
        ops.reshape(
            inputs[(slice(None), *_window(place, kernel_size, strides), slice(None))],
            (1, -1, kernel.shape[1]),
        )
        for place in _places(counts)
    ]
    found = ops.einsum("pbk,pkf->bpf", ops.concatenate(windows, axis=0), kernel)
    return ops.reshape(found, (-1, *counts, kernel.shape[-1]))


def local_conv1d(
    inputs: Any, kernel: Any, kernel_size: Any, strides: Any, data_format: str | None = None
) -> Any:
    """`K.local_conv1d`, which took a data format and had channels last whatever it was."""
    return local_patches(inputs, kernel, kernel_size, strides)


def local_conv2d(
    inputs: Any,
    kernel: Any,
    kernel_size: Any,
    strides: Any,
    output_shape: Any = None,
    data_format: str | None = None,
) -> Any:
    """`K.local_conv2d`, along two axes; its output's shape follows from the others."""
    data_format = data_format or keras.config.image_data_format()
    return local_conv(inputs, kernel, kernel_size, strides, data_format)


def local_conv(inputs: Any, kernel: Any, kernel_size: Any, strides: Any, data_format: str) -> Any:
    """Such a convolution with channels last or first."""
    if data_format == "channels_last":
        return local_patches(inputs, kernel, kernel_size, strides)
    channels = inputs.shape[1]
    places, size, filters = kernel.shape
    # The rows of a kernel were counted by channels first, too
    ordered = ops.reshape(kernel, (places, channels, size // channels, filters))
    kernel = ops.reshape(ops.moveaxis(ordered, 1, 2), (places, size, filters))
    found = local_patches(ops.moveaxis(inputs, 1, -1), kernel, kernel_size, strides)
    return ops.moveaxis(found, -1, 1)


def _places(counts: Any) -> Any:
    return itertools.product(*(range(count) for count in counts))


def _window(place: Any, sizes: Any, strides: Any) -> list[Any]:
    return [slice(p * step, p * step + size) for p, size, step in zip(place, sizes, strides)]


def _told(kinds: Any, given: Any) -> Any:
    return kinds.serialize(kinds.get(given))


class _LocallyConnected(keras.layers.Layer):
    """A convolution whose weights are not shared between places."""

    rank = 0
    only_format = ""
    """The order of the axes, where the data format that is given means nothing."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: Any = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        implementation: int = 1,
        **settings: Any,
    ) -> None:
        """Keep the sizes."""
        super().__init__(activity_regularizer=activity_regularizer, **settings)
        if padding != "valid":
            told = "Expected padding='valid', the only one of locally connected layers."
            raise ValueError(f"{told} Received: {padding!r}.")
        self.filters, self.use_bias = filters, use_bias
        self.data_format = self.only_format or data_format or keras.config.image_data_format()
        self.kernel_size = self._tuple(kernel_size)
        self.strides = self._tuple(strides)
        self.activation = keras.activations.get(activation)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    def _tuple(self, value: Any) -> tuple[int, ...]:
        return (value,) * self.rank if isinstance(value, int) else tuple(value)

    @property
    def _is_channels_first(self) -> bool:
        return self.data_format == "channels_first"

    def _counts(self, input_shape: Any) -> list[int]:
        lengths = input_shape[2:] if self._is_channels_first else input_shape[1:-1]
        return [
            (length - size) // step + 1
            for length, size, step in zip(lengths, self.kernel_size, self.strides)
        ]

    def build(self, input_shape: Any) -> None:
        """Make weights for each place."""
        counts, places = self._counts(input_shape), 1
        window = input_shape[1 if self._is_channels_first else -1]
        for count, size in zip(counts, self.kernel_size):
            places, window = places * count, window * size
        self.kernel = self.add_weight(
            shape=(places, window, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(*counts, self.filters),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def call(self, inputs: Any) -> Any:
        """Multiply each window by the weights of its place."""
        found = local_conv(inputs, self.kernel, self.kernel_size, self.strides, self.data_format)
        if not self.use_bias:
            return self.activation(found)
        shape = self.bias.shape
        if self._is_channels_first:
            # Keras gave it another shape, and did not move its last axis.
            return self.activation(found + ops.reshape(self.bias, (shape[-1], *shape[:-1])))
        return self.activation(found + self.bias)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """As a convolution's."""
        counts = self._counts(input_shape)
        if self._is_channels_first:
            return (input_shape[0], self.filters, *counts)
        return (input_shape[0], *counts, self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments, by today's names: what an old script gave, it may have given by place."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "data_format": self.data_format,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": _told(keras.initializers, self.kernel_initializer),
            "bias_initializer": _told(keras.initializers, self.bias_initializer),
            "kernel_regularizer": _told(keras.regularizers, self.kernel_regularizer),
            "bias_regularizer": _told(keras.regularizers, self.bias_regularizer),
            "activity_regularizer": _told(keras.regularizers, self.activity_regularizer),
            "kernel_constraint": _told(keras.constraints, self.kernel_constraint),
            "bias_constraint": _told(keras.constraints, self.bias_constraint),
        }


class LocallyConnected1D(_LocallyConnected):
    """A 1D convolution whose weights are not shared."""

    rank = 1


class LocallyConnected2D(_LocallyConnected):
    """A 2D convolution whose weights are not shared."""

    rank = 2


_TODAY = {
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "init": "kernel_initializer",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}


_PENALTIES = "W_regularizer b_regularizer activity_regularizer W_constraint b_constraint bias"
_ORDERS = {"tf": "channels_last", "th": "channels_first", "default": None}


def _today(settings: dict[str, Any], order: list[str], given: Any) -> dict[str, Any]:
    """Keras 1's arguments under their names of today."""
    named = {**dict(zip(order, given)), **settings}
    if len(given) > len(order) or len(named) < len(given) + len(settings):
        told = f"Expected each of {', '.join(order)} once."
        raise TypeError(f"{told} Received: {len(given)} without a name, and {list(settings)}.")
    ordering = named.pop("dim_ordering", "default")
    named["data_format"] = _ORDERS.get(ordering, ordering)
    if "nb_row" in named:
        named["kernel_size"] = (named.pop("nb_row"), named.pop("nb_col"))
    if "input_dim" in named:
        named["input_shape"] = (named.pop("input_length", None), named.pop("input_dim"))
    return {_TODAY.get(name, name): value for name, value in named.items()}


def locally_connected_1d(*given: Any, **settings: Any) -> Any:
    """`LocallyConnected1D` with Keras 1's arguments."""
    places = "filter_length init activation weights border_mode subsample_length"
    ends = f"{_PENALTIES} input_dim input_length"
    made = _today(settings, f"nb_filter {places} {ends}".split(), given)
    return LocallyConnected1D(**{**made, "data_format": "channels_last"})  # it had no other


def locally_connected_2d(*given: Any, **settings: Any) -> Any:
    """`LocallyConnected2D` with Keras 1's arguments."""
    places = "nb_row nb_col init activation weights border_mode subsample dim_ordering"
    return LocallyConnected2D(**_today(settings, f"nb_filter {places} {_PENALTIES}".split(), given))
