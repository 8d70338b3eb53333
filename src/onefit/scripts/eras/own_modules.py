"""Import the modules of a script's own folder as the script itself is run: `syntax.adapted`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from types import CodeType, ModuleType


class OwnModules:
    """Finds modules that stand beside a script, and leaves all others to Python.

    Args:
        folder: The script's folder.
    """

    def __init__(self, folder: str) -> None:
        """Look into the folder when a module is asked for."""
        self.folder = os.path.abspath(folder)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for a module of the folder that has a source; None for all others."""
        if not self._may_have(fullname, path):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        # Compiled modules and packages without an `__init__.py` have no source to adapt.
        if spec is None or type(spec.loader) is not SourceFileLoader or not spec.origin:
            return None
        if os.path.abspath(spec.origin).startswith(self.folder + os.sep):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
            return spec
        return None

    def _may_have(self, fullname: str, path: Sequence[str] | None) -> bool:
        """Whether a module may be one of the folder; told by `path` where that is enough."""
        if path is not None and not any(
            os.path.abspath(place).startswith(self.folder) for place in path
        ):
            return False
        first = os.path.join(self.folder, fullname.partition(".")[0])
        return os.path.isfile(f"{first}.py") or os.path.isdir(first)


class _Loader(SourceFileLoader):
    """Reads a module from its source; the bytecode on the disk stays that of plain Python."""

    def get_code(self, fullname: str) -> CodeType:
        """The module's code, with what has gone made into what does the same."""
        from onefit.scripts.eras import syntax

        data = self.get_data(self.path)
        code: CodeType = self.source_to_code(data, self.path)
        return syntax.adapted(code, decode_source(data))
