"""Nested elements: tuples, named tuples and dicts of leaves, as `tf.data` nests them.

A list is no nest here: it is a tensor. A dict is gone through in the order of its sorted keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Element = Any
"""A leaf, or a tuple, named tuple or dict of elements."""


def flatten(element: Element) -> list[Any]:
    """The leaves of an element.

    >>> flatten(({"b": 1, "a": 2}, [3, 4]))
    [2, 1, [3, 4]]
    """
    if isinstance(element, tuple):
        return [leaf for part in element for leaf in flatten(part)]
    if isinstance(element, Mapping):
        return [leaf for key in sorted(element) for leaf in flatten(element[key])]
    return [element]


def unflatten(like: Element, leaves: Iterator[Any]) -> Element:
    """An element of the same nest with other leaves.

    Args:
        like: An element that is nested so.
        leaves: The new leaves, in the order of `flatten`.

    >>> unflatten((1, {"a": 2}), iter("xy"))
    ('x', {'a': 'y'})
    """
    if isinstance(like, tuple):
        parts = [unflatten(part, leaves) for part in like]
        return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)
    if isinstance(like, Mapping):
        of_key = {key: unflatten(like[key], leaves) for key in sorted(like)}
        # Leaves follow the sorted keys, as in TensorFlow; the dict stays in the order it had.
        return {key: of_key[key] for key in like}
    return next(leaves)


def map_leaves(function: Callable[..., Any], *elements: Element) -> Element:
    """A function of the leaves of one element, or of several that are nested alike.

    >>> map_leaves(lambda a, b: a + b, (1, {"k": 2}), (10, {"k": 20}))
    (11, {'k': 22})
    """
    first = elements[0]
    if len(elements) == 1:  # most are, and each is gone through once
        if type(first) is tuple:
            return tuple([map_leaves(function, part) for part in first])
        if not isinstance(first, tuple | Mapping):
            return function(first)
    columns = [flatten(element) for element in elements]
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"Expected elements that are nested alike. Received: {elements}.")
    return unflatten(first, (function(*leaves) for leaves in zip(*columns)))


def arguments(element: Element) -> tuple[Any, ...]:
    """What a user's function is called with: a tuple is several arguments.

    >>> arguments((1, 2)), arguments({"a": 1})
    ((1, 2), ({'a': 1},))
    """
    return element if type(element) is tuple else (element,)
