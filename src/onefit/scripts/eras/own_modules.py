"""Import a script's own modules as the script itself is run: `syntax.adapted`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from types import CodeType, ModuleType

from onefit.scripts.eras.own_folders import absolute, of_path


class OwnModules:
    """Finds modules that stand beside a script or in its project, and leaves all others to Python.

    Args:
        folder: The script's folder.
    """

    def __init__(self, folder: str) -> None:
        """Look into the folder when a module is asked for."""
        self.folder = absolute(folder)

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
        origin = absolute(spec.origin)
        if any(origin.startswith(folder + os.sep) for folder in self._folders()):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
            return spec
        return None

    def _folders(self) -> tuple[str, ...]:
        """The script's folder, and what the script has put in `sys.path` by now."""
        return (self.folder, *of_path(tuple(sys.path)))

    def _may_have(self, fullname: str, path: Sequence[str] | None) -> bool:
        """Whether a module may be one of the script's; told by `path` where that is enough."""
        folders, name = self._folders(), fullname.partition(".")[0]
        if name == "onefit" or (
            path is not None and not any(absolute(place).startswith(folders) for place in path)
        ):
            return False
        firsts = (os.path.join(folder, name) for folder in folders)
        return any(os.path.isfile(f"{first}.py") or os.path.isdir(first) for first in firsts)


class _Loader(SourceFileLoader):
    """Reads a module from its source; the bytecode on the disk stays that of plain Python."""

    def get_code(self, fullname: str) -> CodeType:
        """The module's code, with what has gone made into what does the same."""
        from onefit.scripts.eras import syntax

        data = self.get_data(self.path)
        code: CodeType = self.source_to_code(data, self.path)
        return syntax.adapted(code, decode_source(data))
