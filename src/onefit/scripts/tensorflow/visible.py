"""Which names of a file here scripts see: what it defines, not what it imports for itself."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

ROOM = __name__.rpartition(".")[0]
OURS = (f"{ROOM}.given", f"{ROOM}.missing")


def visible(module: ModuleType) -> dict[str, Any]:
    """The names of a module of the stand-in that TensorFlow's module has.

    Args:
        module: A module of the stand-in, or any other, of which all is visible.

    Returns:
        Its functions and classes, and the names in its `ALSO`.

    >>> from onefit.scripts.tensorflow import nn
    >>> "relu" in visible(nn), "Any" in visible(nn), "ops" in visible(nn)
    (True, False, False)
    """
    if not module.__name__.startswith(ROOM):
        return vars(module)
    also = {
        "__doc__",
        "__file__",
        "__version__",
        "__getattr__",
        *getattr(module, "ALSO", "").split(),
    }
    return {
        name: part
        for name, part in vars(module).items()
        if name in also or (name[0] != "_" and _is_ours(part))
    }


def defined(*modules: ModuleType) -> dict[str, Any]:
    """The functions that modules define for scripts.

    Args:
        *modules: Modules of the stand-in.

    Returns:
        Their functions by name.

    >>> from onefit.scripts.tensorflow.math import norms
    >>> "softmax" in defined(norms), "tensor" in defined(norms)
    (True, False)
    """
    return {
        name: part
        for module in modules
        for name, part in vars(module).items()
        if name[0] != "_" and inspect.isroutine(part) and part.__module__ == module.__name__
    }


_KEPT = ("__doc__", "__file__", "__version__", "__getattr__")


def _is_ours(part: Any) -> bool:
    home = str(getattr(part, "__module__", ""))
    return inspect.isroutine(part) | inspect.isclass(part) and (
        home.startswith(ROOM) and home not in OURS
    )
