"""Names of a module that are made when a script asks for them."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from onefit.scripts.eras import telling
from onefit.scripts.eras.patches import Patches
from onefit.scripts.eras.rules.modules import MODULES


def offer(module: ModuleType, names: dict[str, tuple[str, str]], patches: Patches) -> None:
    """Let a module have names that are imported at their first use.

    Args:
        module: The module.
        names: For each name, where it is, as `"module:name"`, and the code of its page.
        patches: Where what is replaced is noted.
    """
    before = vars(module).get("__getattr__")

    def __getattr__(name: str) -> Any:
        if name in names:
            source, code = names[name]
            home, _, part = source.partition(":")
            telling.note(code, f"{name} of {module.__name__}")
            return getattr(importlib.import_module(home), part)
        path = module.__name__.partition(".")[2]
        if (f"{path}.{name}" if path else name) in MODULES:
            return importlib.import_module(f"{module.__name__}.{name}")
        if before is not None:
            return before(name)
        told = f"module {module.__name__!r} has no attribute {name!r}"
        raise AttributeError(f"{told}; Keras 3 has nothing of that name (onefit findings OF204)")

    patches.put(module, "__getattr__", __getattr__)
