"""Be ready for a script's era before the script imports Keras, and take it back."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from onefit.scripts.eras.era import Era
from onefit.scripts.patches import Patches


def activate(era: Era) -> None:
    """Put an era in force in this process. Nothing happens for Keras 3.

    Args:
        era: The script's era.
    """
    if not era.is_old:
        return
    from onefit.scripts.eras.old_modules import OldModules

    patches = Patches()
    moments: dict[str, Callable[[], None]] = {
        "keras": lambda: _install(era, patches),
        "tensorflow.keras": lambda: _offer_modules(patches),
        "tensorflow.keras.backend": lambda: _install_backend(patches),
    }
    finders: list[Any] = [_WhenImported(moments), OldModules()]
    sys.meta_path[:0] = finders
    _active.append((patches, finders))
    for name, act in moments.items():
        if name in sys.modules:
            act()


def deactivate() -> None:
    """Undo `activate`. Idempotent."""
    while _active:
        patches, finders = _active.pop()
        sys.meta_path[:] = [one for one in sys.meta_path if one not in finders]
        patches.undo()


def is_active() -> bool:
    """Whether an era is in force.

    >>> is_active()
    False
    """
    return bool(_active)


_active: list[tuple[Patches, list[Any]]] = []


def _install(era: Era, patches: Patches) -> None:
    from onefit.scripts.eras import installation

    installation.install(era, patches)


def _offer_modules(patches: Patches) -> None:
    from onefit.scripts.eras.lazy import offer

    offer(sys.modules["tensorflow.keras"], {}, patches)


def _install_backend(patches: Patches) -> None:
    from onefit.scripts.eras import installation

    installation.install_backend(patches)


class _WhenImported:
    """Lets others find modules, and acts once each of them is loaded.

    Args:
        moments: What to do after the import of which module.
    """

    def __init__(self, moments: dict[str, Callable[[], None]]) -> None:
        self.moments = moments
        self.asking: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Ask the other finders, and wrap the loader that they give."""
        if name not in self.moments or name in self.asking:
            return None
        self.asking.add(name)
        try:
            for finder in [one for one in sys.meta_path if one is not self]:
                spec = finder.find_spec(name, path, target)
                if spec is not None and spec.loader is not None:
                    spec.loader = _Loader(spec.loader, self.moments[name])  # type: ignore[assignment]
                    return spec
        finally:
            self.asking.discard(name)
        return None


class _Loader:
    """Loads a module as its own loader does, then acts."""

    def __init__(self, loader: Any, act: Callable[[], None]) -> None:
        self.loader, self.act = loader, act

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """As its own loader does."""
        module: ModuleType | None = self.loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """As its own loader does; then act."""
        self.loader.exec_module(module)
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        module.__loader__ = self.loader
        self.act()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)
