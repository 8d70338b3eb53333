"""Labels and data of `keras.utils.np_utils` and `test_utils`. Source: Keras 1.2.2 and 2.2.4."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np


def probas_to_classes(y_pred: Any) -> Any:
    """The class of each row; of one column, whether it is above a half."""
    if len(y_pred.shape) > 1 and y_pred.shape[1] > 1:
        return categorical_probas_to_classes(y_pred)
    return np.array([1 if one > 0.5 else 0 for one in y_pred])


def categorical_probas_to_classes(p: Any) -> Any:
    """The class of each row."""
    return np.argmax(p, axis=1)


def accuracy(p: Any, y: Any) -> Any:
    """The share of equal elements."""
    return np.mean([one == other for one, other in zip(p, y)])


def binary_logloss(p: Any, y: Any) -> Any:
    """The mean cross-entropy of two classes."""
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(y)


def multiclass_logloss(p: Any, y: Any) -> Any:
    """The mean cross-entropy of classes; labels are numbers."""
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(np.log(p[np.arange(len(y)), np.asarray(y, int)]))


def to_categorical(original: Any) -> Any:
    """One column for each class, of 32 bits whatever `floatx` is; Keras 3 gives 64."""

    def to_categorical(x: Any, num_classes: int | None = None, dtype: Any = "float32") -> Any:
        return original(x, num_classes).astype(dtype)

    return to_categorical


def to_rows_of_classes(original: Any) -> Any:
    """One column for each class, and one row for each label, on however many axes they are."""

    def to_categorical(x: Any, num_classes: int | None = None) -> Any:
        return original(np.ravel(x), num_classes)

    return to_categorical


def one_hot_of_type(x: Any, num_classes: int | None = None, dtype: Any = "float32") -> Any:
    """One column for each class, of a type of numbers."""
    return keras.utils.to_categorical(x, num_classes).astype(dtype)


def get_test_data(
    num_train: int = 1000,
    num_test: int = 500,
    input_shape: Any = (10,),
    output_shape: Any = (2,),
    classification: bool = True,
    num_classes: int = 2,
    **keras1: Any,
) -> Any:
    """Random rows around one center for each class, or around a number for each row."""
    first, second = keras1.get("nb_train", num_train), keras1.get("nb_test", num_test)
    count, classes = first + second, keras1.get("nb_class", num_classes)
    draw = np.random.randint(0, classes, size=(count,)) if classification else np.random.rand(count)
    x = np.zeros((count, *input_shape), "float32")
    y = draw if classification else np.zeros((count, *output_shape), "float32")
    for row in range(count):
        x[row] = np.random.normal(loc=draw[row], scale=0.7, size=input_shape)
        if not classification:
            y[row] = np.random.normal(loc=draw[row], scale=0.7, size=output_shape)
    return (x[:first], y[:first]), (x[first:], y[first:])


def keras_test(func: Any) -> Any:
    """A test as it is: Keras cleared its session behind it."""
    return func
