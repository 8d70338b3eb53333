"""Masks of steps that reach the metrics of `fit`.

Keras 3 on JAX lets them go in `fit`, and not in `evaluate`: a model's answers leave the function
whose gradient is taken as a tree of arrays, and an array's mask is no part of a tree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from keras.src.backend import get_keras_mask, set_keras_mask

Function = Callable[..., Any]


class Masked:
    """An array and its mask. JAX carries both, and gives back the array with its mask."""

    def __init__(self, array: Any, mask: Any) -> None:
        """Keep both."""
        self.array, self.mask = array, mask


def _unflatten(_: None, parts: tuple[Any, Any]) -> Any:
    array, mask = parts
    # JAX builds trees of other things as well, such as shapes, which take no mask.
    if isinstance(array, jax.Array):
        set_keras_mask(array, mask)
    return array


jax.tree_util.register_pytree_node(Masked, lambda it: ((it.array, it.mask), None), _unflatten)


def with_masks(original: Function) -> Function:
    """A model's answers keep their masks on the way from the gradient to the metrics."""

    def compute_loss_and_updates(self: Any, *args: Any, **kwargs: Any) -> Any:
        loss, (unscaled, y_pred, *rest) = original(self, *args, **kwargs)
        if kwargs.get("training"):  # evaluation takes no gradient, and loses nothing
            y_pred = jax.tree.map(_kept, y_pred)
        return loss, (unscaled, y_pred, *rest)

    return compute_loss_and_updates


def _kept(array: Any) -> Any:
    mask = get_keras_mask(array)
    return array if mask is None else Masked(array, mask)
