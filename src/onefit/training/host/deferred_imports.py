"""Import Keras without what a training does not need; it is loaded when it is first used.

A quarter of Keras's import, and half where scikit-learn is installed, goes to modules that few
scripts use: sparse matrices of SciPy, kernels for TPUs and GPUs, HDF5, IPython, the applications,
the wrappers for scikit-learn, a second tree of Keras's names. While Keras is imported, these names
get modules that load themselves at their first use, from their own loaders: afterwards nothing is
different but the moment.

Rich, which draws the tables of `summary()`, would be next. But its import draws from `random`, from
which Keras's initialisers draw their seeds: a script that has seeded it would train other numbers.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from onefit.imports import ask_first, ask_no_more
from onefit.training.host.deferred_matplotlib import matplotlib_later
from onefit.training.host.deferred_pandas import pandas_later
from onefit.training.host.garbage import kept_for_good

_PALLAS = "jax.experimental.pallas"
_SPLASH = f"{_PALLAS}.ops.tpu.splash_attention"
DEFERRED = frozenset(
    {
        "IPython",
        "h5py",
        "jax.extend.pallas",
        "jaxlib.mosaic.python.mosaic_gpu",
        "jaxlib.mosaic.python.tpu",
        "keras._tf_keras",
        "keras._tf_keras.keras.wrappers",
        "keras.applications",
        "keras.wrappers",
        "psutil",
        "pygments",
        "pygments.formatters",
        "pygments.lexers",
        "scipy.sparse",
        "scipy.sparse.linalg",
        _PALLAS,
        f"{_PALLAS}.ops",
        f"{_PALLAS}.ops.tpu",
        _SPLASH,
        f"{_SPLASH}.splash_attention_kernel",
        f"{_SPLASH}.splash_attention_mask",
    }
)


_LOADING = threading.RLock()


@contextlib.contextmanager
def lean_imports() -> Iterator[None]:
    """While the block runs, the deferred names are not loaded by their import, and garbage stays.

    >>> with lean_imports():
    ...     import json
    """
    finder = _Finder()
    ask_first(finder)
    try:
        with kept_for_good(), pandas_later(), matplotlib_later():
            yield
    finally:
        ask_no_more(finder)


class Deferred(ModuleType):
    """A module that loads itself at the first use of one of its names."""

    _import_is_over = False  # Python asks a new module for names while it imports it

    def __getattr__(self, name: str) -> Any:
        """Load the module; but not for a submodule that is deferred itself."""
        full = f"{self.__name__}.{name}"
        # `unittest` and `inspect` ask every module in `sys.modules` for these two, which is no use
        # of it.
        asked_in_passing = not self._import_is_over or name in ("__warningregistry__", "__file__")
        if asked_in_passing or (full in DEFERRED and full not in sys.modules):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        _load(self)
        return getattr(self, name)

    def __dir__(self) -> list[str]:
        """Load the module and say what is in it."""
        _load(self)
        return dir(self)


def once_loaded(module: Deferred, act: Callable[[], None]) -> Callable[[], None]:
    """Have something done as soon as a deferred module is loaded.

    Args:
        module: The module.
        act: What is to be done.

    Returns:
        A function that calls it off.
    """
    waiting = _WAITING.setdefault(module.__name__, [])
    waiting.append(act)
    return lambda: waiting.remove(act) if act in waiting else None


_WAITING: dict[str, list[Callable[[], None]]] = {}


def loaded(module: ModuleType) -> ModuleType:
    """A module whose names may be read by `vars`, which loads no module that is deferred.

    Args:
        module: The module.

    Returns:
        The same, loaded now if it was not.

    >>> import json
    >>> loaded(json) is json
    True
    """
    _load(module)
    return module


def _load(module: ModuleType | None) -> None:
    """Load a deferred module now, its package first, as an import would."""
    with _LOADING:
        if type(module) is not Deferred:
            return
        _load(sys.modules.get(module.__name__.rpartition(".")[0]))
        if type(module) is Deferred:  # its package may have loaded it
            # Before its code runs: a name that the code looks for in its own module must not load
            # it again.
            object.__setattr__(module, "__class__", ModuleType)
            del module._import_is_over
            loader = module.__spec__.loader if module.__spec__ is not None else None
            if loader is not None:
                loader.exec_module(module)
            for act in _WAITING.pop(module.__name__, []):
                act()


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the deferred names where Python would, and gives them a loader that waits."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Take part only in the import of deferred names."""
        if name not in DEFERRED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        spec.loader = Waiting(spec.loader)
        return spec


class Waiting(importlib.abc.Loader):
    """Makes a module and leaves its loading to the module itself."""

    def __init__(self, loader: Any) -> None:
        """Keep the loader that will do it."""
        self.loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """An empty module of the right name."""
        return Deferred(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do not load it yet; give it back its own loader."""
        vars(module)["_import_is_over"] = True
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        module.__loader__ = self.loader
