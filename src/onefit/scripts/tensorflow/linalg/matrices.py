"""What is a matrix to TensorFlow: numbers with fractions, of two axes at least."""

from __future__ import annotations

from typing import Any

import jax

from onefit.scripts.tensorflow.refusals import demand, demand_dtype

NUMBERS = ("float16", "float32", "float64", "complex64", "complex128")


def demand_matrix(value: Any, square: bool = False) -> None:
    """Raise for an array that is no matrix; what a model of Keras's traces is left to Keras.

    Args:
        value: The array.
        square: Whether a matrix has to have as many rows as columns. Defaults to `False`.

    Raises:
        InvalidArgumentError: For integers, fewer axes than two, or another shape.
    """
    if not isinstance(value, jax.Array):
        return
    demand_dtype(value, "input", NUMBERS)
    demand(value.ndim >= 2, f"Input must have rank >= 2. Received the shape {value.shape}.")
    is_square = not square or value.shape[-1] == value.shape[-2]
    demand(is_square, f"Input matrix must be square. Received the shape {value.shape}.")


def demand_together(matrix: Any, right: Any) -> None:
    """Raise for a matrix and right-hand sides that are no equations, one by one."""
    demand_matrix(matrix, square=True)
    demand_matrix(right)
    if isinstance(matrix, jax.Array) and isinstance(right, jax.Array):
        shapes = f"Received the shapes {matrix.shape} and {right.shape}."
        demand(matrix.ndim == right.ndim, f"All input tensors must have the same rank. {shapes}")
        demand(
            matrix.shape[:-2] == right.shape[:-2],
            f"All input tensors must have the same outer dimensions. {shapes}",
        )
