"""Activations that were layers.

Source: `keras/layers/advanced_activations.py` of 1.2.2 and 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops


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


class ParametricSoftplus(keras.layers.Layer):
    """`alpha * log(1 + exp(beta * x))` with weights of its own for each place of the inputs.

    Args:
        alpha_init: First value of alpha. Defaults to `0.2`.
        beta_init: First value of beta. Defaults to `5.0`.
        weights: First values of both, as two arrays. Defaults to none.
        shared_axes: Axes along which weights are shared. Defaults to none.
        **settings: As of `Layer`.
    """

    def __init__(
        self,
        alpha_init: float = 0.2,
        beta_init: float = 5.0,
        weights: Any = None,
        shared_axes: Any = None,
        **settings: Any,
    ) -> None:
        """Keep the first values."""
        super().__init__(**settings)
        self.alpha_init, self.beta_init, self.shared_axes = alpha_init, beta_init, shared_axes
        self.first = weights

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        shape = shape_of_weights(input_shape, self.shared_axes)
        starts = (self.alpha_init, self.beta_init)
        self.alpha, self.beta = (
            self.add_weight(shape=shape, initializer=keras.initializers.Constant(start))
            for start in starts
        )
        if self.first is not None:
            self.set_weights(self.first)

    def call(self, x: Any) -> Any:
        """The smooth step."""
        return ops.softplus(self.beta * x) * self.alpha

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the inputs."""
        return input_shape


class SReLU(keras.layers.Layer):
    """A line in three parts, bent at two thresholds (Jin et al. 2015).

    Args:
        t_left_init: Initializer of the left threshold. Defaults to `"zeros"`.
        a_left_init: Initializer of the slope left of it. Defaults to `"glorot_uniform"`.
        t_right_init: Initializer of the way to the right one. Defaults to `"glorot_uniform"`.
        a_right_init: Initializer of the slope right of that. Defaults to `"ones"`.
        shared_axes: Axes along which weights are shared. Defaults to none.
        **settings: As of `Layer`.
    """

    def __init__(
        self,
        t_left_init: Any = "zeros",
        a_left_init: Any = "glorot_uniform",
        t_right_init: Any = "glorot_uniform",
        a_right_init: Any = "ones",
        shared_axes: Any = None,
        **settings: Any,
    ) -> None:
        """Keep the initializers."""
        super().__init__(**settings)
        self.starts = [t_left_init, a_left_init, t_right_init, a_right_init]
        self.shared_axes = shared_axes

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        shape = shape_of_weights(input_shape, self.shared_axes)
        named = {"zero": "zeros", "one": "ones"}
        self.t_left, self.a_left, self.t_right, self.a_right = (
            self.add_weight(shape=shape, initializer=named.get(start, start))
            for start in self.starts
        )

    def call(self, x: Any) -> Any:
        """Three parts in one sum; the right threshold is never left of the left one."""
        right = self.t_left + ops.abs(self.t_right)
        left_part = ops.relu(x - self.t_left) + self.t_left
        left_part = ops.minimum(left_part, right)
        beyond = ops.minimum(x - self.t_left, 0.0) * self.a_left
        return left_part + beyond + ops.relu(x - right) * self.a_right

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the inputs."""
        return input_shape


def shape_of_weights(input_shape: Any, shared_axes: Any) -> tuple[int, ...]:
    """One weight for each place of the inputs, but along shared axes."""
    axes = [shared_axes] if isinstance(shared_axes, int) else list(shared_axes or ())
    shape = list(input_shape[1:])
    for axis in axes:
        shape[axis - 1] = 1
    return tuple(shape)


def of_any_slope(original: Callable[..., None]) -> Callable[..., None]:
    """`LeakyReLU(-1)`: a slope below 0, which Keras 3 refuses."""

    def __init__(self: Any, negative_slope: float = 0.3, **settings: Any) -> None:
        original(self, abs(negative_slope), **settings)
        self.negative_slope = negative_slope

    return __init__


def with_small_slope(_: Callable[..., Any]) -> Callable[..., Any]:
    """`LeakyReLU` has its small slope at 0, too, where Keras 3 on JAX has 1."""

    def call(self: Any, inputs: Any) -> Any:
        return ops.where(inputs > 0, inputs, self.negative_slope * inputs)

    return call


def with_flat_point(original: Callable[..., Any]) -> Callable[..., Any]:
    """`LeakyReLU` of Keras 1 was flat at 0."""

    def call(self: Any, inputs: Any) -> Any:
        return ops.where(inputs == 0, ops.zeros_like(inputs), original(self, inputs))

    return call
