"""`tf.Variable`: Keras's variable, made with TensorFlow's arguments."""

from __future__ import annotations

from typing import Any

import keras

from onefit.scripts.tensorflow.given import tensor


class Variable(keras.Variable):
    """A value that can be assigned to.

    Args:
        initial_value: The value, or a function that gives it.
        trainable: Whether an optimizer may change it. Defaults to `True`.
        validate_shape: Taken, and of no effect. Defaults to `True`.
        caching_device: Taken, and of no effect. Defaults to `None`.
        name: Its name. Defaults to `None`.
        variable_def: Taken, and of no effect. Defaults to `None`.
        dtype: Its dtype. Defaults to that of the value.

    >>> counter = Variable(1, name="counter")
    >>> _ = counter.assign_add(2)
    >>> int(counter.value)
    3
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
    ) -> None:
        """Take TensorFlow's arguments."""
        given = initial_value() if callable(initial_value) else initial_value
        value = tensor(given, dtype)
        super().__init__(value, dtype=value.dtype, trainable=trainable is not False, name=name)
