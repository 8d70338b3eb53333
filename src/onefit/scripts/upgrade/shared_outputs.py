"""Outputs of a model that one layer gave: each has a name and a loss of its own."""

from __future__ import annotations

from itertools import combinations

import libcst as cst

from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.several_outputs import held

CODE = "OF207"


def named(script: Script, original: cst.Call, made: cst.BaseExpression) -> cst.BaseExpression:
    """`Model(x, [critic(a), critic(b)])`: Keras 3 gives both outputs the name and loss of one.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
        made: What the call has become.
    """
    given = {one.keyword.value: one.value for one in original.args if one.keyword is not None}
    unnamed = [one.value for one in original.args if one.keyword is None]
    outputs = given.get("outputs", given.get("output", unnamed[1] if len(unnamed) > 1 else None))
    shared = set() if outputs is None else _shared(script, outputs)
    if not shared or not script.journal.is_chosen(CODE):
        return made
    told = f"each output of {min(shared)} has a name and a loss of its own"
    script.done(CODE, original, told)
    function = cst.Name(script.definitions.define("named_outputs:with_own_names"))
    return cst.Call(function, [cst.Arg(made)])


def _shared(script: Script, outputs: cst.BaseExpression) -> set[str]:
    """The names of the layers that give several outputs of a list, or of one that a loop fills."""
    if isinstance(outputs, cst.List | cst.Tuple):
        layers = [_layers(script, one.value) for one in outputs.elements]
        return {name for one, other in combinations(layers, 2) for name in one & other}
    if isinstance(outputs, cst.ListComp):
        return _layers(script, outputs.elt)
    if isinstance(outputs, cst.Name) and script.choices.is_filled_in_a_loop(outputs.value):
        added = (_layers(script, one) for one in script.choices.added(outputs.value))
        return set().union(*added)
    assigned = held(script, outputs) if isinstance(outputs, cst.Name) else []
    made = (_shared(script, one) for one in assigned if isinstance(one, cst.ListComp))
    return set().union(*made)


def _layers(script: Script, output: cst.BaseExpression) -> set[str]:
    """The names of the layers, or models, that may have given an output."""
    values = [output]
    if isinstance(output, cst.Name | cst.Attribute):
        values = list(script.names.values.get(spelled(output) or "", ()))
    found = (spelled(one.func) for one in values if isinstance(one, cst.Call))
    functions = script.compiled.functions
    # A function of the script may make a new layer at each call, so its name tells of no shared
    # one.
    return {one for one in found if one and one.rpartition(".")[2] not in functions}
