"""The value of a name of a converted function that nothing has been assigned to."""

from __future__ import annotations

from typing import Any, NoReturn

from onefit.scripts.tensorflow.tensor_array import PartOfPython

TEXTS = "chooses a text by a tensor"
"""Why a function runs step by step: no program of XLA's has texts."""
RETURN = "__onefit_return__"
"""The name of what a converted function returns, once that is known."""


class Undefined:
    """No value; whatever is done with it is the error that Python has for such a name.

    Args:
        name: The name.
        is_text: Whether it has another text in each branch of an `if`. Defaults to `False`.

    >>> Undefined("y") + 1
    Traceback (most recent call last):
    ...
    UnboundLocalError: Expected a value. Received: 'y', which has none: it is assigned to later, ...
    """

    def __init__(self, name: str, is_text: bool = False) -> None:
        """Keep the name."""
        self._name, self._is_text = name, is_text

    def used(self, *_: Any) -> NoReturn:
        """Raise what Python raises for such a name; a text has a value step by step."""
        if self._is_text:
            raise PartOfPython(TEXTS)
        if self._name == RETURN:
            raise ValueError(
                "Expected both branches of an `if` over a tensor to return, and the same kind of "
                "values. Received: a `return` in one branch only, or other values there."
            )
        raise UnboundLocalError(
            f"Expected a value. Received: {self._name!r}, which has none: it is assigned to later, "
            "in a loop, or in one branch only of an `if` over a tensor."
        )

    def __getattr__(self, attribute: str) -> Any:
        """Raise; Python's own questions are answered."""
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        self.used()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = used
    __rtruediv__ = __matmul__ = __pow__ = __mod__ = __lt__ = __le__ = __gt__ = __ge__ = used
    __neg__ = __call__ = __getitem__ = __iter__ = __bool__ = __len__ = __float__ = __int__ = used
