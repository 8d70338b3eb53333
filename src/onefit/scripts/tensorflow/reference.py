"""What `ref()` gives: a tensor or variable as the key of a dict."""

from __future__ import annotations

from typing import Any


class Reference:
    """A tensor or variable as the key of a dict: equal to itself only.

    Args:
        referred: The tensor or variable.
    """

    def __init__(self, referred: Any) -> None:
        """Keep it."""
        self._referred = referred

    def deref(self) -> Any:
        """The tensor or variable."""
        return self._referred

    def __eq__(self, other: object) -> bool:
        """Whether it is the same object."""
        return isinstance(other, Reference) and self._referred is other._referred

    def __hash__(self) -> int:
        """That of the object's place."""
        return id(self._referred)

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"<Reference wrapping {self._referred!r}>"
