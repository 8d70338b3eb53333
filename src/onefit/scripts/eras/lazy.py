"""Names of a module that are made when a script asks for them."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from onefit.scripts.eras import telling
from onefit.scripts.eras.rules.modules import MODULES
from onefit.scripts.patches import Patches

_ELSEWHERE = ("layers", "models", "utils", "regularizers", "constraints", "callbacks")


def elsewhere(name: str) -> Any:
    """A name that some file of an old Keras had imported for itself: `keras.models.Merge`.

    Args:
        name: The name, as it stood in any module of Keras.

    Returns:
        What Keras has of that name; `None` if it has nothing.
    """
    # Python itself asks modules for `__path__` and the like, which is to load nothing.
    if name[:1] in ("", "_") or _asked:
        return None
    if name in MODULES:  # a module of Keras itself: `keras.layers.initializations`
        return importlib.import_module(f"keras.{name}")
    _asked.append(name)  # those modules ask here in their turn
    try:
        homes = (importlib.import_module(f"keras.{room}") for room in _ELSEWHERE)
        return next((getattr(home, name) for home in homes if hasattr(home, name)), None)
    finally:
        _asked.remove(name)


_asked: list[str] = []


def _rooted(module: str) -> tuple[str, str]:
    """The package of a module as scripts name it, and the rest of its name.

    >>> _rooted("keras._tf_keras.keras.layers"), _rooted("keras.utils")
    (('tensorflow.keras', 'layers'), ('keras', 'utils'))
    """
    for root, shown in _ROOTS.items():
        if module == root or module.startswith(f"{root}."):
            return shown, module[len(root) + 1 :]
    return module, ""


_ROOTS = {
    "keras._tf_keras.keras": "tensorflow.keras",
    "tensorflow.keras": "tensorflow.keras",
    "keras": "keras",
}


_OF_TENSORS = tuple(
    f"onefit.scripts.eras.stand_ins.{name}" for name in ("backend", "keras1_backend")
)
"""Their functions give tensors, which Keras's layers then have to take."""

keeps_expressions = False
"""Whether they give expressions of variables, see `stand_ins/expressions.py`."""


def _of_twin(module: str, name: str) -> Any:
    """What `keras` has of a name that `tf.keras` has not, such as `losses.mean_squared_error`."""
    path = module.partition("_tf_keras.keras.")[2]
    twin = sys.modules.get(f"keras.{path}") if path else None
    return None if twin is None else vars(twin).get(name)


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
            if home in _OF_TENSORS:
                importlib.import_module("onefit.scripts.tensorflow.installation").install()
            found = getattr(importlib.import_module(home), part)
            if keeps_expressions and home in _OF_TENSORS:
                from onefit.scripts.eras.stand_ins import expressions

                found = expressions.of_variables(part, found)
            return found
        root, path = _rooted(module.__name__)
        # A module that has gone may be asked for as an attribute, without an import of its own:
        # `keras.layers.core.Dense`.
        if (f"{path}.{name}" if path else name) in MODULES:
            return importlib.import_module(".".join(one for one in (root, path, name) if one))
        if before is not None:
            return before(name)
        found = _of_twin(module.__name__, name) or elsewhere(name)
        if found is not None:
            return found
        told = f"module {module.__name__!r} has no attribute {name!r}"
        raise AttributeError(f"{told}; Keras 3 has nothing of that name (onefit findings OF204)")

    __getattr__.offered = tuple(names)  # type: ignore[attr-defined]
    patches.put(module, "__getattr__", __getattr__)
    told_before = vars(module).get("__dir__")

    def __dir__() -> list[str]:
        known = vars(module) if told_before is None else told_before()
        return sorted({*known, *names})

    patches.put(module, "__dir__", __dir__)
