"""Pytrees of arrays: their shapes, dtypes and sizes, without the arrays."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

Frozen = tuple[Any, tuple[tuple[tuple[int, ...], Any], ...]]
"""The structure of a pytree, and the shape and dtype of each of its arrays."""


def shapes(values: Any) -> Any:
    """The shapes and dtypes of a pytree of arrays, without the arrays."""
    return jax.tree.map(lambda v: jax.ShapeDtypeStruct(jnp.shape(v), dtype_of(v)), values)


def dtype_of(value: Any) -> Any:
    """The dtype that a value has once it is on the device (int64 becomes int32)."""
    return jax.dtypes.canonicalize_dtype(value.dtype if hasattr(value, "dtype") else type(value))


def like(reference: Any, values: Any) -> Any:
    """Give values the dtypes of a reference, and take away the weak types of Python's numbers."""
    return jax.tree.map(lambda r, v: jax.lax.convert_element_type(v, r.dtype), reference, values)


def zeros(reference: Any) -> Any:
    """Arrays of zeros of the reference's shapes."""
    return jax.tree.map(lambda r: jnp.zeros(r.shape, r.dtype), reference)


def frozen(tree: Any) -> Frozen:
    """The structure, shapes and dtypes of a pytree of arrays, as something hashable.

    >>> hash(frozen(shapes([jnp.ones(3)]))) == hash(frozen(shapes([jnp.zeros(3)])))
    True
    """
    leaves, structure = jax.tree.flatten(tree)
    return structure, tuple((leaf.shape, leaf.dtype) for leaf in leaves)


def thawed(found: Frozen) -> Any:
    """The inverse of `frozen`, but for the arrays: their shapes and dtypes.

    >>> thawed(frozen([jnp.ones(3)]))
    [ShapeDtypeStruct(shape=(3,), dtype=float32)]
    """
    structure, forms = found
    return jax.tree.unflatten(structure, [jax.ShapeDtypeStruct(*form) for form in forms])


def size_of(values: Any) -> int:
    """Bytes of a pytree of arrays, or of their shapes.

    >>> import numpy as np
    >>> size_of({"a": np.zeros(3, "float32"), "b": None})
    12
    """
    return sum(map(bytes_of, jax.tree.leaves(values)))


def bytes_of(array: Any) -> int:
    """Bytes of one array, or of its shape."""
    # The `size` of an array of JAX takes several times as long.
    return math.prod(array.shape) * int(array.dtype.itemsize)
