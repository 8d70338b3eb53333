"""Names of files that a script keeps in variables: where they are assigned, they get new suffixes.

`path = "best.hdf5"` is rewritten once where all that saves to `path` wants the same suffix. What
else asks for such a file by its name of then is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from onefit.scripts.eras.rules.saving import WEIGHTS
from onefit.scripts.upgrade import endings
from onefit.scripts.upgrade.exports import Files
from onefit.scripts.upgrade.file_patterns import ASKING, GLOBS, Asked, Patterns, asked, old_name
from onefit.scripts.upgrade.kinds import MODEL, Kinds
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.saved_files import (
    VERBS,
    called,
    holds_weights,
    path_of,
    saved_files,
)
from onefit.scripts.upgrade.trained_files import trained_files

_READERS = ("load_weights", "load_model")
_MORE = ("endswith", "File", "isdir")
_TAKING = (
    "dirname", "basename", "abspath", "splitext", "join", "makedirs", "mkdir", "listdir", "str",
    "print", "format", "info", "system", "Path", "latest_checkpoint",
)  # fmt: skip
"""What else is done with the name of a file, and goes on with that of today."""


class FileNames:
    """The names of the files of models in a module.

    Args:
        module: The module, as its names were resolved.
        names: Its names.
        kinds: What its names hold.
        beside: The files that scripts beside it write and load.
    """

    def __init__(self, module: cst.Module, names: Names, kinds: Kinds, beside: Files) -> None:
        """Look at all calls that save or load."""
        self.held, self.kinds, self.names = names.assigned, kinds, names
        self.saved = saved_files(module, self.held) | beside.saved
        self.trained = trained_files(module, self.held) | beside.trained
        uses = _Uses(self)
        module.visit(uses)
        self.changeable = {
            name
            for name, wanted in uses.wanted.items()
            if name in uses.plain - uses.parts
            # Weights and whole models need two suffixes, and the name can hold one only.
            and len(wanted - {None}) < 2
            and "" not in wanted
            and uses.is_a_file_everywhere(name)
        }
        self.ends: dict[str, tuple[str, str]] = {}
        self.renamed = renamed_beside(beside)
        self.made: set[tuple[Any, str]] = set()  # scopes, and what is named while the script runs

    def is_file_call(self, node: cst.Call) -> bool:
        """Whether a call saves or loads a model or weights."""
        if called(node) not in (*VERBS, *_READERS):
            return False
        if self.names.keras(node.func) is not None:
            return True
        owner = node.func.value if isinstance(node.func, cst.Attribute) else None
        return owner is not None and self.kinds.kind(owner) == MODEL

    def is_of_models(self, node: cst.Call) -> bool:
        """Whether the folder that a call is given is one in which models write weights."""
        told = endings.text(node.args[0].value, self.held) if node.args else ""
        folder = told.removeprefix("./").rstrip("/")
        paths = (path.removeprefix("./") for path, is_of_weights in self.saved if is_of_weights)
        return bool(folder) and any(one.startswith(f"{folder}/") for one in paths)

    def written(self, module: cst.Module) -> cst.Module:
        """The upgraded module with new ends of the names that it holds or asks for."""
        made: Any = module.visit(_Ends(self.ends)) if self.ends else module
        made = made.visit(_Asked(self.patterns())) if self.renamed else made
        result: cst.Module = made
        return result

    def patterns(self) -> Patterns:
        """What looks for the files whose names have changed."""
        aliases = [
            name
            for name, full in self.names.imported.items()
            if full in ("glob.glob", "glob.iglob", "fnmatch.fnmatch")
        ]
        return Patterns(self.renamed, self.held, self.ends, aliases)

    def asked_by_old_names(self, module: cst.Module) -> Iterator[tuple[cst.CSTNode, str, bool]]:
        """What asks for files by their names of then, what to tell, and whether that was changed.

        Args:
            module: The module as it was parsed.
        """
        asking = _Asking(self, self.patterns())
        if self.renamed or self.made:
            module.visit(asking)
        yield from asking.found


def renamed_beside(beside: Files) -> dict[str, str]:
    """What files that scripts beside one write are called in Keras 3, by their names of then.

    Args:
        beside: The files.

    >>> renamed_beside(Files(frozenset({("w.hdf5", True), ("m.hdf5", False), ("n.h5", False)})))
    {'m.hdf5': 'm.h5', 'w.hdf5': 'w.weights.h5'}
    """
    found = {}
    for name, is_of_weights in sorted(beside.saved):
        bare = name.removesuffix(".hdf5").removesuffix(".h5")
        # Keras 3 goes on with no training from HDF5: `trained_files.py`.
        suffix = ".keras" if name in beside.trained else ".h5"
        new = bare + (WEIGHTS if is_of_weights else suffix)
        is_of_hdf5 = bare != name and not name.endswith(WEIGHTS)
        # Where weights and a whole model have one name, it does not tell which of both is asked
        # for.
        if is_of_hdf5 and new != name and (name, not is_of_weights) not in beside.saved:
            found[name] = new
    return found


class _Uses(cst.CSTVisitor):
    """What the names that hold files' names are used for."""

    def __init__(self, files: FileNames) -> None:
        self.files = files
        self.wanted: dict[str, set[bool | str | None]] = {}
        self.parts: set[str] = set()  # names in the middle of a file's name
        self.plain: set[str] = set()  # names that are assigned alone
        self.named: dict[str, set[cst.CSTNode]] = {}
        self.of_files: set[cst.CSTNode] = set()
        self.compared: set[cst.CSTNode] = set()

    def is_a_file_everywhere(self, name: str) -> bool:
        """Whether a name is given to nothing but what takes files, and not looked at as a word."""
        uses = self.named[name]
        # The one use more is the assignment.
        return len(uses & self.of_files) + 1 == len(uses) and not uses & self.compared

    def visit_Name(self, node: cst.Name) -> None:
        self.named.setdefault(node.value, set()).add(node)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.compared.update(_names(node))

    def visit_Assign(self, node: cst.Assign) -> None:
        if len(node.targets) == 1 and isinstance(node.targets[0].target, cst.Name):
            name = node.targets[0].target.value
            self.plain |= {name} & self.files.held.keys()

    def visit_Call(self, node: cst.Call) -> None:
        is_file_call = self.files.is_file_call(node)
        if is_file_call or called(node) in (*ASKING, *GLOBS, *_MORE, *_TAKING):
            receiver = [node.func] if called(node) == "format" else []
            parts = [*receiver, *(one.value for one in node.args)]
            self.of_files.update(name for one in parts for name in _names(one))
        path = path_of(node) if is_file_call else None
        if path is None:
            return
        holder, _ = endings.last(path, self.files.held)
        self.parts |= {one.value for one in _names(path)} - {holder}
        if holder:
            is_read = called(node) in _READERS
            told: bool | str | None = None if is_read else holds_weights(node)
            self.wanted.setdefault(holder, set()).add("" if told is None and not is_read else told)


def _names(node: cst.CSTNode) -> list[cst.Name]:
    """The names in an expression."""
    if isinstance(node, cst.Name):
        return [node]
    if isinstance(node, cst.Attribute | cst.Arg):
        return _names(node.value)
    return [name for one in node.children for name in _names(one)]


class _Ends(cst.CSTTransformer):
    """Gives the values of names new ends."""

    def __init__(self, ends: dict[str, tuple[str, str]]) -> None:
        self.ends = ends

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        target = updated_node.targets[0].target
        if len(updated_node.targets) != 1 or not isinstance(target, cst.Name):
            return updated_node
        if target.value not in self.ends:
            return updated_node
        value = endings.with_end(updated_node.value, *self.ends[target.value])
        return updated_node.with_changes(value=value)


class _Asked(cst.CSTTransformer):
    """Has calls ask for files by their names of today."""

    def __init__(self, patterns: Patterns) -> None:
        self.patterns = patterns

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        changed: Any = updated_node
        for one in asked(updated_node):
            found = self.patterns.of_argument(updated_node, one)
            if found.after:
                changed = changed.deep_replace(
                    one, endings.with_end(one, found.before, found.after)
                )
        made: cst.Call = changed
        return made


class _Asking(cst.CSTVisitor):
    """What asks for files beside the calls that save and load: `os.path.exists("best.hdf5")`."""

    def __init__(self, files: FileNames, patterns: Patterns) -> None:
        self.files, self.patterns = files, patterns
        self.found: list[tuple[cst.CSTNode, str, bool]] = []

    def visit_Call(self, node: cst.Call) -> None:
        scope = self.files.names.scopes.get(node)
        if self.files.is_file_call(node):
            self._read(node, scope)
            return
        for one in asked(node):
            code = cst.Module([]).code_for_node(one)
            found: Asked = self.patterns.of_argument(node, one)
            if found.after:
                told = f"{code} asks for the files by their names of today"
                self.found.append((node, told, True))
            elif found.told or ((scope, code) in self.files.made and called(node) in ASKING):
                self.found.append((node, found.told or old_name(code), False))
        self.found += [(node, told, False) for told in self.patterns.of_text(node)]

    def _read(self, node: cst.Call, scope: Any) -> None:
        """What loads weights from a file that a whole model was saved to."""
        path = path_of(node) if called(node) in _READERS else None
        if path is None or endings.text(path, self.files.held) in self.files.renamed:
            return
        code = cst.Module([]).code_for_node(path)
        if (scope, code) not in self.files.made and self.patterns.of_argument(node, path).after:
            told = f"{code} asks for the files by their names of today"
            self.found.append((node, told, True))

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.found += [(node, told, False) for told in self.patterns.of_comparison(node)]
