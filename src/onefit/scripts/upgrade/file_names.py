"""Names of files that a script keeps in variables: where they are assigned, they get new suffixes.

`path = "best.hdf5"` is rewritten once where all that saves to `path` wants the same suffix. What
else asks for such a file by its name of then is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from onefit.scripts.upgrade import endings
from onefit.scripts.upgrade.exports import Files
from onefit.scripts.upgrade.kinds import MODEL, Kinds
from onefit.scripts.upgrade.literals import read
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
_ASKING = frozenset({
    "exists", "isfile", "lexists", "stat", "getsize", "getmtime", "remove", "unlink", "copy",
    "copyfile", "move", "rename", "open", "File", "glob", "iglob", "endswith", "download",
})  # fmt: skip
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
            and len(wanted - {None}) < 2
            and "" not in wanted
            and uses.is_a_file_everywhere(name)
        }
        self.ends: dict[str, tuple[str, str]] = {}
        self.renamed: dict[str, str] = {}
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
        """The upgraded module with new ends of the names that its variables hold."""
        made: Any = module.visit(_Ends(self.ends)) if self.ends else module
        result: cst.Module = made
        return result

    def asked_by_old_names(self, module: cst.Module) -> Iterator[tuple[cst.Call, str]]:
        """The calls that ask for a file by its name of then, and that name.

        Args:
            module: The module as it was parsed.
        """
        asking = _Asking(self)
        if self.renamed or self.made:
            module.visit(asking)
        yield from asking.found


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
        if is_file_call or called(node) in (*_ASKING, *_TAKING):
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


class _Asking(cst.CSTVisitor):
    """Calls beside those that save and load: `os.path.exists("best.hdf5")`."""

    def __init__(self, files: FileNames) -> None:
        self.files = files
        self.found: list[tuple[cst.Call, str]] = []
        self.suffixes = {
            one for one in (".hdf5", ".h5") for old in files.renamed if old.endswith(one)
        }

    def visit_Call(self, node: cst.Call) -> None:
        if called(node) not in _ASKING or self.files.is_file_call(node):
            return
        scope = self.files.names.scopes.get(node)
        for one in node.args:
            code = cst.Module([]).code_for_node(one.value)
            text = read(one.value)
            is_pattern = called(node) in ("glob", "iglob", "endswith")
            is_of_then = isinstance(text, str) and (
                text in self.files.renamed or (is_pattern and text.endswith(tuple(self.suffixes)))
            )
            if is_of_then or (scope, code) in self.files.made:
                self.found.append((node, code))
