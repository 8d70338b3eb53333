"""Our finders of modules, and what is done around the import of a module, whenever that is.

Keras reads its backend from the environment when it is imported, and its trainer can be replaced
only afterwards. Scripts import it when they like: so what is to be done then waits here.

Whatever else of onefit takes part in imports stands in `sys.meta_path` by way of this file, too:
names of TensorFlow and of old Keras, IPython's, and what Keras imports without need.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

_LOCK = threading.RLock()  # threads may import, install and uninstall at the same time


def ask_first(finder: Any) -> None:
    """Have a finder asked for modules before all others. Idempotent."""
    with _LOCK:
        if finder not in sys.meta_path:
            sys.meta_path.insert(0, finder)


def ask_last(finder: Any) -> None:
    """Have a finder asked for modules that no other has found. Idempotent."""
    with _LOCK:
        if finder not in sys.meta_path:
            sys.meta_path.append(finder)


def is_asked(finder: Any) -> bool:
    """Whether a finder takes part in imports."""
    return finder in sys.meta_path


def ask_no_more(finder: Any) -> None:
    """Undo `ask_first` or `ask_last`. Idempotent."""
    with _LOCK, contextlib.suppress(ValueError):
        sys.meta_path.remove(finder)


def found_by_others(finder: Any, name: str, path: Any = None, target: Any = None) -> Any:
    """The spec of a module as the other finders give it, or `None`.

    >>> found_by_others(None, "json").name
    'json'
    """
    for other in list(sys.meta_path):
        if other is not finder and hasattr(other, "find_spec"):
            spec: Any = other.find_spec(name, path, target)
            if spec is not None:
                return spec
    return None


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
    ask_first(_FINDER)


def after_import(name: str, act: Callable[[], None]) -> Context:
    """Have something done once a module is loaded: now, if it is.

    Returns:
        The context that waits, for `forget`.

    >>> forget("json", after_import("json", lambda: print("loaded")))
    loaded
    """

    @contextlib.contextmanager
    def loading() -> Iterator[None]:
        yield
        act()

    if name in sys.modules:
        act()
    else:
        around_import(name, loading)
    return loading


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
        spec = found_by_others(self, name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


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
