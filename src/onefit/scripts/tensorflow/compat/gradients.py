"""`tf.gradients` of TensorFlow 1, for tensors of a graph of Keras's."""

from __future__ import annotations

from typing import Any


def gradients(ys: Any, xs: Any, *args: Any, **kwargs: Any) -> list[Any]:
    """The gradients of the sum of some tensors.

    Args:
        ys: A symbolic tensor, or a list of them.
        xs: A symbolic tensor or a weight, or a list of them.
        *args: Taken, and of no effect.
        **kwargs: The same.

    Returns:
        A symbolic tensor for each of `xs`.
    """
    from onefit.scripts.eras.stand_ins import graph

    whole = sum(ys[1:], ys[0]) if isinstance(ys, list | tuple) else ys
    return graph.gradients(whole, xs)
