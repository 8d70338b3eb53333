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
    also = {"__doc__", "__version__", "__getattr__", *getattr(module, "ALSO", "").split()}
    return {
        name: part
        for name, part in vars(module).items()
        if name in also or (name[0] != "_" and _is_ours(part))
    }


def _is_ours(part: Any) -> bool:
    home = str(getattr(part, "__module__", ""))
    return inspect.isroutine(part) | inspect.isclass(part) and (
        home.startswith(ROOM) and home not in OURS
    )
