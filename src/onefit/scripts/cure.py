"""The cure of a diagnosis as a change of the script: `onefit doctor --fix`."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst import metadata
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, ImportItem

from onefit.scripts.call_sites import CallSites, leaf
from onefit.scripts.eras.era import named
from onefit.scripts.upgrade.literals import Expression
from onefit.scripts.upgrade.source_call import SourceCall

if TYPE_CHECKING:
    from keras import Model

    from onefit.doctor.changes.change import Argument, Change

OLD_NAMES = {"learning_rate": "lr", "epochs": "nb_epoch", "rate": "p", "units": "output_dim"}
"""Names that arguments had in Keras 1 and 2."""


def cured(source: str, line: int, model: Model, changes: Iterable[Change]) -> tuple[str, list[str]]:
    """A script with the changes of a diagnosis, where their places in it are certain.

    Args:
        source: The script.
        line: The line of its `fit`.
        model: The model that was fit.
        changes: What is to be changed.

    Returns:
        The changed source, and the names of the changes that have no certain place.
    """
    wrapper = metadata.MetadataWrapper(cst.parse_module(source))
    sites = CallSites(wrapper)
    places: dict[str, cst.Call | None] = {**sites.layers(model)}
    places["fit"] = sites.fit(line)
    places["compile"] = sites.compile(places["fit"])
    places["optimizer"] = sites.optimizer(places["compile"])
    wanted: dict[cst.Call, list[tuple[str, str]]] = {}
    left: list[str] = []
    root = _root(wrapper.module)
    for change in changes:
        steps = [_step(one, places, model, root) for one in change.arguments]
        if not steps or any(call is None for call, _, _ in steps):
            left.append(change.name)
            continue
        for call, name, code in steps:
            wanted.setdefault(call, []).append((name, code))
    try:
        module = wrapper.module.visit(_Writing(wanted))
    except ValueError:  # arguments that cannot be told by name
        return source, [one.name for one in changes]
    return (module if root else _with_keras(module, source)).code, left


def diff(before: str, after: str, name: str) -> list[str]:
    """The lines in which two sources differ, as `diff -u` shows them.

    >>> diff("a = 1\\n", "a = 2\\n", "one.py")[2:]
    ['@@ -1 +1 @@', '-a = 1', '+a = 2']
    """
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return list(lines)


def _step(
    one: Argument, places: dict[str, cst.Call | None], model: Model, root: str
) -> tuple[Any, str, str]:
    """The call that has an argument, its name there, and its expression.

    An optimizer that `compile` names by a word, or does not name, becomes a call.
    """
    if one.call == "optimizer" and places["optimizer"] is None:
        kind = type(model.optimizer).__name__
        made = f"{root or 'keras'}.optimizers.{kind}({one.name}={one.code})"
        return places["compile"], "optimizer", made
    return places.get(one.call), one.name, one.code


def _root(module: cst.Module) -> str:
    """What the script calls Keras; `""` where it has no name for it."""
    found = {"keras": "", "tf": ""}
    for line in module.body:
        for one in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if not isinstance(one, cst.Import | cst.ImportFrom) or isinstance(
                one.names, cst.ImportStar
            ):
                continue
            for alias in one.names:
                full, bound = alias.evaluated_name, alias.evaluated_alias
                if full == "tensorflow" and bound:
                    found["tf"] = f"{bound}.keras"
                elif full == "keras":
                    found["keras"] = bound or "keras"
    return found["keras"] or found["tf"]


def _with_keras(module: cst.Module, source: str) -> cst.Module:
    """The module with an import of Keras, if it has come to need one."""
    if module.code.count("keras.optimizers.") == source.count("keras.optimizers."):
        return module
    visitor = AddImportsVisitor(CodemodContext(), [ImportItem("keras")])
    return visitor.transform_module(module)


class _Writing(cst.CSTTransformer):
    """Gives calls their new arguments."""

    def __init__(self, wanted: dict[cst.Call, list[tuple[str, str]]]) -> None:
        super().__init__()
        self.wanted = wanted

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Write the arguments of a call."""
        if original_node not in self.wanted:
            return updated_node
        names = _order(leaf(original_node))
        call = SourceCall(leaf(original_node), named("keras3"), updated_node, names, cst.Name)
        for name, code in self.wanted[original_node]:
            old = OLD_NAMES.get(name, name)
            name = old if call.has(old) and not call.has(name) else name
            if code:
                call.give(name, Expression(cst.parse_expression(code)))
            elif call.has(name):
                call.take(name)
        return updated_node.with_changes(args=call.rendered(names))


def _order(kind: str) -> Sequence[str]:
    """The arguments of a call that may be given without their names, in order."""
    import keras

    if kind in ("fit", "compile"):
        function: Any = getattr(keras.Model, kind)
    else:
        function = getattr(keras.layers, kind, None) or getattr(keras.optimizers, kind, None)
    if function is None:
        raise ValueError(f"nothing is known about {kind}")
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD,)
    named_ones = inspect.signature(function).parameters.values()
    return tuple(one.name for one in named_ones if one.kind in kinds and one.name != "self")
