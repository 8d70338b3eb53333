"""Numbers without a row in a table, and labels without a class: TensorFlow's errors.

Keras on JAX gives NaN for a row beyond the table, and has no loss for a label without a class. A
script's own calls and functions raise, as in TensorFlow. In `fit` no value can be looked at; what
the data hold is told beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import jax.numpy as jnp
import keras
from keras.src.backend import nn

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.arrays.gathering import check_numbers
from onefit.scripts.tensorflow.nn.losses import check_labels

Array = Any


def give_checks_of_numbers(patches: Patches) -> None:
    """Let `Embedding` and the loss of class numbers look at what they are given.

    Args:
        patches: Where what is replaced is noted.
    """
    patches.put(keras.layers.Embedding, "call", _of_rows(keras.layers.Embedding.call))
    name = "sparse_categorical_crossentropy"
    patches.put(nn, name, _of_classes(getattr(nn, name)))


def _of_rows(plain: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(plain)
    def call(self: Any, inputs: Array, **kwargs: Any) -> Any:  # Keras 1's knows of training
        is_float = getattr(inputs.dtype, "kind", "i") == "f"
        # Cut off as the layer itself does it.
        numbers = inputs.astype("int32") if is_float else inputs
        check_numbers(numbers, self.input_dim, from_the_end=True)
        return plain(self, inputs, **kwargs)

    return call


def _of_classes(plain: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(plain)
    def loss(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
        check_labels(jnp.asarray(target), output.shape[axis])
        return plain(target, output, from_logits, axis)

    return loss
