"""Activations as they were."""

from __future__ import annotations

import keras
from keras import KerasTensor, ops


@keras.saving.register_keras_serializable("onefit")
def old_hard_sigmoid(x: KerasTensor) -> KerasTensor:
    """`clip(0.2 * x + 0.5, 0, 1)`, as Keras 1 and 2 computed it.

    Args:
        x: A tensor of any shape.

    Returns:
        A tensor of the same shape, between 0 and 1.

    A config that names it `hard_sigmoid` would mean Keras 3's own, hence its name.

    Source: `keras/backend/tensorflow_backend.py` of Keras 2.2.4. Keras 3 has `relu6(x + 3) / 6`.

    >>> [float(one) for one in old_hard_sigmoid(ops.array([-2.5, 0.0, 1.0, 2.5]))]
    [0.0, 0.5, 0.699999988079071, 1.0]
    """
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)
