"""Shapes of functions that fold another axis into that of the batch, or take it out again.

`Lambda(lambda x: K.reshape(x, (-1, 4, 8)))` makes four rows one. Keras 3 on JAX finds the shape of
a function by trying numbers of rows, of which four never make one; TensorFlow left it unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import tree
from keras.src.backend.common.stateless_scope import StatelessScope

Method = Callable[..., Any]


def by_symbols(original: Method) -> Method:
    """What no number of rows fits is computed of symbolic tensors, whose rows are not counted."""

    def compute_output_spec(fn: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(fn, *args, **kwargs)
        except Exception:
            found = _symbolic(fn, args, kwargs)
            if found is None:
                raise
            return found

    return compute_output_spec


def _symbolic(function: Any, args: Any, kwargs: Any) -> Any:
    """What a function gives for symbolic tensors; `None` where it takes none."""
    try:
        with StatelessScope():
            found = function(*args, **kwargs)
    except Exception:
        return None
    parts = tree.flatten(found)
    return found if parts and all(isinstance(one, keras.KerasTensor) for one in parts) else None
