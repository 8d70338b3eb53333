"""Put something in the place of an attribute, and put everything back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

_MISSING: Any = object()


class Patches:
    """Attributes that were replaced, in order; functions by full name too, which have other homes.

    >>> class Thing:
    ...     name = "old"
    >>> patches = Patches()
    >>> patches.put(Thing, "name", "new")
    >>> Thing.name
    'new'
    >>> patches.undo()
    >>> Thing.name
    'old'
    """

    def __init__(self) -> None:
        """None yet."""
        self.done: list[tuple[Any, str, Any]] = []
        self.functions: dict[str, list[tuple[Any, Any]]] = {}
        self.waiting: list[Callable[[], None]] = []  # call off what is still to be replaced

    def note(self, target: str, original: Any, made: Any) -> None:
        """Note that a function was replaced, which may stand in other places as well.

        Args:
            target: Its full name.
            original: What it was.
            made: What it is.
        """
        self.functions.setdefault(target, []).append((original, made))

    def of(self, target: str, part: Any) -> Any:
        """What a function is by now that was found in another place.

        Args:
            target: Its full name.
            part: What was found.
        """
        for original, made in self.functions.get(target, ()):
            part = made if part is original else part
        return part

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Replace an attribute of an object, a class or a module, or add it.

        Args:
            owner: What has the attribute; for a dict, an item takes the attribute's place.
            name: The attribute's name.
            value: What stands there from now on.
        """
        self.done.append((owner, name, items(owner).get(name, _MISSING)))
        _set(owner, name, value)

    def undo(self) -> None:
        """Put back what was there."""
        while self.waiting:
            self.waiting.pop()()
        # Backwards: an attribute may have been replaced several times.
        while self.done:
            owner, name, before = self.done.pop()
            _set(owner, name, before)


def items(owner: Any) -> Any:
    """The attributes of an object by name, or the items of a dict."""
    return owner if isinstance(owner, dict) else vars(owner)


def _set(owner: Any, name: str, value: Any) -> None:
    if isinstance(owner, dict):
        owner.pop(name, None) if value is _MISSING else owner.update({name: value})
    elif value is _MISSING:
        with contextlib.suppress(AttributeError):  # somebody has taken it away before
            delattr(owner, name)
    else:
        setattr(owner, name, value)
