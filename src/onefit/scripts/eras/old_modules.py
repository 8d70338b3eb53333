"""Import modules that moved: `from keras.layers.core import Dense`."""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from onefit.scripts.eras import telling
from onefit.scripts.eras.clues import MODULES_TODAY, ROOTS
from onefit.scripts.eras.lazy import elsewhere
from onefit.scripts.eras.rules.modules import MODULES
from onefit.scripts.patches import Patches
from onefit.training.host.deferred_imports import Waiting, loaded

_ROOM = "onefit.scripts.eras.stand_ins"
_OURS = {
    "initializations": "initializations",
    "legacy.interfaces": "interfaces",
    "wrappers.scikit_learn": "scikit_learn",
}
"""Modules that are stand-ins as a whole."""
_OF_KERAS1 = {"wrappers.scikit_learn": "keras1_scikit_learn"}
"""Those that Keras 1 had otherwise."""
_LOADED = {"optimizers.legacy": "legacy_optimizers"}
"""Those that Keras 3 loads itself, and whose names it refuses when they are called."""


def replace_loaded(patches: Patches) -> None:
    """Put our modules in the place of those that Keras has loaded.

    Args:
        patches: Where what is replaced is noted.
    """
    for path, ours in _LOADED.items():
        module = importlib.import_module(f"{_ROOM}.{ours}")
        above, _, name = path.rpartition(".")
        for root in ("keras", "keras._tf_keras.keras"):
            if f"{root}.{above}" in sys.modules:
                # In both places: `from keras.optimizers import legacy` asks the module above, and
                # `import keras.optimizers.legacy` asks `sys.modules`.
                patches.put(sys.modules[f"{root}.{above}"], name, module)
                patches.put(sys.modules, f"{root}.{path}", module)


class OldModules:
    """Finds modules of Keras 1 and 2, and answers with what Keras 3 has of them.

    Args:
        era: The name of the script's era.
    """

    def __init__(self, era: str) -> None:
        """Know which modules are stand-ins in the era."""
        self.ours = {**_OURS, **(_OF_KERAS1 if era == "keras1" else {})}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A spec for a module that moved; None for all others."""
        # Python imports `tensorflow.python` before it asks for `tensorflow.python.keras`.
        if fullname in _ABOVE:
            return _spec(fullname)
        for root in ROOTS:
            if fullname == root or fullname.startswith(f"{root}."):
                rest = fullname[len(root) + 1 :]
                return self._spec(fullname, root, rest)
        return None

    def unload(self) -> None:
        """Take the modules that were found out of `sys.modules`, and out of those above them."""
        found = [
            name
            for name, module in list(sys.modules.items())
            if isinstance(getattr(getattr(module, "__spec__", None), "loader", None), _Loader)
        ]
        for fullname in found:
            module = sys.modules.pop(fullname)
            above, _, name = fullname.rpartition(".")
            if vars(sys.modules.get(above, module)).get(name) is module:
                delattr(sys.modules[above], name)

    def _spec(self, fullname: str, root: str, rest: str) -> Any:
        if root in _WHOLE and rest not in MODULES:  # tensorflow.python.keras is tensorflow.keras
            target = f"tensorflow.keras.{rest}" if rest else "tensorflow.keras"
            return _spec(fullname, target)
        if rest not in MODULES:
            return None
        base = "keras" if root == "keras" else "tensorflow.keras"
        if rest in self.ours:
            return _spec(fullname, f"{_ROOM}.{self.ours[rest]}")
        if rest in _LOADED and root != "keras":
            return _spec(fullname, f"{_ROOM}.{_LOADED[rest]}")
        spec = _spec(fullname, *(_full(base, one) for one in MODULES[rest]))
        if root == "keras" and rest in MODULES_TODAY:
            # Keras 3 imports its own when it is imported. What stands for it then would load the
            # modules of `tf.keras`, so that waits until a script uses it.
            spec.loader = Waiting(spec.loader)
        return spec


_TODAY = frozenset(f"keras.{name}" for name in MODULES_TODAY)
_WHOLE = ("tensorflow.python.keras", "tensorflow.contrib.keras")
_ABOVE = ("tensorflow.python", "tensorflow.contrib")


def _spec(fullname: str, *sources: str) -> importlib.machinery.ModuleSpec:
    loader: Any = _Loader(sources)
    # Python looks for `keras.legacy.interfaces` only if `keras.legacy` is a package.
    return importlib.machinery.ModuleSpec(fullname, loader, is_package=True)


def _full(base: str, name: str) -> str:
    if name.startswith("_tf_keras."):
        return f"keras.{name}"
    if name.startswith("legacy."):
        return f"keras.src.{name}"
    return f"{base}.{name}" if name else base


class _Loader:
    """Loads a module that has the names of others."""

    def __init__(self, sources: tuple[str, ...]) -> None:
        self.sources = sources

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Leave it to Python."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the names of the others."""
        homes = [loaded(importlib.import_module(name)) for name in self.sources]
        stars: set[str] = set()
        # The first source has the last word.
        for home in reversed(homes):
            offered = getattr(vars(home).get("__getattr__"), "offered", ())
            for name in offered:  # made when it is asked for, and before any other's
                vars(module).pop(name, None)
            # `__name__`, `__spec__` and `__path__` stay the module's own: Python finds it by them.
            vars(module).update({n: v for n, v in vars(home).items() if n[:2] != "__"})
            stars |= set(getattr(home, "__all__", ()) or [n for n in vars(home) if n[0] != "_"])
        vars(module)["__all__"] = sorted(stars)

        def __getattr__(name: str) -> Any:
            for home in homes:
                if hasattr(home, name):
                    return getattr(home, name)
            found = elsewhere(name)
            if found is not None:
                return found
            told = f"module {module.__name__!r} has no attribute {name!r}"
            raise AttributeError(
                f"{told}; Keras 3 has nothing of that name (onefit findings OF204)"
            ) from None

        module.__getattr__ = __getattr__  # type: ignore[method-assign]
        if self.sources and module.__name__ not in _TODAY:
            telling.note("OF201", f"{module.__name__} moved")
