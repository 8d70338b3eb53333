"""Imports that Keras tries and does without: while it is imported, they find nothing."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, ModuleType

from onefit.imports import ask_first, ask_no_more


@contextmanager
def refused(package: str, importers: Collection[str]) -> Iterator[set[str]]:
    """While the block runs, some modules find no such package; all others find what there is.

    Where the package is loaded already, nothing is refused.

    Args:
        package: The package, `"pandas"` say.
        importers: The names of the modules to which it is refused.

    Yields:
        The names of those that have been refused a package that is installed; they are to be
        given afterwards what they would have taken from it.
    """
    finder = _Refusal(package, importers)
    if package not in sys.modules:
        ask_first(finder)
    try:
        yield finder.asked
    finally:
        ask_no_more(finder)


class _Refusal(importlib.abc.MetaPathFinder):
    """Finds no package for those to whom it is refused."""

    def __init__(self, package: str, importers: Collection[str]) -> None:
        """Nobody has asked."""
        self.package, self.importers = package, importers
        self.asked: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Take part only in the import of the package by those modules."""
        if name != self.package:
            return
        importer = _importer()
        if importer in self.importers:
            if importlib.machinery.PathFinder.find_spec(name) is not None:
                self.asked.add(importer)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _importer() -> str:
    """The name of the module whose import statement is being carried out."""
    # Above this function and `find_spec`; the frames of the import system lie in between.
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "")) if frame is not None else ""
