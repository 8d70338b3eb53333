"""`tf.train.Int64List`, which takes truth values as numbers, as earlier protobufs did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.io.example import messages


class _Message(type):
    """What makes a class stand for a message: protobuf's messages cannot be derived from."""

    def __call__(cls, value: Iterable[Any] = ()) -> Any:
        return messages()["Int64List"](value=[whole(one) for one in value])

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, messages()["Int64List"])

    def __getattr__(cls, name: str) -> Any:
        return getattr(messages()["Int64List"], name)


class Int64List(metaclass=_Message):
    """Whole numbers, as a part of a `Feature`.

    Args:
        value: The numbers. Truth values are 0 and 1.

    >>> Int64List(value=[True, 3]).value
    [1, 3]
    """


def whole(value: Any) -> Any:
    """A truth value of Python's, NumPy's or TensorFlow's as a number; anything else as it is.

    >>> whole(np.bool_(True)), whole(2.5)
    (1, 2.5)
    """
    if isinstance(value, bool) or getattr(getattr(value, "dtype", None), "name", "") == "bool":
        return int(np.asarray(value).item())
    return value
