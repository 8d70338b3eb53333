"""Initializers at the top of `tf`, older than those of Keras: they draw from `tf.random`."""

from __future__ import annotations

from typing import Any

from keras.saving import register_keras_serializable

from onefit.scripts.tensorflow import arrays
from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.random.operations import normal, uniform
from onefit.scripts.tensorflow.random.stateless import stateless_normal, stateless_uniform
from onefit.training.host.jax_private import trace_state_clean

Tensor = Any
NAMES = """
constant_initializer ones_initializer random_normal_initializer random_uniform_initializer
zeros_initializer
"""


_saved = register_keras_serializable("tensorflow")


class _Initializer:
    """What layers ask of an initializer when they are saved or cloned."""

    def get_config(self) -> dict[str, Any]:
        """Its arguments."""
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer with these arguments."""
        return cls(**config)


@_saved
class zeros_initializer(_Initializer):
    """Zeros.

    >>> zeros_initializer()((2,)).numpy().tolist()
    [0.0, 0.0]
    """

    def __call__(self, shape: Any, dtype: DTypeLike = "float32", **kwargs: Any) -> Tensor:
        """Zeros in this shape."""
        return arrays.zeros(shape, dtype)


@_saved
class ones_initializer(_Initializer):
    """Ones."""

    def __call__(self, shape: Any, dtype: DTypeLike = "float32", **kwargs: Any) -> Tensor:
        """Ones in this shape."""
        return arrays.ones(shape, dtype)


@_saved
class constant_initializer(_Initializer):
    """A constant.

    Args:
        value: A number, or an array of as many numbers as asked for.
        support_partition: Taken, and of no effect.
    """

    def __init__(self, value: Any = 0, support_partition: bool = False) -> None:
        """Keep the value."""
        self.value = value

    def __call__(self, shape: Any, dtype: DTypeLike = "float32", **kwargs: Any) -> Tensor:
        """The value in this shape."""
        return arrays.constant(self.value, dtype, shape)


def _key(seed: int | None) -> tuple[int, int]:
    """The key of a seed; without one, that of numbers that Keras asks for in a trace.

    It looks at their shape only, and makes the variable when the trace has ended.
    """
    return (seed or 0, 0)


@_saved
class random_normal_initializer(_Initializer):
    """Numbers of a normal distribution.

    Args:
        mean: Its mean. Defaults to `0.0`.
        stddev: Its standard deviation. Defaults to `0.05`.
        seed: With it each call gives the same numbers. Defaults to `None`.
    """

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: int | None = None) -> None:
        """Keep the settings."""
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def __call__(self, shape: Any, dtype: DTypeLike = "float32", **kwargs: Any) -> Tensor:
        """Numbers in this shape."""
        if self.seed is None and trace_state_clean():
            return normal(shape, self.mean, self.stddev, dtype)
        return stateless_normal(shape, _key(self.seed), self.mean, self.stddev, dtype)


@_saved
class random_uniform_initializer(_Initializer):
    """Numbers of a uniform distribution.

    Args:
        minval: The least number. Defaults to `-0.05`.
        maxval: The bound above. Defaults to `0.05`.
        seed: With it each call gives the same numbers. Defaults to `None`.
    """

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: int | None = None) -> None:
        """Keep the settings."""
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def __call__(self, shape: Any, dtype: DTypeLike = "float32", **kwargs: Any) -> Tensor:
        """Numbers in this shape."""
        if self.seed is None and trace_state_clean():
            return uniform(shape, self.minval, self.maxval, dtype)
        return stateless_uniform(shape, _key(self.seed), self.minval, self.maxval, dtype)
