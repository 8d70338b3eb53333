"""Layers of Keras 1 and 2 that Keras 3 has no more. Sources: `keras/legacy/layers.py`, 2.2.4."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.refusal import refused


def TimeDistributedDense(output_dim: int, **settings: Any) -> Any:
    """A `Dense` at every step."""
    kept = {name: settings.pop(name) for name in ("input_shape", "name") if name in settings}
    length, width = settings.pop("input_length", None), settings.pop("input_dim", None)
    if width is not None:
        kept["input_shape"] = (length, width)
    return keras.layers.TimeDistributed(keras.layers.Dense(output_dim, **settings), **kept)


class MaxoutDense(keras.layers.Layer):
    """The largest of several linear maps of the inputs.

    Args:
        output_dim: Number of outputs.
        nb_feature: Number of linear maps. Defaults to `4`.
        init: Initializer of the weights. Defaults to `"glorot_uniform"`.
        bias: Whether each map has a bias. Defaults to `True`.
        **settings: As of `Layer`.
    """

    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: str = "glorot_uniform",
        bias: bool = True,
        **settings: Any,
    ) -> None:
        """Keep the sizes."""
        super().__init__(**settings)
        self.output_dim, self.nb_feature, self.init, self.bias = output_dim, nb_feature, init, bias

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        shape = (self.nb_feature, input_shape[-1], self.output_dim)
        self.kernel = self.add_weight(shape=shape, initializer=self.init, name="W")
        if self.bias:
            offset = (self.nb_feature, self.output_dim)
            self.offset = self.add_weight(shape=offset, initializer="zeros", name="b")

    def call(self, x: Any) -> Any:
        """The largest map."""
        found = ops.einsum("bi,kio->bko", x, self.kernel)
        return ops.max(found + self.offset if self.bias else found, axis=1)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """A row of outputs for each row of inputs."""
        return (input_shape[0], self.output_dim)


class Highway(keras.layers.Layer):
    """A layer that lets a share of its inputs through (Srivastava et al. 2015).

    Args:
        init: Initializer of the weights. Defaults to `"glorot_uniform"`.
        activation: Of the transformed share. Defaults to none.
        bias: Whether there are biases. Defaults to `True`.
        **settings: As of `Layer`.
    """

    def __init__(
        self,
        init: str = "glorot_uniform",
        activation: Any = None,
        bias: bool = True,
        **settings: Any,
    ) -> None:
        """Keep the choices."""
        super().__init__(**settings)
        self.init, self.bias = init, bias
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: Any) -> None:
        """Make the weights; the carry's bias is -2, as Keras 1 had it."""
        size = input_shape[-1]
        self.kernel = self.add_weight(shape=(size, size), initializer=self.init, name="W")
        self.carry = self.add_weight(shape=(size, size), initializer=self.init, name="W_carry")
        if self.bias:
            self.offset = self.add_weight(shape=(size,), initializer="zeros", name="b")
            lowered = keras.initializers.Constant(-2.0)
            self.shift = self.add_weight(shape=(size,), initializer=lowered, name="b_carry")

    def call(self, x: Any) -> Any:
        """A mixture of the inputs and their transform."""
        share, made = ops.matmul(x, self.carry), ops.matmul(x, self.kernel)
        if self.bias:
            share, made = share + self.shift, made + self.offset
        share = ops.sigmoid(share)
        return self.activation(made) * share + (1 - share) * x


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


def _places(counts: Any) -> Any:
    import itertools

    return itertools.product(*(range(count) for count in counts))


def _window(place: Any, sizes: Any, strides: Any) -> list[Any]:
    return [slice(p * step, p * step + size) for p, size, step in zip(place, sizes, strides)]


class _LocallyConnected(keras.layers.Layer):
    """A convolution whose weights are not shared between places."""

    rank = 0

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
        **settings: Any,
    ) -> None:
        """Keep the sizes."""
        settings.pop("implementation", None)
        super().__init__(**settings)
        if padding != "valid":
            told = "Expected padding='valid', the only one of locally connected layers."
            raise ValueError(f"{told} Received: {padding!r}.")
        self.filters, self.use_bias = filters, use_bias
        self.kernel_size = self._tuple(kernel_size)
        self.strides = self._tuple(strides)
        self.activation = keras.activations.get(activation)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer
        self.kernel_regularizer, self.bias_regularizer = kernel_regularizer, bias_regularizer

    def _tuple(self, value: Any) -> tuple[int, ...]:
        return (value,) * self.rank if isinstance(value, int) else tuple(value)

    def _counts(self, input_shape: Any) -> list[int]:
        return [
            (length - size) // step + 1
            for length, size, step in zip(input_shape[1:-1], self.kernel_size, self.strides)
        ]

    def build(self, input_shape: Any) -> None:
        """Make weights for each place."""
        counts, places, window = self._counts(input_shape), 1, input_shape[-1]
        for count, size in zip(counts, self.kernel_size):
            places, window = places * count, window * size
        self.kernel = self.add_weight(
            shape=(places, window, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(*counts, self.filters),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                name="bias",
            )

    def call(self, inputs: Any) -> Any:
        """Multiply each window by the weights of its place."""
        found = local_patches(inputs, self.kernel, self.kernel_size, self.strides)
        return self.activation(found + self.bias if self.use_bias else found)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """As a convolution's."""
        return (input_shape[0], *self._counts(input_shape), self.filters)


class LocallyConnected1D(_LocallyConnected):
    """A 1D convolution whose weights are not shared."""

    rank = 1


class LocallyConnected2D(_LocallyConnected):
    """A 2D convolution whose weights are not shared."""

    rank = 2


class ThresholdedReLU(keras.layers.Layer):
    """The input where it is above a threshold, else 0.

    Args:
        theta: The threshold. Defaults to `1.0`.
        **settings: As of `Layer`.
    """

    def __init__(self, theta: float = 1.0, **settings: Any) -> None:
        """Keep the threshold."""
        super().__init__(**settings)
        self.theta = theta

    def call(self, inputs: Any) -> Any:
        """What is above it."""
        return inputs * ops.cast(inputs > self.theta, inputs.dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the inputs."""
        return input_shape


class AbstractRNNCell(keras.layers.Layer):
    """The base of cells: `call`, `state_size` and `output_size` are the subclass's."""

    def get_initial_state(
        self, batch_size: Any = None, inputs: Any = None, dtype: Any = None
    ) -> Any:
        """Zeros."""
        sizes = self.state_size if isinstance(self.state_size, list | tuple) else [self.state_size]
        return [ops.zeros((batch_size, size), dtype=dtype) for size in sizes]


class Graph:
    """Keras 0.3's graph of named nodes."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Refuse: Keras 1 itself had taken it away."""
        raise refused(
            NotImplementedError,
            "OF204",
            "a Sequential or a functional Model",
            "keras.models.Graph, which Keras 1.0 took away",
            "Write keras.Model(inputs, outputs).",
        )


def weight_regularizer(l1: float = 0.0, l2: float = 0.0) -> Any:
    """Keras 1's `WeightRegularizer`."""
    return keras.regularizers.L1L2(l1=l1, l2=l2)


def get_source_inputs(tensor: Any, *_: Any) -> list[Any]:
    """The inputs of the graph that a tensor comes from."""
    from onefit.scripts.eras.stand_ins.graph import _sources

    return list(_sources(tensor, tensor)) or [tensor]
