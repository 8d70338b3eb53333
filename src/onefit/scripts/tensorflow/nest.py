"""`tf.nest`: lists, tuples and dicts of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from onefit.scripts.tensorflow.missing import names_of


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """What is in a nest, the items of dicts in the order of their keys.

    >>> flatten({"b": [1, 2], "a": 3})
    [3, 1, 2]
    """
    return keras.tree.flatten(structure)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """A function of what is in nests of one kind, nested as they are.

    >>> map_structure(lambda x, y: x + y, [1, (2,)], [10, (20,)])
    [11, (22,)]
    """
    kwargs.pop("expand_composites", None)
    check_types = kwargs.pop("check_types", True)
    if len(structure) > 1:
        assert_same_structure(structure[0], structure[1], check_types)
    if kwargs:
        raise ValueError(f"Only valid keyword arguments are `check_types`. Received: {kwargs}")
    return keras.tree.map_structure(func, *structure)


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """The things of a list, nested as those of `structure`.

    >>> pack_sequence_as({"b": 0, "a": (0, 0)}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    return keras.tree.pack_sequence_as(structure, list(flat_sequence))


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raise unless two nests are of one kind.

    Raises:
        ValueError: For other lengths or keys.
        TypeError: For other types, unless `check_types` is `False`.
    """
    keras.tree.assert_same_structure(nest1, nest2)


def is_nested(structure: Any) -> bool:
    """Whether it is a list, a tuple or a dict."""
    return keras.tree.is_nested(structure)


__getattr__ = names_of("tensorflow.nest")
