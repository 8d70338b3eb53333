"""A function's signature that is read when somebody asks for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


class LazySignature(inspect.Signature):
    """That of a function, read when somebody asks for a part of it: there are hundreds.

    Args:
        function: The function.

    >>> def fit(self, x, epochs=1): ...
    >>> list(LazySignature(fit).parameters)
    ['self', 'x', 'epochs']
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        """Read nothing."""
        self._function = function

    def __getattr__(self, name: str) -> Any:
        """Read it."""
        # `copy` and `pickle` make a signature without `__init__`; its slot is empty, and reading it
        # below would come back here for ever.
        if name == "_function":
            raise AttributeError(name)
        found = inspect.signature(self._function)
        parameters = list(found.parameters.values())
        # It fills the slots of `inspect.Signature`: from now on Python finds them without coming
        # here.
        super().__init__(parameters, return_annotation=found.return_annotation)
        return object.__getattribute__(self, name)

    def replace(self, **changes: Any) -> inspect.Signature:  # type: ignore[override]
        """One with other parameters, which is read by then."""
        return inspect.signature(self._function).replace(**changes)
