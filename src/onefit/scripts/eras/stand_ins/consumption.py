"""`consume_less="cpu"`, `"mem"` or `"gpu"`: how recurrent layers of Keras 1 computed their gates.

With `"gpu"` they had the matrices of all gates in one, and with `"cpu"` masks of their own for
what the gates make of the inputs beforehand. Source: `keras/layers/recurrent.py` of 1.2.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Method = Callable[..., Any]
_NAME = "consume_less"


def way(layer: Any) -> str:
    """Which of the three a recurrent layer was given; `"cpu"` was the default."""
    return str(vars(layer).get(_NAME, "cpu"))


def kept(original: Method) -> Any:
    """A layer keeps what it was given; `__init__` of today does not know the argument."""

    def __new__(cls: type, *args: Any, **kwargs: Any) -> Any:
        made = original(cls, *args, **kwargs)
        object.__setattr__(made, _NAME, kwargs.get(_NAME, "cpu"))
        return made

    return staticmethod(__new__)


def kept_inside(original: Method) -> Method:
    """Both layers of a `Bidirectional`, made of the config of one, are as that one."""

    def __init__(self: Any, layer: Any, *args: Any, **kwargs: Any) -> None:
        original(self, layer, *args, **kwargs)
        if isinstance(layer, keras.layers.Layer):
            for one in (self.forward_layer, self.backward_layer):
                object.__setattr__(one, _NAME, way(layer))

    return __init__
