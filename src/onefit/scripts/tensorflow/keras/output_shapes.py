"""The shape that a layer gives, where not all lengths of its input are known.

Keras asks with a symbol of JAX's for a length, which not every function takes: a picture of unknown
size that is resized, zeros of `tf.shape(x)`. Then it is asked with two numbers, as Keras itself did
before it had symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras
from keras.src import backend, tree

from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.operation import nested
from onefit.scripts.tensorflow.tensor import raw

# Those that Keras took: a length that comes out the same with both does not depend on them.
LENGTHS = (83, 89)


def give_output_shapes(patches: Patches) -> None:
    """Let Keras find the shapes of layers whose functions take no symbols.

    Args:
        patches: Where what is replaced is noted.
    """
    name = "compute_output_spec"
    patches.put(backend, name, _asked_with_numbers(getattr(backend, name)))


def _asked_with_numbers(plain: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(plain)
    def compute_output_spec(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        def of_arrays(*args: Any, **kwargs: Any) -> Any:
            return nested(raw, fn(*args, **kwargs))

        try:
            return plain(of_arrays, *args, **kwargs)
        except Exception as error:
            # Without an open length there was no symbol that the function could not take.
            if not any(map(_is_open, tree.flatten((args, kwargs)))):
                raise
            try:
                found = [_asked(plain, of_arrays, args, kwargs, length) for length in LENGTHS]
                return tree.map_structure(_common, *found)
            except Exception:
                # This error is about the call of the script; one with these numbers would be about
                # lengths that nobody has given.
                raise error from None

    return compute_output_spec


def _asked(plain: Callable[..., Any], fn: Any, args: Any, kwargs: Any, length: int) -> Any:
    args, kwargs = tree.map_structure(lambda one: _filled(one, length), (args, kwargs))
    return plain(fn, *args, **kwargs)


def _is_open(one: Any) -> bool:
    return isinstance(one, keras.KerasTensor) and None in one.shape


def _filled(one: Any, length: int) -> Any:
    if not _is_open(one):
        return one
    return keras.KerasTensor([length if n is None else n for n in one.shape], one.dtype)


def _common(one: Any, other: Any) -> Any:
    """A result whose length is open where it changes with those of the input."""
    if not isinstance(one, keras.KerasTensor):
        return one
    shape = [n if n == m else None for n, m in zip(one.shape, other.shape)]
    return keras.KerasTensor(shape, one.dtype)
