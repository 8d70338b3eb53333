"""What `==`, `in`, `set` and the keys of a dict meant for variables and symbolic tensors.

Those of TensorFlow 1 were equal to themselves only, and so could be in a set. In TensorFlow 2 a
comparison is computed, element by element, and `ref()` is what a set or a dict holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from onefit.scripts.callers import is_the_script

if TYPE_CHECKING:
    from onefit.scripts.tensorflow.reference import Reference

Comparison = Callable[[Any, Any], Any]


def same(original: Comparison) -> Comparison:
    """`==` of TensorFlow 1: whether it is the same object."""

    def __eq__(self: Any, other: object) -> Any:
        return self is other if is_the_script() else original(self, other)

    return __eq__


def another(original: Comparison) -> Comparison:
    """`!=` of TensorFlow 1: whether it is another object."""

    def __ne__(self: Any, other: object) -> Any:
        return self is not other if is_the_script() else original(self, other)

    return __ne__


def of_object(self: Any) -> int:
    """The hash of an object, whatever its value."""
    return object.__hash__(self)


def ref(self: Any) -> Reference:
    """Something to be the key of a dict."""
    from onefit.scripts.tensorflow.reference import Reference  # loads all of the name `tensorflow`

    return Reference(self)


def equal_elements(original: Comparison) -> Comparison:
    """`==` of TensorFlow 2 is computed in the graph, and `False` beside `None`."""

    def __eq__(self: Any, other: object) -> Any:
        if not is_the_script():
            return original(self, other)
        return False if other is None else keras.ops.equal(self, other)

    return __eq__


def unequal_elements(original: Comparison) -> Comparison:
    """`!=` of TensorFlow 2, which is `True` beside `None`."""

    def __ne__(self: Any, other: object) -> Any:
        if not is_the_script():
            return original(self, other)
        return True if other is None else original(self, other)

    return __ne__


def of_any_shape(unequal: bool) -> Callable[[Comparison], Comparison]:
    """A comparison of TensorFlow 2's variables, whose shapes need not fit.

    Args:
        unequal: What variables of other shapes are: `False` for `==`, `True` for `!=`.
    """

    def made(original: Comparison) -> Comparison:
        def compared(self: Any, other: object) -> Any:
            fits = _fits(self.shape, getattr(other, "shape", ()))
            return original(self, other) if fits else unequal

        return compared

    return made


def _fits(one: Any, other: Any) -> bool:
    try:
        np.broadcast_shapes(tuple(one), tuple(other))
    except (TypeError, ValueError):
        return False
    return True
