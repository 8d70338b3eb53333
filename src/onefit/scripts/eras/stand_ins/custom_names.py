"""Objects of the user's that a layer's argument names as a word: `Dense(3, activation="swish")`.

Keras 1 and 2 looked for every word among the custom objects first. Keras 3 does so for a file only.
Source: `deserialize_keras_object` in `keras/utils/generic_utils.py` of Keras 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Function = Callable[..., Any]


def custom_first(original: Function) -> Function:
    """A word may be the name of one of the custom objects; of a class, it makes one."""

    def get(identifier: Any, *args: Any, **kwargs: Any) -> Any:
        found = None
        if isinstance(identifier, str):
            found = keras.saving.get_registered_object(identifier)
        if found is None:
            return original(identifier, *args, **kwargs)
        return found() if isinstance(found, type) else found

    return get
