"""Products of tensors as `keras.backend` computed them on TensorFlow."""

from __future__ import annotations

from typing import Any

from keras import ops


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """The product of each row of `x` with the same row of `y`, over one axis of each.

    Tensors of more than three axes were stacks of matrices before Keras 2.3: all axes but the last
    two of `x` and `y` are the same, where later versions have the first one alone in common.

    Args:
        x: A tensor of at least two axes.
        y: Likewise.
        axes: The axis of each, or one for both. Defaults to the last of `x` and the last but one
            of `y`.

    Source: `batch_dot` in `keras/backend/tensorflow_backend.py` of 2.2.4.

    >>> batch_dot(ops.ones((2, 3, 4)), ops.ones((2, 3, 4, 5)), [2, 2]).shape
    (2, 3, 5)
    """
    x, y = (one if hasattr(one, "shape") else ops.convert_to_tensor(one) for one in (x, y))
    of_x, of_y = len(x.shape), len(y.shape)
    rank = max(of_x, of_y)
    if rank <= 3:
        return dot_of_rows(x, y, axes)
    if axes is None:
        axes = (of_x - 1, of_y - 2)
    first, second = (axes, axes) if isinstance(axes, int) else axes
    for _ in range(rank - of_x):
        x = ops.expand_dims(x, -1)
    for _ in range(rank - of_y):
        y = ops.expand_dims(y, -1)
    if first != rank - 1:
        x = ops.swapaxes(x, -1, -2)
    if second == rank - 1:
        y = ops.swapaxes(y, -1, -2)
    product = ops.matmul(x, y)
    place = of_x + of_y - 3 if of_x > of_y else of_x - 1
    added = range(place, place + abs(of_x - of_y))
    return ops.squeeze(product, axis=tuple(added)) if added else product


def dot_of_rows(x: Any, y: Any, axes: Any = None) -> Any:
    """`batch_dot` since Keras 2.3: the first axis of `x` and `y` is the same one, no other is.

    Args:
        x: A tensor of at least two axes.
        y: Likewise.
        axes: The axis of each, or one for both. Defaults to the last of `x` and the last but one
            of `y`.

    Raises:
        ValueError: If a tensor has one axis only, or if the product is to go over the rows or over
            several axes.

    >>> dot_of_rows(ops.ones((2, 3, 4)), ops.ones((2, 3, 4, 5)), [2, 2]).shape
    (2, 3, 3, 5)
    """
    x, y = (one if hasattr(one, "shape") else ops.convert_to_tensor(one) for one in (x, y))
    over_x, over_y = _axes_of_dot(x.shape, y.shape, axes)
    names = iter("acdefghijklmnopqrstuvwxyz")
    of_x, of_y = (["b", *(next(names) for _ in each.shape[1:])] for each in (x, y))
    of_y[over_y] = of_x[over_x]
    left = [name for name in of_x + of_y[1:] if name != of_x[over_x]]
    product = ops.einsum(f"{''.join(of_x)},{''.join(of_y)}->{''.join(left)}", x, y)
    return ops.expand_dims(product, -1) if len(left) == 1 else product


def _axes_of_dot(x: tuple[int, ...], y: tuple[int, ...], axes: Any) -> tuple[int, int]:
    """The two axes of a product, counted from the first, for tensors of these shapes."""
    if len(x) < 2 or len(y) < 2:
        raise ValueError(
            "Cannot do batch_dot on inputs with rank < 2. "
            f"Received inputs with tf.shapes {x} and {y}."
        )
    if axes is None:
        axes = [len(x) - 1, len(y) - 1 if len(y) == 2 else len(y) - 2]
    first, second = (axes, axes) if isinstance(axes, int) else axes
    if isinstance(first, list | tuple) or isinstance(second, list | tuple):
        raise ValueError(
            "Multiple target dimensions are not supported. "
            f"Expected: None, int, (int, int), Provided: {axes}"
        )
    first, second = first % len(x), second % len(y)
    if 0 in (first, second):
        raise ValueError(
            "Cannot perform batch_dot over axis 0. If your inputs are not batched, "
            "add a dummy batch dimension to your inputs using K.expand_dims(x, 0)"
        )
    return first, second
