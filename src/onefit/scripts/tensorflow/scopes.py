"""`tf.name_scope`: what stands before the names of the variables that are made in a block."""

from __future__ import annotations

import threading
from types import TracebackType


class _Here(threading.local):
    path = ""
    """The scopes around the code that runs, each with a slash behind it."""


_here = _Here()


class name_scope:
    """A block whose variables have names in it; a name that ends in a slash is a whole path.

    Args:
        name: The name.

    >>> with name_scope("a"), name_scope("b") as scope:
    ...     print(scope, scoped("kernel"))
    a/b/ a/b/kernel
    """

    def __init__(self, name: str) -> None:
        """Take TensorFlow's argument."""
        if not isinstance(name, str):
            raise ValueError("name for name_scope must be a string.")
        self._name = name
        self._before: list[str] = []

    @property
    def name(self) -> str:
        """The name that was given."""
        return self._name

    def __enter__(self) -> str:
        """Enter the block; it gives the path."""
        self._before.append(_here.path)
        if self._name and not self._name.endswith("/"):
            _here.path += f"{self._name}/"
        else:
            _here.path = self._name
        return _here.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave it."""
        _here.path = self._before.pop()


def scoped(name: str) -> str:
    """A name with the scopes around it."""
    return _here.path + name


def get_current_name_scope() -> str:
    """The scopes around the code that runs.

    >>> with name_scope("a"):
    ...     get_current_name_scope()
    'a'
    """
    return _here.path.removesuffix("/")
