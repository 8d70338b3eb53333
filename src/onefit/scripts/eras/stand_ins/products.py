"""Products of tensors as `keras.backend` computed them on TensorFlow, before Keras 2.3."""

from __future__ import annotations

from typing import Any

from keras import ops

from onefit.scripts.tensorflow.keras import backend


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """The product of each row of `x` with the same row of `y`, over one axis of each.

    Tensors of more than three axes were stacks of matrices then: all axes but the last two of
    `x` and `y` are the same, where Keras 2.3 and later have the first one alone in common.

    Args:
        x: A tensor of at least two axes.
        y: Likewise.
        axes: The axis of each, or one for both. Defaults to the last of `x` and the last but one
            of `y`.

    Source: `batch_dot` in `keras/backend/tensorflow_backend.py` of 2.2.4.

    >>> batch_dot(ops.ones((2, 3, 4)), ops.ones((2, 3, 4, 5)), [2, 2]).shape
    (2, 3, 5)
    """
    x, y = (ops.convert_to_tensor(one) if not hasattr(one, "shape") else one for one in (x, y))
    of_x, of_y = len(x.shape), len(y.shape)
    rank = max(of_x, of_y)
    if rank <= 3:
        product: Any = getattr(backend.batch_dot, "__wrapped__", backend.batch_dot)
        return product(x, y, axes)
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
