"""Arguments of the methods that take shapes: `build(self, input_shape)`, as every layer had it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def of_any_argument(original: Function) -> Function:
    """`build` and `compute_output_shape` take the shape of the inputs, whatever `call` names them.

    Keras 3 names the shapes after the arguments of its own `call`. A subclass of the time has a
    `call(self, inputs, mask=None, ...)`.
    """

    def of_one_shape(self: Any, input_shape: Any) -> Any:
        return original(self, input_shape)

    # Of a single argument Keras 3 reads no name; it looks through wrappers, as far as this one.
    @functools.wraps(of_one_shape)
    def of_shapes(self: Any, *shapes: Any, **named: Any) -> Any:
        if "input_shape" in named:
            shapes = (named.pop("input_shape"), *shapes)
        return original(self, *shapes, **named)

    return of_shapes
