"""How an upgraded source names something of Keras's, and which imports that takes."""

from __future__ import annotations

import sys

import libcst as cst

from onefit.scripts.upgrade.names import Names

ROOMS = ("keras.ops",)
"""Modules whose names are written with the module's name before them: `ops.mean`.

`keras.random` is written out: `random` is Python's.
"""
_SHORT = {"numpy": "np"}


class References:
    """Names for full names of Keras 3, and the imports that they need.

    Args:
        names: The names of the source.
        bindings: What the source's own imports will bind once they are rewritten, by full name.
    """

    def __init__(self, names: Names, bindings: dict[str, str]) -> None:
        """Nothing is needed yet."""
        self.names, self.bindings = names, bindings
        self.needed: dict[str, str] = {}

    def refer(self, full: str) -> cst.BaseExpression:
        """The expression for a full name, by a name that the source has already if there is one.

        Args:
            full: A full name, `"keras.utils.to_categorical"` for example.
        """
        module, _, leaf = full.rpartition(".")
        if full in self.bindings:
            return _dotted(self.bindings[full])
        if not module:  # a library as a whole, which is imported, or a name of Python's own
            is_library = full == "numpy" or full in sys.stdlib_module_names
            return cst.Name(self._need(full, _SHORT.get(full, full)) if is_library else full)
        if module in self.bindings:
            return _dotted(f"{self.bindings[module]}.{leaf}")
        if "keras" in self.bindings and full.startswith("keras."):
            return _dotted(f"{self.bindings['keras']}{full[5:]}")
        if module == "numpy":
            return _dotted(f"{self._need(module, _SHORT[module])}.{leaf}")
        room = module.rpartition(".")[2]
        if module in ROOMS and self._is_free(room):
            return _dotted(f"{self._need(module, room)}.{leaf}")
        if module in (*ROOMS, "keras.random"):
            return _dotted(f"{self._need('keras', 'keras')}{full[5:]}")
        if self._is_free(leaf):
            return cst.Name(self._need(full, leaf))
        return _dotted(f"{self._need('keras', 'keras')}{full[5:]}")

    def rooted(self, full: str) -> cst.BaseExpression:
        """The expression for a full name with all its parts, where `keras` can be imported."""
        if "keras" not in self.bindings and not self._is_free("keras"):
            return self.refer(full)
        root = self.bindings.get("keras") or self._need("keras", "keras")
        return _dotted(f"{root}{full[5:]}")

    def _is_free(self, name: str) -> bool:
        return name not in self.names.written

    def _need(self, full: str, name: str) -> str:
        self.needed[full] = self.bindings[full] = name
        return name

    def statements(self) -> list[cst.SimpleStatementLine]:
        """The imports that are needed beside the source's own."""
        return [import_of(full, name) for full, name in self.needed.items()]


def import_of(full: str, name: str) -> cst.SimpleStatementLine:
    """The statement that imports something under a name.

    >>> cst.Module([import_of("keras.ops", "ops")]).code.strip()
    'from keras import ops'
    >>> cst.Module([import_of("numpy", "np")]).code.strip()
    'import numpy as np'
    """
    module, _, leaf = full.rpartition(".")
    alias = "" if leaf == name else f" as {name}"
    code = f"from {module} import {leaf}{alias}" if module else f"import {full}{alias}"
    return cst.ensure_type(cst.parse_statement(code), cst.SimpleStatementLine)


def _dotted(name: str) -> cst.BaseExpression:
    return cst.parse_expression(name)
