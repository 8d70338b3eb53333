"""`keras.initializations` of Keras 1: functions that make a variable of a shape.

Layers of the time kept one (`self.init = initializations.get(init)`) and called it with a shape and
a name. Source: `keras/initializations.py` of 1.2.2.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

Function = Callable[..., Any]


def get_fans(shape: Any, dim_ordering: str = "th") -> tuple[float, float]:
    """How many inputs and outputs a weight connects.

    >>> get_fans((3, 3, 4, 5), dim_ordering="tf")
    (36, 45)
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) in (4, 5):
        first = dim_ordering == "th"
        field = int(np.prod(shape[2:] if first else shape[:2]))  # of volumes, too
        inputs, outputs = (shape[1], shape[0]) if first else shape[-2:]
        return inputs * field, outputs * field
    root = float(np.sqrt(np.prod(shape)))
    return root, root


def compute_fans(shape: Any, data_format: str = "channels_last") -> tuple[float, float]:
    """How many inputs and outputs a weight of Keras 2 connects: `keras.initializers._compute_fans`.

    >>> compute_fans((3, 3, 4, 5))
    (36, 45)
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) not in (3, 4, 5):
        root = float(np.sqrt(np.prod(shape)))
        return root, root
    first = data_format == "channels_first"
    field = int(np.prod(shape[2:] if first else shape[:-2]))
    inputs, outputs = (shape[1], shape[0]) if first else shape[-2:]
    return inputs * field, outputs * field


def _making(kind: str, **settings: Any) -> Function:
    """A function that makes a variable by an initializer of Keras 3."""

    def make(shape: Any, scale: Any = None, name: Any = None, dim_ordering: str = "th") -> Any:
        given = dict(settings)
        if scale is not None:
            given = {_SCALES[kind]: scale} if kind != "RandomUniform" else _between(scale)
        initializer = getattr(keras.initializers, kind)(**given)
        return keras.Variable(initializer(tuple(shape)), name=_plain(name))

    return make


def _scaled(draw: Function, variance: float, mode: str) -> Function:
    """A function that draws as wide as a weight has inputs, or inputs and outputs."""

    def make(shape: Any, name: Any = None, dim_ordering: str = "th") -> Any:
        inputs, outputs = get_fans(tuple(shape), dim_ordering)
        fan = inputs if mode == "fan_in" else inputs + outputs
        return draw(shape, float(np.sqrt(variance / fan)), name)

    return make


def _plain(name: Any) -> Any:
    """Keras 3's names of variables have no slash."""
    return name.replace("/", "_") if isinstance(name, str) else None


def _between(scale: float) -> dict[str, float]:
    return {"minval": -scale, "maxval": scale}


_SCALES = {"RandomNormal": "stddev", "Orthogonal": "gain", "Identity": "gain"}

uniform = _making("RandomUniform", minval=-0.05, maxval=0.05)
normal = _making("RandomNormal", stddev=0.05)
lecun_uniform = _scaled(uniform, 3.0, "fan_in")
glorot_normal = _scaled(normal, 2.0, "fan_avg")
glorot_uniform = _scaled(uniform, 6.0, "fan_avg")
he_normal = _scaled(normal, 2.0, "fan_in")
he_uniform = _scaled(uniform, 6.0, "fan_in")
orthogonal = _making("Orthogonal", gain=1.1)
identity = _making("Identity")
zero = _making("Zeros")
one = _making("Ones")


def get(identifier: Any, **settings: Any) -> Any:
    """The function of a name; any other object as it is."""
    if not isinstance(identifier, str):
        return identifier
    found = globals().get({"zeros": "zero", "ones": "one"}.get(identifier, identifier))
    if not callable(found):
        raise ValueError(f"Expected the name of an initialization. Received: {identifier!r}.")
    return functools.partial(found, **settings) if settings else found
