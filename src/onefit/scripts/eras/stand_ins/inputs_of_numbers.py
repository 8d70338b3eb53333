"""Numbers beside tensors in what a layer is called on: `Lambda(f)([a, b, 0.5])`.

tf.keras 2 made tensors of them; Keras 3 takes tensors and arrays there only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras
import numpy as np

Function = Callable[..., Any]


def as_arrays(original: Function) -> Function:
    """A layer's `__call__` that takes floats in a list of tensors."""

    @wraps(original)
    def __call__(self: keras.Layer, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], list | tuple) and any(map(_is_number, args[0])):
            dtype = np.dtype(keras.config.floatx()).type
            given = [dtype(one) if _is_number(one) else one for one in args[0]]
            args = (type(args[0])(given), *args[1:])
        return original(self, *args, **kwargs)

    return __call__


def _is_number(one: Any) -> bool:
    # A whole number was a tensor of int32, which goes with no other: an error then, too.
    return type(one) is float
