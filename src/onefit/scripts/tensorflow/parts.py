"""Attributes and items of a script's objects that a converted statement assigns to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.undefined import Undefined


def part_read(read: Callable[[], Any], name: str) -> Any:
    """The value of an attribute or item, or that it has none.

    Args:
        read: Gives the value.
        name: What it is called in errors.

    >>> part_read(lambda: {"a": 1}["a"], "d['a']")
    1
    """
    try:
        return read()
    except (AttributeError, LookupError, UnboundLocalError):
        return Undefined(name)


def attribute_written(owner_of: Callable[[], Any], name: str, value: TensorLike) -> None:
    """Set an attribute to what it was, which may be nothing.

    Args:
        owner_of: Gives the object.
        name: The attribute.
        value: Its value.
    """
    owner = part_read(owner_of, name)
    if isinstance(owner, Undefined):
        return
    now = part_read(lambda: getattr(owner, name), name)
    if isinstance(value, Undefined):
        if not isinstance(now, Undefined):
            delattr(owner, name)
    elif now is not value:
        setattr(owner, name, value)


def item_written(owner_of: Callable[[], Any], key: Any, value: Any) -> None:
    """Set an item to what it was, which may be nothing; see `attribute_written`.

    >>> held = {"a": 1}
    >>> item_written(lambda: held, "a", Undefined("held['a']"))
    >>> held
    {}
    """
    owner = part_read(owner_of, str(key))
    if isinstance(owner, Undefined):
        return
    now = part_read(lambda: owner[key], "")
    if isinstance(value, Undefined):
        if not isinstance(now, Undefined):
            del owner[key]
    elif now is not value:
        owner[key] = value
