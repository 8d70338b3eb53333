"""Layers of a script that read tensors of the graph beside their inputs, and where they do."""

from __future__ import annotations

from typing import Any

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade.compiled import Compiled
from onefit.scripts.upgrade.kinds import LAYER, TENSOR, Kinds, OwnClass
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled


class GraphLayers:
    """The layers of a module that read its graph.

    Args:
        module: The module, as its names were resolved.
        names: Its names.
        kinds: What its names hold.
        compiled: Tells which tensors a function reads.
    """

    def __init__(self, module: cst.Module, names: Names, kinds: Kinds, compiled: Compiled) -> None:
        """Look for such classes, and for the calls of their layers."""
        self.names = names
        self.reads: set[cst.Name] = set()
        """The names of tensors in methods."""
        self.methods: dict[cst.FunctionDef, list[str]] = {}
        """The `call` of each, with the tensors that it is given."""
        self.calls: dict[cst.Call, list[str]] = {}
        """The calls of their layers, likewise."""
        for found in m.findall(module, m.ClassDef()):
            node = cst.ensure_type(found, cst.ClassDef)
            if OwnClass(kinds.of_class(node)).is_a(LAYER):
                self._look(node, kinds, compiled, module)

    def _look(
        self, node: cst.ClassDef, kinds: Kinds, compiled: Compiled, module: cst.Module
    ) -> None:
        methods = [one for one in node.body.body if isinstance(one, cst.FunctionDef)]
        # Sorted, so that they are written in one order each time.
        tensors = sorted({name for one in methods for name in compiled.read_outside(one)})
        if not tensors:  # as nearly always: the module need not be searched
            return
        own = [one for one in methods if one.name.value == "call" and not _has_stars(one)]
        calls = (cst.ensure_type(one, cst.Call) for one in m.findall(module, m.Call()))
        made = [one for one in calls if self._is_of(node.name.value, one)]
        # The tensor is to be kept under its own name, which must be that of no other attribute.
        is_alone = not m.findall(node, m.Attribute(m.Name("self"), m.Name(_one_of(tensors))))
        if len(own) != 1 or not made or not is_alone:
            return
        if not all(self._is_seen(one, name) for one in made for name in tensors):
            return
        self.methods[own[0]] = tensors
        self.calls.update(dict.fromkeys(made, tensors))
        for one in methods:
            found = m.findall(one.body, m.Name(_one_of(compiled.read_outside(one))))
            names = (cst.ensure_type(name, cst.Name) for name in found)
            # Not keywords, nor what a part of the method binds under the same name.
            self.reads.update(name for name in names if kinds.certain(name) == TENSOR)

    def _is_of(self, name: str, call: cst.Call) -> bool:
        """Whether a layer of a class is called: `Loss()(x)`, or `loss(x)` of a name for one."""
        made = call.func
        if isinstance(made, cst.Name):
            values = self.names.values.get(made.value, ())
            return bool(values) and all(_makes(one, name) for one in values)
        return _makes(made, name)

    def _is_seen(self, call: cst.Call, name: str) -> bool:
        scope = self.names.scopes.get(call)
        return scope is not None and name in scope


def _one_of(names: Any) -> Any:
    return m.MatchIfTrue(set(names).__contains__)


def _has_stars(method: cst.FunctionDef) -> bool:
    given = method.params
    return isinstance(given.star_arg, cst.Param) or given.star_kwarg is not None


def _makes(node: cst.BaseExpression, name: str) -> bool:
    return isinstance(node, cst.Call) and spelled(node.func) == name
