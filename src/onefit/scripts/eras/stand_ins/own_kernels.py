"""Layers derived from Keras's that make `self.kernel` themselves, in a `build` of their own.

It was an attribute like any other. In Keras 3 it is a property that nobody can set, computed from
`_kernel`, which only Keras's own `build` makes.

Source: `Dense.build`, `_Conv.build` and `Embedding.build` in `keras/layers` of 2.2.4.
"""

from __future__ import annotations

from typing import Any


def settable(original: property) -> property:
    """The kernel that a script's `build` has set, or else Keras's.

    Args:
        original: Keras's property, which reads `_kernel` or `_embeddings`.
    """
    name = f"_{original.fget.__name__}"  # type: ignore[union-attr]

    def read(self: Any) -> Any:
        # Keras refuses to tell it before `build` has ended, in which the script reads it already.
        if vars(self).get("_kernel_is_own"):
            return vars(self)[name]
        return original.fget(self)  # type: ignore[misc]

    def put(self: Any, value: Any) -> None:
        self._kernel_is_own = True
        setattr(self, name, value)

    return property(read, put, doc=original.__doc__)
