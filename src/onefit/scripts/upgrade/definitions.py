"""Definitions that become part of an upgraded script: what Keras 3 has no more, written down.

They are the stand-ins of `onefit run` themselves, with what they need of their own file and without
their annotations. So the script computes what it computes under `onefit run`, to the bit.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import libcst as cst

from onefit.scripts.eras.rule import Meaning
from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.knowledge import LEGACY, TOOLS

ROOM = "onefit.scripts.eras.stand_ins"
MODULES = {
    "keras": "keras",
    "ops": "keras.ops",
    "np": "numpy",
    "jax": "jax",
    "functools": "functools",
    "json": "json",
    "importlib": "importlib",
    "inspect": "inspect",
    "os": "os",
    "random": "random",
    "re": "re",
    "contextlib": "contextlib",
    "itertools": "itertools",
    "sklearn_base": "sklearn.base",
    "warnings": "warnings",
    "weakref": "weakref",
}
"""What a definition may use beside its own file."""


class Definitions:
    """The definitions that one script needs.

    Args:
        is_read: Whether the script reads models from files, which name losses and metrics. Defaults
            to `False`.
    """

    def __init__(self, is_read: bool = False) -> None:
        """None yet."""
        self.is_read = is_read
        self.statements: dict[str, cst.CSTNode] = {}
        self.modules: set[str] = set()
        self.classes: dict[str, list[Meaning]] = {}

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.statements)

    def define(self, source: str) -> str:
        """Have a stand-in defined.

        Args:
            source: `"layers:MaxoutDense"`, for example; the file may have a full name.

        Returns:
            Its name in the script.
        """
        file, _, name = source.partition(":")
        self._define(_contents(file), name)
        return name

    def define_class(self, era: str, meanings: Sequence[Meaning]) -> str:
        """Have a subclass defined that computes what a class of Keras's did.

        Args:
            era: The title of the era.
            meanings: The rules of its methods, in their order.

        Returns:
            Its name in the script: that of the class.
        """
        base = meanings[0].target.rpartition(".")[0].replace(TOOLS, LEGACY)
        name = base.rpartition(".")[2]
        known = self.classes.setdefault(name, [])
        # All calls of the class share this definition, so it has what any of them needs.
        known += [rule for rule in meanings if rule not in known]
        methods: dict[str, str] = {}
        for rule in known:
            method = rule.target.rpartition(".")[2]
            file, made = rule.maker.__module__.rpartition(".")[2], rule.maker.__name__
            self._define(_contents(file), made)
            # A later rule for the same method stands around the earlier one, as under `onefit run`.
            methods[method] = f"{made}({methods.get(method, f'{base}.{method}')})"
        self.modules.add("keras")
        lines = "".join(f"    {method} = {value}\n" for method, value in methods.items())
        # What files of models hold has to be known when they are read; callbacks are in none
        is_in_none = base.startswith(("keras.callbacks.", LEGACY))
        saved = "" if is_in_none else f"{_REGISTERED}\n"
        self.statements[name] = cst.parse_statement(
            f'\n\n{saved}class {name}({base}):\n    """{name} as {era} computed it."""\n\n{lines}'
        )
        return name

    def _define(self, contents: dict[str, cst.CSTNode], name: str) -> None:
        if name in self.statements:
            return
        node = contents[name]
        names = _Names()
        node.visit(names)
        for other in names.found:
            if other in names.bound:
                continue
            # What a definition needs is defined first, and so stands before it in the script.
            if other != name and other in contents:
                self._define(contents, other)
            elif other in MODULES:
                self.modules.add(other)
        bare: Any = node.visit(_Bare())
        if self.is_read and _is_compiled(node):
            self.modules.add("keras")
            bare = bare.with_changes(decorators=[_decorator(), *bare.decorators])
        self.statements[name] = bare.with_changes(leading_lines=[cst.EmptyLine(), cst.EmptyLine()])


_REGISTERED = '@keras.saving.register_keras_serializable("onefit")'


def _is_compiled(node: cst.CSTNode) -> bool:
    """Whether a definition is a loss or a metric, which a file of a model names."""
    # One with a decorator is registered by that already.
    if not isinstance(node, cst.FunctionDef) or node.decorators:
        return False
    return [one.name.value for one in node.params.params[:2]] == ["y_true", "y_pred"]


def _decorator() -> cst.Decorator:
    return cst.Decorator(cst.parse_expression(_REGISTERED.removeprefix("@")))


_read: dict[str, dict[str, cst.CSTNode]] = {}


def _contents(file: str) -> dict[str, cst.CSTNode]:
    """The functions, classes and constants of a file of stand-ins, by name."""
    if file not in _read:
        spec = importlib.util.find_spec(file if "." in file else f"{ROOM}.{file}")
        text = Path(spec.origin if spec and spec.origin else "").read_text("utf-8")
        found: dict[str, cst.CSTNode] = {}
        for node in cst.parse_module(text).body:
            if isinstance(node, cst.FunctionDef | cst.ClassDef):
                found[node.name.value] = node
            elif isinstance(node, cst.SimpleStatementLine):
                first = node.body[0]
                # Assignments without and with an annotation are two kinds of nodes.
                target = first.targets[0].target if isinstance(first, cst.Assign) else None
                target = first.target if isinstance(first, cst.AnnAssign) else target
                if isinstance(target, cst.Name):
                    found[target.value] = node
        _read[file] = found
    return _read[file]


class _Names(cst.CSTVisitor):
    """The names that a definition uses, in order, without those of its arguments."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self.bound: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.found[node.value] = None

    def visit_Param(self, node: cst.Param) -> None:
        self.bound.add(node.name.value)

    def visit_Arg(self, node: cst.Arg) -> bool:
        # The keyword of an argument is no name that the definition needs.
        node.value.visit(self)
        return False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        # Of `ops.sum` only `ops` is a name.
        node.value.visit(self)
        return False

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False


class _Bare(cst.CSTTransformer):
    """Leaves out annotations and examples."""

    def leave_Param(self, original_node: cst.Param, updated_node: cst.Param) -> cst.Param:
        if updated_node.annotation is None or updated_node.default is None:
            return updated_node.with_changes(annotation=None)
        # Without its annotation a default has no spaces around its sign: `x: int = 1` is `x=1`.
        return updated_node.with_changes(annotation=None, equal=layout.TIGHT)

    def leave_AnnAssign(
        self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> cst.BaseSmallStatement:
        if updated_node.value is None:
            return updated_node
        return cst.Assign([cst.AssignTarget(updated_node.target)], updated_node.value)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        return updated_node.with_changes(returns=None)

    def leave_TrailingWhitespace(
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        if updated_node.comment is None or "type: ignore" not in updated_node.comment.value:
            return updated_node
        return cst.TrailingWhitespace()

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        if not updated_node.value.startswith('"""'):
            return updated_node
        # The first line says what it is; examples and arguments are for those who read onefit.
        first = updated_node.value.strip('"').split("\n")[0]
        return updated_node.with_changes(value=f'"""{first}"""')
