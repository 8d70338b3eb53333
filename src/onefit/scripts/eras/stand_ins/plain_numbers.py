"""Arrays of one number as the number, shapes as lists, dtypes with a name, as in old scripts."""

from __future__ import annotations

import re
from typing import Any

_CONVERSION = re.compile(r"%(?:\((.*?)\))?[-#0 +]*(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)")
_OF_NUMBERS = "diouxXeEfFgG"


def number(value: Any) -> Any:
    """The number of an array that has one, and anything else as it is.

    >>> import numpy as np
    >>> float(number(np.array([[2.5]]))), number("3")
    (2.5, '3')
    """
    is_array = getattr(value, "ndim", 0) and hasattr(value, "item")
    return value.item() if is_array and value.size == 1 else value


def numbers(text: str, values: Any) -> Any:
    """The right side of `text % values`, with numbers where the text asks for some.

    >>> import numpy as np
    >>> "%s is %.1f" % numbers("%s is %.1f", (np.array([1]), np.array([2.0])))
    '[1] is 2.0'
    """
    if isinstance(values, dict):
        names = {one[1] for one in _CONVERSION.finditer(text) if one[4] in _OF_NUMBERS}
        return {name: number(one) if name in names else one for name, one in values.items()}
    places = wanted(text)
    given = values if isinstance(values, tuple) else (values,)
    if len(places) != len(given):
        return values
    plain = tuple(number(one) if is_one else one for is_one, one in zip(places, given))
    return plain if isinstance(values, tuple) else plain[0]


def wanted(text: str) -> list[bool]:
    """For each value of `text % values`, whether the text wants a number.

    >>> wanted("%s is %.1f%%")
    [False, True]
    """
    found = [one for one in _CONVERSION.finditer(text) if one[4] != "%"]
    return [kind in _OF_NUMBERS for one in found for kind in (*_stars(one), one[4])]


def _stars(found: re.Match[str]) -> list[str]:
    """A width or a precision that is given among the values is a whole number."""
    return ["d" for place in (2, 3) if found[place] == "*"]


def shape(tensor: Any) -> Any:
    """`tensor.get_shape()`.

    >>> import numpy as np
    >>> shape(np.ones((2, 3)))
    (2, 3)
    """
    return tensor.get_shape() if hasattr(tensor, "get_shape") else tuple(tensor.shape)


def settled(tensor: Any, shape: Any) -> None:
    """`tensor.set_shape(shape)`: an array has its shape already.

    >>> import numpy as np
    >>> settled(np.ones((2, 3)), (None, 3))
    """
    if hasattr(tensor, "set_shape") or not hasattr(tensor, "shape"):
        tensor.set_shape(shape)


def lengths(shape: Any) -> list[int | None]:
    """`shape.as_list()`, of a tuple too.

    >>> lengths((None, 3))
    [None, 3]
    """
    as_list = getattr(shape, "as_list", None)
    found: list[int | None] = as_list() if as_list is not None else list(shape)
    return found


def rank(shape: Any) -> Any:
    """`shape.ndims`, of a tuple too.

    >>> rank((None, 3))
    2
    """
    return shape.ndims if hasattr(shape, "ndims") else len(shape)


def dtype(found: Any) -> Any:
    """`tensor.dtype`, which is a text in Keras 3, as something that has a `name`.

    >>> dtype("float32").name, dtype("int32").is_floating
    ('float32', False)
    """
    if not isinstance(found, str):
        return found
    from onefit.scripts.tensorflow.dtype import DType

    return DType(found)
