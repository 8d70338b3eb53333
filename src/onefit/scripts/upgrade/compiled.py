"""With what a script compiles: optimizers of several models, losses that read the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import libcst as cst

from onefit.scripts.upgrade.exports import Function
from onefit.scripts.upgrade.kinds import OPTIMIZER, TENSOR, Kinds
from onefit.scripts.upgrade.occurrences import spelled


class Compiled:
    """The calls of `compile` of a module.

    Args:
        module: The module, as its names were resolved.
        kinds: What its names hold.
        beside: Functions of modules beside it.
    """

    def __init__(self, module: cst.Module, kinds: Kinds, beside: Mapping[str, Function]) -> None:
        """Read them."""
        finder = _Compiling(kinds)
        module.visit(finder)
        uses = _Uses(set(finder.functions))
        module.visit(uses)
        for name, function in finder.compiled_in:
            # A function that makes and compiles a model hands one optimizer to a new model at each
            # call.
            finder.optimizers[name] += uses.counts[function] if function else 1
        self.shared = {name for name, count in finder.optimizers.items() if count > 1}
        self.functions, self.kinds = {**beside, **finder.functions}, kinds
        # a clone of a compiled model is compiled, too, in Keras 3
        self.measured = finder.measured | finder.clones if finder.measured else set()

    def graph_of(self, loss: cst.BaseExpression) -> list[str]:
        """The names of the tensors of the graph that a loss reads.

        Args:
            loss: What `compile` is given.
        """
        if isinstance(loss, cst.Call):  # a function that makes the loss
            given = [one.value for one in loss.args if self.kinds.certain(one.value) == TENSOR]
            if given:
                return [name for one in given if (name := spelled(one)) is not None]
            loss = loss.func
        function = loss if isinstance(loss, cst.Lambda) else self._function(spelled(loss))
        return [] if function is None else self.read_by(function)

    def _function(self, name: str | None) -> Function | None:
        """The function or method of a name: of `self.vae_loss`, the method."""
        return self.functions.get((name or "").removeprefix("self."))

    def read_outside(self, method: cst.FunctionDef) -> list[str]:
        """The names of tensors that a layer's method reads itself, without attributes."""
        return [one for one in self.read_by(method, 0) if not one.startswith("self.")]

    def read_by(self, function: Function, depth: int = 2) -> list[str]:
        """The names of the tensors of the graph that a function reads, and those that it calls.

        Args:
            function: The function.
            depth: How far calls are followed. Defaults to 2.
        """
        reads = _Reads(self.kinds)
        function.visit(reads)
        found = dict.fromkeys(name for name in reads.tensors if name not in reads.bound)
        for one in map(self._function, reads.called if depth else ()):
            if one is not None and one is not function:
                found |= dict.fromkeys(self.read_by(one, depth - 1))
        return list(found)


class _Compiling(cst.CSTVisitor):
    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.optimizers: Counter[str] = Counter()
        self.functions: dict[str, Function] = {}
        self.compiled_in: list[tuple[str, str]] = []  # with the function around
        self.within: list[str] = []
        self.measured: set[str] = set()  # models that are compiled with metrics somewhere
        self.clones: set[str] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.functions[node.name.value] = node
        self.within.append(node.name.value)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.within.pop()

    def visit_Assign(self, node: cst.Assign) -> None:
        name = spelled(node.targets[0].target)
        if isinstance(node.value, cst.Lambda) and name is not None:
            self.functions[name] = node.value
        made = spelled(node.value.func) if isinstance(node.value, cst.Call) else None
        if name is not None and made is not None and made.rpartition(".")[2] == "clone_model":
            self.clones.add(name)

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "compile":
            return
        named = {one.keyword.value: one.value for one in node.args if one.keyword is not None}
        if {"metrics", "weighted_metrics"} & named.keys():
            self.measured.add(spelled(node.func.value) or "")
        first = node.args[0].value if node.args and node.args[0].keyword is None else None
        given = named.get("optimizer", first)
        name = spelled(given) if given is not None else None
        if given is not None and name is not None and self.kinds.kind(given) == OPTIMIZER:
            is_from_outside = self.within and self.kinds.is_global(given)
            self.compiled_in.append((name, self.within[-1] if is_from_outside else ""))


class _Uses(cst.CSTVisitor):
    """How often functions may be called: more than once where a loop or another function does."""

    def __init__(self, functions: set[str]) -> None:
        self.functions = functions
        self.counts: Counter[str] = Counter()
        self.loops = 0

    def _enter(self, node: cst.CSTNode) -> None:
        self.loops += 1

    def _leave(self, original_node: cst.CSTNode) -> None:
        self.loops -= 1

    visit_For = visit_While = _enter
    leave_For = leave_While = _leave
    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _enter
    leave_ListComp = leave_SetComp = leave_DictComp = leave_GeneratorExp = _leave

    def visit_Call(self, node: cst.Call) -> None:
        name = spelled(node.func)
        if name in self.functions:
            # Two stands for any number above one.
            self.counts[name] += 2 if self.loops else 1
        for one in node.args:  # KerasClassifier(build_fn=f)
            given = spelled(one.value)
            if given in self.functions:
                # Who is handed a function may call it any number of times.
                self.counts[given] += 2


class _Reads(cst.CSTVisitor):
    """The tensors of the graph that a function names, and the names that it binds itself."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.tensors: dict[str, None] = {}
        self.bound: set[str] = set()
        self.called: list[str | None] = []

    def visit_Name(self, node: cst.Name) -> None:
        if self.kinds.certain(node) == TENSOR:
            self.tensors[node.value] = None

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        name = spelled(node) or ""
        is_own = name.startswith("self.") and self.kinds.certain(node) == TENSOR
        if is_own:
            self.tensors[name] = None
        return not is_own

    def visit_Call(self, node: cst.Call) -> None:
        self.called.append(spelled(node.func))

    def visit_Param(self, node: cst.Param) -> None:
        self.bound.add(node.name.value)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        if isinstance(node.target, cst.Name):
            self.bound.add(node.target.value)
