"""Layers of a script that read tensors of the graph beside their inputs: they become inputs.

`class Loss(Layer)`, whose `call` or another method reads `z_mean`, is called with `z_mean=z_mean`;
its `call` keeps that as `self.z_mean`, and its methods read it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade.compiled import Compiled
from onefit.scripts.upgrade.kinds import LAYER, Kinds, OwnClass
from onefit.scripts.upgrade.names import Names
from onefit.scripts.upgrade.occurrences import spelled

if TYPE_CHECKING:
    from onefit.scripts.upgrade.script import Script

CODE = "OF206"


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
        calls = [cst.ensure_type(one, cst.Call) for one in m.findall(module, m.Call())]
        for found in m.findall(module, m.ClassDef()):
            node = cst.ensure_type(found, cst.ClassDef)
            if OwnClass(kinds.of_class(node)).is_a(LAYER):
                self._look(node, compiled, calls)

    def _look(self, node: cst.ClassDef, compiled: Compiled, calls: list[cst.Call]) -> None:
        methods = [one for one in node.body.body if isinstance(one, cst.FunctionDef)]
        tensors = sorted({name for one in methods for name in compiled.read_by(one)})
        own = [one for one in methods if one.name.value == "call" and not _has_stars(one)]
        made = [one for one in calls if self._is_of(node.name.value, one)]
        is_alone = not m.findall(node, m.Attribute(m.Name("self"), m.Name(_one_of(tensors))))
        if not tensors or len(own) != 1 or not made or not is_alone:
            return
        if not all(self._is_seen(one, name) for one in made for name in tensors):
            return
        self.methods[own[0]] = tensors
        self.calls.update(dict.fromkeys(made, tensors))
        for one in methods:
            read = set(compiled.read_by(one))
            found = m.findall(one.body, m.Name(_one_of(read)))
            self.reads.update(cst.ensure_type(name, cst.Name) for name in found)

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


def check(script: Script, original: cst.Call) -> None:
    """Tell of a `Lambda` whose function reads a tensor of the graph beside its inputs."""
    given = [one for one in original.args[:1] if one.keyword is None]
    given += [one for one in original.args if one.keyword and one.keyword.value == "function"]
    read = script.compiled.graph_of(given[0].value) if given else []
    if read:
        told = f"the Lambda reads {read[0]}, a tensor of the graph: Keras 3 wants it as an input"
        script.left(CODE, original, told)


def is_given(script: Script, function: cst.FunctionDef) -> bool:
    """Whether what a method reads of the graph becomes an argument."""
    return any(one in script.graph_layers.reads for one in m.findall(function, m.Name()))


def read(script: Script, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
    """The name of a tensor in a method of such a layer: `self.z_mean`."""
    if original not in script.graph_layers.reads or not script.journal.is_chosen(CODE):
        return updated
    return cst.Attribute(cst.Name("self"), updated)


def method(script: Script, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:
    """The `call` of such a layer, which keeps the tensors that it is given."""
    tensors = script.graph_layers.methods.get(original)
    if tensors is None or not script.journal.is_chosen(CODE):
        return updated
    script.done(CODE, original, f"the layer is given {', '.join(tensors)} of the graph")
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    more = [cst.Param(cst.Name(one), default=cst.Name("None"), equal=tight) for one in tensors]
    params = updated.params.with_changes(params=[*updated.params.params, *more])
    kept = ", ".join(f"self.{one}" for one in tensors)
    line = cst.parse_statement(f"{kept} = {', '.join(tensors)}")
    body = list(updated.body.body)
    place = int(m.matches(body[0], m.SimpleStatementLine([m.Expr(m.SimpleString())])))
    body.insert(place, line)
    block = updated.body.with_changes(body=body)
    return updated.with_changes(params=params, body=block)


def called(script: Script, original: cst.Call, updated: cst.BaseExpression) -> cst.BaseExpression:
    """The call of such a layer, which is given the tensors."""
    tensors = script.graph_layers.calls.get(original)
    if tensors is None or not isinstance(updated, cst.Call) or not script.journal.is_chosen(CODE):
        return updated
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    given = list(updated.args)
    if given:
        given[-1] = given[-1].with_changes(comma=comma)
    more = [cst.Arg(cst.Name(one), keyword=cst.Name(one), equal=tight) for one in tensors]
    return updated.with_changes(args=[*given, *more])
