"""Tensors of the graph that a layer of a script reads beside its inputs become inputs.

`class Loss(Layer)`, whose `call` or another method reads `z_mean`, is called with `z_mean=z_mean`;
its `call` keeps that as `self.z_mean`, and its methods read it there.
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.script import Script

CODE = "OF206"


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
    more = [
        cst.Param(cst.Name(one), default=cst.Name("None"), equal=layout.TIGHT) for one in tensors
    ]
    params = updated.params.with_changes(params=[*updated.params.params, *more])
    kept = ", ".join(f"self.{one}" for one in tensors)
    line = cst.parse_statement(f"{kept} = {', '.join(tensors)}")
    body = list(updated.body.body)
    # Behind a docstring, which is one only as the first statement.
    place = int(layout.is_docstring(body[0]))
    body.insert(place, line)
    block = updated.body.with_changes(body=body)
    return updated.with_changes(params=params, body=block)


def called(script: Script, original: cst.Call, updated: cst.BaseExpression) -> cst.BaseExpression:
    """The call of such a layer, which is given the tensors."""
    tensors = script.graph_layers.calls.get(original)
    if tensors is None or not isinstance(updated, cst.Call) or not script.journal.is_chosen(CODE):
        return updated
    given = list(updated.args)
    if given:
        given[-1] = given[-1].with_changes(comma=layout.COMMA)
    more = [layout.named(one, cst.Name(one)) for one in tensors]
    return updated.with_changes(args=[*given, *more])
