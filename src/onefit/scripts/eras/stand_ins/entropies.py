"""Cross-entropies of Keras 2 as functions of a script, for Keras 3 on JAX.

`K.binary_crossentropy` and `K.categorical_crossentropy`, and the losses of logits that
`onefit upgrade` writes where an output saturates. Under `onefit run`, `logits` gives the functions
of Keras's backend the same meaning, to the bit.

Source: `keras/backend/tensorflow_backend.py` of Keras 2.2.4, `keras/backend.py` of 2.15.
"""

from __future__ import annotations

import weakref
from typing import Any

import keras
from keras import ops

known_logits: dict[int, Any] = {}


def as_tensor(given: Any) -> Any:
    """An array; a tensor of the graph as it is, since a summary would list its conversion."""
    return given if isinstance(given, keras.KerasTensor) else ops.convert_to_tensor(given)


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of each element's own probability.

    >>> found = binary_crossentropy(ops.array([1.0, 0.0]), ops.array([0.5, 0.5]))
    >>> [round(float(one), 4) for one in found]
    [0.6931, 0.6931]
    """
    target, output = as_tensor(target), as_tensor(output)
    if from_logits:
        return ops.binary_crossentropy(target, output, from_logits=True)
    return clipped_binary_crossentropy(target, output)


def clipped_binary_crossentropy(target: Any, output: Any) -> Any:
    """The cross-entropy of each element's probability, clipped as Keras 2 clipped it.

    >>> found = clipped_binary_crossentropy(ops.array([1.0]), ops.array([0.0]))
    >>> round(float(found[0]), 2)
    15.42
    """
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
    target, output = as_tensor(target), as_tensor(output)
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


@keras.saving.register_keras_serializable("onefit")
def known_softmax(x: Any) -> Any:
    """A softmax whose cross-entropy finds its logits."""
    return note_logits(keras.activations.softmax(x), x, "softmax")


@keras.saving.register_keras_serializable("onefit")
def known_sigmoid(x: Any) -> Any:
    """A sigmoid whose cross-entropy finds its logits."""
    return note_logits(keras.activations.sigmoid(x), x, "sigmoid")


def note_logits(output: Any, logits: Any, activation: str) -> Any:
    """Remember what an activation was given, as long as there is what it gave."""
    # JAX's arrays have no hash, so that they are no keys themselves.
    key = id(output)
    reference = weakref.ref(output, lambda _: known_logits.pop(key, None))
    known_logits[key] = reference, logits, activation
    return output


@keras.saving.register_keras_serializable("onefit")
def binary_crossentropy_of_logits(y_true: Any, y_pred: Any) -> Any:
    """The binary cross-entropy, of the logits where the output saturates, as in tf.keras 2.

    >>> output = known_sigmoid(ops.array([[-100.0]]))
    >>> print(binary_crossentropy_of_logits(ops.array([[1.0]]), output))
    [100.]
    """
    y_true = ops.cast(y_true, y_pred.dtype)
    found = ops.binary_crossentropy(y_true, y_pred)
    logits, is_usual = find_logits(y_pred, "sigmoid")
    if logits is None:
        found = where_other(found, clipped_binary_crossentropy(y_true, y_pred))
    else:
        theirs = ops.binary_crossentropy(y_true, logits, from_logits=True)
        found = where_other(found, theirs) if is_usual else theirs
    return ops.mean(found, axis=-1)


@keras.saving.register_keras_serializable("onefit")
def categorical_crossentropy_of_logits(y_true: Any, y_pred: Any) -> Any:
    """The categorical cross-entropy, of the logits where the output saturates, as in tf.keras 2.

    >>> output = known_softmax(ops.array([[0.0, 100.0]]))
    >>> print(categorical_crossentropy_of_logits(ops.array([[1.0, 0.0]]), output))
    [100.]
    """
    return of_classes(keras.losses.categorical_crossentropy, y_true, y_pred)


@keras.saving.register_keras_serializable("onefit")
def sparse_categorical_crossentropy_of_logits(y_true: Any, y_pred: Any) -> Any:
    """The same of numbered classes.

    >>> output = known_softmax(ops.array([[0.0, 100.0]]))
    >>> print(sparse_categorical_crossentropy_of_logits(ops.array([0]), output))
    [100.]
    """
    return of_classes(keras.losses.sparse_categorical_crossentropy, y_true, y_pred)


def of_classes(loss: Any, y_true: Any, y_pred: Any) -> Any:
    """A loss of Keras's for classes, of the logits where the output saturates."""
    found = loss(y_true, y_pred)
    logits, is_usual = find_logits(y_pred, "softmax")
    if logits is None:
        return found
    theirs = loss(y_true, logits, from_logits=True)
    return where_other(found, theirs) if is_usual else theirs


def find_logits(output: Any, usual: str) -> tuple[Any, bool]:
    """The logits of an output, and whether its activation is the usual one; else `None`."""
    reference, logits, activation = known_logits.get(id(output), (lambda: None, None, ""))
    # The identity of an array that has gone may be that of another one.
    return (logits, activation == usual) if reference() is output else (None, False)


def where_other(found: Any, theirs: Any) -> Any:
    """What Keras on JAX found, except where the loss of the logits is more than rounded."""
    is_other = ops.abs(theirs - found) > 1e-5 * (1.0 + ops.abs(theirs))
    return ops.where(is_other, theirs, found)
