"""Models with several outputs, of which each wants its metrics in Keras 3."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF203"
_MODELS = ("keras.Model", "keras.models.Model", "keras.engine.Model", "keras.engine.training.Model")


def has_several(script: Script, owner: cst.BaseExpression) -> bool:
    """Whether a source tells that a model has more than one output.

    Args:
        script: The script that is upgraded.
        owner: The model.
    """
    found = [_is_several(script, one) for one in _outputs(script, owner, frozenset())]
    return bool(found) and all(found)


def for_each(
    script: Script, original: cst.Call, made: cst.BaseExpression, owner: cst.BaseExpression
) -> cst.BaseExpression:
    """`compile("sgd", "mse", metrics=["acc"])` of several outputs has the list for each.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
        made: What it becomes.
        owner: The model.
    """
    if not isinstance(made, cst.Call) or not script.journal.is_chosen(CODE):
        return made
    if not has_several(script, cst.ensure_type(original.func, cst.Attribute).value):
        return made
    first = 1 if isinstance(made.func, cst.Name) else 0  # compile_settled(model, ...)
    model = cst.Module([]).code_for_node(owner)
    arguments = list(made.args)
    for place, one in enumerate(made.args):
        word = one.keyword.value if one.keyword is not None else ""
        is_third = not word and not one.star and place - first == 2
        known = read(one.value, script.constants) if word == "metrics" or is_third else None
        if isinstance(known, list) and not any(isinstance(each, list) for each in known):
            shown = cst.Module([]).code_for_node(one.value)
            value = cst.parse_expression(f"[{shown}] * len({model}.outputs)")
            arguments[place] = one.with_changes(value=value)
            script.done(CODE, original, "metrics are a list for each output")
    return made.with_changes(args=arguments)


def _outputs(
    script: Script, node: cst.BaseExpression, seen: frozenset[str]
) -> Iterator[cst.BaseExpression | None]:
    """What the model of an expression is made to give; `None` where that is not told."""
    name = spelled(node)
    if isinstance(node, cst.Call):
        if script.names.keras(node.func) in _MODELS:
            given = {one.keyword.value: one.value for one in node.args if one.keyword is not None}
            unnamed = [one.value for one in node.args if one.keyword is None and not one.star]
            last = unnamed[1] if len(unnamed) > 1 else None
            yield given.get("outputs", given.get("output", last))
            return
        function = f"{spelled(node.func)}()"
        answers = script.choices.answers(function[:-2]) if function not in seen else []
        for one in answers:
            yield from _outputs(script, one, seen | {function})
        if not answers:
            yield None
    elif name is not None and name not in seen and held(script, node):
        for one in held(script, node):
            yield from _outputs(script, one, seen | {name})
    else:
        yield None


def held(script: Script, node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What a name is assigned where it stands, or else anywhere.

    Args:
        script: The script that is upgraded.
        node: The name.
    """
    here = script.names.held(node) if isinstance(node, cst.Name) else []
    return here or script.names.values.get(spelled(node) or "", [])


def _is_several(script: Script, node: cst.BaseExpression | None) -> bool:
    """Whether it is a list of several things: one that stands there, or that a loop fills."""
    if isinstance(node, cst.List | cst.Tuple):
        return len(node.elements) > 1
    if isinstance(node, cst.ListComp):
        return True
    if not isinstance(node, cst.Name):
        return False
    assigned = held(script, node)
    is_filled = script.choices.is_filled_in_a_loop(node.value)
    return bool(assigned) and all(
        _is_several(script, one) or (is_filled and _is_empty(one)) for one in assigned
    )


def _is_empty(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.List) and not node.elements
