"""Modules that are not installed and that a script imports all the same: what answers for them."""

from __future__ import annotations

import importlib.machinery
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any


class AnsweredModules:
    """A finder of modules that are made when they are imported; see `onefit.imports.ask_last`.

    Args:
        is_one: Whether a name is that of such a module.
        fill: Gives a new module its names.

    >>> finder = AnsweredModules(lambda name: name == "nowhere", lambda module: None)
    >>> finder.find_spec("nowhere").name, finder.find_spec("json")
    ('nowhere', None)
    """

    def __init__(self, is_one: Callable[[str], bool], fill: Callable[[ModuleType], None]) -> None:
        """Keep both."""
        self.is_one, self.fill = is_one, fill

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a module that is answered, which may have others in it."""
        loader: Any = self
        found = importlib.machinery.ModuleSpec(name, loader, is_package=True)
        return found if self.is_one(name) else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """A module as Python makes it."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Give it its names."""
        self.fill(module)
