"""What a rule's full names mean in the Keras that is loaded."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from onefit.scripts.eras.rule import Rule, Translated
from onefit.training.host.deferred_imports import Deferred


def home_of(full: str, root: str = "keras") -> tuple[Any, str]:
    """The object that has the last name of a full one, and that name.

    Args:
        full: A full name, `"keras.layers.Dense"` for example.
        root: The module that stands for `keras`. Defaults to `"keras"`, which has to be loaded.

    Returns:
        The object, or `None` where there is none, and the name.
    """
    path, _, name = full.partition(".")[2].rpartition(".")
    found: Any = sys.modules.get(root)
    for part in path.split(".") if path else ():
        found = getattr(found, part, None)
    return found, name


_OF_THE_PACKAGE = ("keras.src", "keras._tf_keras")
"""What only the package `keras` has; to look for it in `tf.keras` takes long."""


class Homes:
    """`home_of` for many names at once: each place is looked up once.

    Args:
        root: The module that stands for `keras`. Defaults to `"keras"`.

    >>> Homes("no module").of("keras.layers.Dense")
    (None, 'Dense')
    """

    def __init__(self, root: str = "keras") -> None:
        """Nothing is looked up yet."""
        self.root = root
        self._places: dict[str, Any] = {}

    def of(self, full: str) -> tuple[Any, str]:
        """The object that has the last name of a full one, and that name.

        Args:
            full: A full name.
        """
        place, _, name = full.rpartition(".")
        if self.root != "keras" and place.startswith(_OF_THE_PACKAGE):
            return None, name
        found = self._places.get(place)
        if found is None:  # it may come
            found = self._places[place] = home_of(full, self.root)[0]
        return found, name

    def deferred(self, full: str) -> Deferred | None:
        """The module that has to be loaded before a name can be looked up.

        Args:
            full: A full name.

        Returns:
            The module; `None` where none is in the way.
        """
        found: Any = sys.modules.get(self.root)
        for part in full.split(".")[1:-1]:
            # By `vars`: `getattr` on a deferred module would load it, which is what is to be
            # avoided.
            found = None if found is None else vars(found).get(part)
            if type(found) is Deferred:
                return found
        return None


def by_target(rules: Iterable[Rule]) -> dict[str, list[Translated]]:
    """The translations of calls, by the full name of what is called, in their order.

    Args:
        rules: Rules of any kind.
    """
    found: dict[str, list[Translated]] = {}
    for rule in rules:
        if isinstance(rule, Translated):
            for target in rule.targets:
                for one in _spread(target):
                    found.setdefault(one, []).append(rule)
    return found


def _spread(target: str) -> Iterator[str]:
    """The targets that a pattern means; each class once, under its own name."""
    if not target.endswith(".*"):
        yield target
        return
    room = target[:-2]
    module, _ = home_of(f"{room}.x")
    for name, part in vars(module).items():
        if inspect.isclass(part) and part.__name__ == name:
            yield f"{room}.{name}"
