"""What is done around the import of a module, whenever that is.

Keras reads its backend from the environment when it is imported, and its trainer can be replaced
only afterwards. Scripts import it when they like: so what is to be done then waits here.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any

Context = Callable[[], contextlib.AbstractContextManager[object]]
_AROUND: dict[str, list[Context]] = {}


def around_import(name: str, context: Context) -> None:
    """Have a module that is not loaded yet loaded within a context. Idempotent.

    Args:
        name: The module's full name.
        context: Makes the context; the last that was added is the outermost.

    >>> around_import("no_such_module", contextlib.nullcontext)
    >>> forget("no_such_module", contextlib.nullcontext)
    """
    waiting = _AROUND.setdefault(name, [])
    if context not in waiting and name not in sys.modules:
        waiting.append(context)
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)


def forget(name: str, context: Context) -> None:
    """Undo `around_import`. Idempotent."""
    waiting = _AROUND.get(name, [])
    if context in waiting:
        waiting.remove(context)


class _Finder:
    """Finds a module as Python would, and gives it a loader that enters the contexts."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Take part only in the import of modules that are waited for."""
        if not _AROUND.get(name):
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        for finder in others:
            spec: Any = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader:
    """Loads a module as its own loader does, within the contexts that wait for it."""

    def __init__(self, loader: Any) -> None:
        """Keep the module's own loader."""
        self.loader = loader

    def create_module(self, spec: Any) -> Any:
        """As its own loader does."""
        return self.loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        """As its own loader does, which is the module's again before the contexts end."""
        with contextlib.ExitStack() as contexts:
            for context in reversed(_AROUND.get(module.__name__, [])):
                contexts.enter_context(context())
            self.loader.exec_module(module)
            _AROUND.pop(module.__name__, None)
            if module.__spec__ is not None:
                module.__spec__.loader = self.loader
            module.__loader__ = self.loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


_FINDER = _Finder()
