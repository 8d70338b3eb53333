"""Give the name `tensorflow` to the stand-in, for the script's own imports and for no others.

A library that looks whether TensorFlow is there (`try: import tensorflow`) must not find the
stand-in and believe it. So it is given to code outside of the installed libraries only, and only
where no TensorFlow is installed. A folder of data of that name, which Python would take for a
package without a file, is none.
"""

from __future__ import annotations

import importlib
import os
import sys
import sysconfig
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any

from onefit.imports import ask_first, ask_last, ask_no_more, found_by_others, is_asked

STAND_IN = "onefit.scripts.tensorflow"
MODULES = ("data", "data.experimental", "dtypes", "errors", "keras", "keras.backend", "math")
LATER = (  # loaded when they are asked for
    *("audio", "autograph", "bitwise", "compat", "compat.v1", "config", "debugging", "distribute"),
    *("image", "io", "linalg", "lookup", "nest", "nn", "ragged", "random", "saved_model", "sets"),
    *("python", "signal", "sparse", "strings", "summary", "test", "train"),
)
KERAS = "keras._tf_keras.keras"
# TensorFlow keeps these too, as other names for parts of tf.keras.
OF_KERAS = frozenset(["initializers", "losses", "metrics", "optimizers"])
_OF_DEPRECATION = ("deprecation", "deprecation_wrapper", "module_wrapper")
# Modules of TensorFlow 1, and what has their names.
OF_1 = {
    "compat.v1.keras": "tensorflow.keras",
    **dict.fromkeys(["compat.v1.logging", "logging"], f"{STAND_IN}.compat.logging"),
    "python.client.device_lib": f"{STAND_IN}.compat.device_lib",
    "python.util.tf_export": f"{STAND_IN}.compat.exports",
    **{f"python.util.{one}": f"{STAND_IN}.compat.deprecation" for one in _OF_DEPRECATION},
}
# `from tensorflow.keras.backend import gradients` looks for a module too.
OF_ITS_GRAPH = ("keras.backend.ctc_label_dense_to_sparse", "keras.backend.gradients")


def provide() -> None:
    """Let scripts import `tensorflow` where TensorFlow is not installed. Idempotent.

    >>> provide()
    >>> withdraw()
    """
    ask_first(_first)
    ask_last(_finder)


def is_provided() -> bool:
    """Whether the stand-in would answer an import of `tensorflow`: none is installed.

    >>> is_provided()
    False
    """
    return is_asked(_finder) and not _is_installed()


def _is_installed() -> bool:
    """Whether there is a module `tensorflow`, and not only a folder of that name."""
    spec = found_by_others(_first, "tensorflow")
    return spec is not None and spec.origin is not None


def withdraw() -> None:
    """Undo `provide` for the imports to come. Idempotent."""
    ask_no_more(_first)
    ask_no_more(_finder)
    installation = sys.modules.get(f"{STAND_IN}.installation")
    if installation is not None:
        installation.uninstall()
    for name, module in list(sys.modules.items()):
        if isinstance(getattr(module, "__loader__", None), (_Copy, _Private)):
            del sys.modules[name]


class _First:
    """Finds the name itself, before Python takes a folder of data for it."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        # Who asks matters here alone: Python imports the name before any module below it.
        if fullname != "tensorflow" or asked_by_a_library() or _is_installed():
            return None
        loader: Any = _Copy(STAND_IN)
        return ModuleSpec(fullname, loader, is_package=True)


class _Finder:
    """Finds the modules below it, where no translation of an old name has found them."""

    # No base class: importlib.abc takes a tenth of what the start may take.
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        room, _, name = fullname.partition(".")
        if room != "tensorflow" or not name:
            return None
        private = name.removeprefix("python.")
        is_private = private != name and name not in OF_1 and _is_private_module(private)
        loader: Any = _Private(private) if is_private else _Copy(_source(name))
        return ModuleSpec(fullname, loader, is_package=True)


def _is_private_module(name: str) -> bool:
    from onefit.scripts.tensorflow.private_modules import is_known

    return is_known(name)


def _source(name: str) -> str:
    """The module whose names `tensorflow.NAME` has."""
    if not name:
        return STAND_IN
    if name == "compat.v2" or name.startswith("compat.v2."):  # TensorFlow 2 by its whole name
        return _source(name[len("compat.v2.") :])
    if name in ("python", "python.client", "python.util"):
        return f"{STAND_IN}.compat.deprecation"
    if name in MODULES or name in LATER:
        return f"{STAND_IN}.{name}"
    for old, new in OF_1.items():
        if name == old or name.startswith(f"{old}."):
            return new + name[len(old) :]
    first, dot, rest = name.partition(".")
    if first == "keras" and name not in OF_ITS_GRAPH:
        return KERAS + dot + rest
    if first in OF_KERAS:
        return f"{KERAS}.{name}"
    from onefit.scripts.tensorflow.missing import refuse_module

    refuse_module(f"tensorflow.{name}")


class _Copy:
    """Loads a module that has another's names: two names of one module object confuse Python."""

    def __init__(self, source: str) -> None:
        self.source = source

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to Python."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Copy the names."""
        if self.source == STAND_IN:
            _import_keras()
        try:
            source = _shared(self.source) or importlib.import_module(self.source)
        except ModuleNotFoundError as error:
            if error.name != self.source:
                raise
            told = f"No module named {module.__name__!r}"
            raise ModuleNotFoundError(told, name=module.__name__) from None
        from onefit.scripts.tensorflow.visible import visible
        from onefit.training.host.deferred_imports import loaded

        own = {name: getattr(module, name) for name in _OWN}
        vars(module).update(visible(loaded(source)))
        vars(module).update(own)
        if self.source == STAND_IN:
            importlib.import_module(f"{STAND_IN}.installation").install()
            vars(module)["__getattr__"] = _loading(module.__name__, source.__getattr__)
            for name in MODULES:
                importlib.import_module(f"{module.__name__}.{name}")


class _Private:
    """Loads a module of `tensorflow.python`, whose names are looked for when they are asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to Python."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Let it find its names."""
        from onefit.scripts.tensorflow.private_modules import names_in

        vars(module)["__getattr__"] = names_in(self.name)


def _import_keras() -> None:
    """Import Keras itself where the script's folder has a file `keras.py`.

    TensorFlow needs no Keras for its name, so that a script beside such a file runs.
    """
    before = sys.path[:]
    if "keras" in sys.modules or not (
        before and os.path.isfile(os.path.join(before[0], "keras.py"))
    ):
        return
    del sys.path[0]
    try:
        importlib.import_module("keras")
    finally:
        sys.path[:] = before


def _loading(room: str, otherwise: Callable[[str], Any]) -> Callable[[str], Any]:
    """What a module does for a name that it lacks: it may be a module that is not loaded yet."""

    def __getattr__(name: str) -> Any:
        return importlib.import_module(f"{room}.{name}") if name in LATER else otherwise(name)

    return __getattr__


def _shared(name: str) -> ModuleType | None:
    """A module that `tf.keras` shares with `keras`: its own file would be a second copy of it."""
    if not name.startswith(f"{KERAS}."):
        return None
    found: object = importlib.import_module(KERAS)
    for part in name[len(KERAS) + 1 :].split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, ModuleType) else None


_OWN = ("__name__", "__loader__", "__package__", "__path__", "__spec__")
_first, _finder = _First(), _Finder()


def asked_by_a_library() -> bool:
    """Whether the import under way is one of a library, and not of the script."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _imports(frame):
        frame = frame.f_back
    return frame is not None and not _is_of_the_script(frame) and _is_library(frame)


def _imports(frame: FrameType) -> bool:
    """Whether a frame is a part of the import, and not what asked for it."""
    is_pythons = frame.f_code.co_filename.startswith(("<frozen importlib", _IMPORTLIB))
    return is_pythons or frame.f_globals.get("__name__") in _FINDERS


_OF_K_TF = ("onefit.scripts.eras.lazy", "onefit.scripts.eras.stand_ins.backend_modules")
_FINDERS = (
    *(__name__, "onefit.imports", "onefit.scripts.shell", "onefit.scripts.answered_modules"),
    *_OF_K_TF,
)


def _is_of_the_script(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    package = getattr(getattr(sys.modules.get("__main__"), "__spec__", None), "parent", None)
    return name == "__main__" or bool(package and f"{name}.".startswith(f"{package}."))


def _is_library(frame: FrameType) -> bool:
    folder = os.path.dirname(os.path.abspath(frame.f_code.co_filename)) + os.sep
    if folder.startswith((_STANDARD, _home_of_keras())):
        return True
    return "site-packages" in folder.split(os.sep) or "dist-packages" in folder.split(os.sep)


def _home_of_keras() -> str:
    """Keras's own folder, which `pip install --target` puts anywhere."""
    found = getattr(sys.modules.get("keras"), "__file__", None)
    return os.path.dirname(os.path.abspath(found)) + os.sep if found else _STANDARD


_STANDARD = sysconfig.get_path("stdlib") + os.sep
_IMPORTLIB = os.path.dirname(importlib.__file__) + os.sep
