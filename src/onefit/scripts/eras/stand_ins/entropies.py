"""`K.binary_crossentropy` and `K.categorical_crossentropy`, to be written into an upgraded script.

Under `onefit run` they are those of the stand-in for TensorFlow, which compute the same to the bit.
Source: `keras/backend/tensorflow_backend.py` of Keras 2.2.4, `keras/backend.py` of 2.15.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of each element's own probability.

    >>> found = binary_crossentropy(ops.array([1.0, 0.0]), ops.array([0.5, 0.5]))
    >>> [round(float(one), 4) for one in found]
    [0.6931, 0.6931]
    """
    target, output = ops.convert_to_tensor(target), ops.convert_to_tensor(output)
    if from_logits:
        return ops.binary_crossentropy(target, output, from_logits=True)
    epsilon = keras.config.epsilon()
    output = ops.clip(output, epsilon, 1.0 - epsilon)
    # Keras 2.15 adds epsilon once more to what it has cut off at epsilon.
    true = target * ops.log(output + epsilon)
    return -(true + (1 - target) * ops.log(1 - output + epsilon))


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """The cross-entropy of probabilities along an axis.

    >>> found = categorical_crossentropy(ops.array([[0.0, 1.0]]), ops.array([[1.0, 3.0]]))
    >>> round(float(found[0]), 4)
    0.2877
    """
    target, output = ops.convert_to_tensor(target), ops.convert_to_tensor(output)
    if from_logits:
        return -ops.sum(target * ops.log_softmax(output, axis=axis), axis=axis)
    epsilon = keras.config.epsilon()
    output = output / ops.sum(output, axis=axis, keepdims=True)
    return -ops.sum(target * ops.log(ops.clip(output, epsilon, 1.0 - epsilon)), axis=axis)


def old_binary_crossentropy(output: Any, target: Any, from_logits: bool = False) -> Any:
    """`binary_crossentropy` as Keras 1 had it: the output comes first."""
    return binary_crossentropy(target, output, from_logits)


def old_categorical_crossentropy(output: Any, target: Any, from_logits: bool = False) -> Any:
    """`categorical_crossentropy` as Keras 1 had it: the output comes first."""
    return categorical_crossentropy(target, output, from_logits)
