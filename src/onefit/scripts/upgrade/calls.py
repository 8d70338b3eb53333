"""Calls in a source by the rules of what is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Translated
from onefit.scripts.upgrade import first_layers, layer_weights, logs, shapes, strings
from onefit.scripts.upgrade.kinds import ITERATOR, MODEL
from onefit.scripts.upgrade.knowledge import FUNCTIONAL, thing
from onefit.scripts.upgrade.names import spelled
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.source_call import SourceCall
from onefit.scripts.upgrade.templates import filled, stand_in

TENSOR = "keras.KerasTensor"
SEQUENTIALS = ("keras.Sequential", "keras.models.Sequential")
_OF_LAYERS = {"input_shape", "dtype", "name", "trainable", "input_dim", "autocast"}
_OF_LAYERS |= {"activity_regularizer", "seed"}


def call(script: Script, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
    """A call of something of Keras's as one of Keras 3's.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
        updated: The call, whose parts are of today already.
    """
    old = script.names.keras(original.func)
    if old is not None:
        today = script.knowledge.today(old)
        if today is None:
            return updated
        if today.gone is not None:
            return _gone(script, today.gone, original, updated, None)
        called = thing(today.name)
        target = script.knowledge.targets.get(id(called), today.name)
        if target in SEQUENTIALS:
            updated = first_layers.listed(script, original, updated)
        updated, weights = layer_weights.parted(script, called, original, updated)
        rules = script.knowledge.rules(called)
        made = _translated(script, target, called, rules, original, updated)
        return made if weights is None else layer_weights.passed(script, made, weights)
    if isinstance(original.func, cst.Attribute) and script.names.full(original.func) is None:
        if original.func.attr.value == "add_loss":
            return _without_inputs(script, original, updated)
        if original.func.attr.value in ("as_list", "get_shape") and not original.args:
            return shapes.method(script, original, updated)
        if spelled(original.func) == f"{logs.LOGS}.get":
            return logs.asked(script, original, updated)
        return _method(script, original, updated, original.func)
    return updated


def _without_inputs(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`self.add_loss(loss, inputs=inputs)` is `self.add_loss(loss)`."""
    rest, others = updated.args[:1], updated.args[1:]
    if [one.keyword.value if one.keyword else "" for one in others] != ["inputs"]:
        return updated
    if not script.journal.is_chosen("OF203"):
        return updated
    script.done("OF203", original, "add_loss takes no inputs")
    return updated.with_changes(args=[rest[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)])


def _method(
    script: Script, original: cst.Call, updated: cst.Call, function: cst.Attribute
) -> cst.BaseExpression:
    """A call of a model's method, or of one of an iterator of pictures."""
    updated = first_layers.added(script, original, updated)
    kind = script.kinds.kind(function.value)
    if kind not in (MODEL, ITERATOR):
        return updated
    target = f"{kind}.{function.attr.value}"
    owner = cst.ensure_type(updated.func, cst.Attribute).value
    gone = script.knowledge.gone.get(target)
    if gone is not None:
        return _gone(script, gone, original, updated, owner)
    called = thing(target)
    rules = script.knowledge.rules_of_method(target)
    if called is None or not rules:
        return updated
    return _translated(script, target, called, rules, original, updated, owner)


def attribute(script: Script, original: cst.Attribute, updated: cst.Attribute) -> Any:
    """An attribute of something of Keras's: `optimizer.lr`."""
    if original.attr.value in ("ndims", "value") and shapes.is_shape(updated.value):
        return shapes.attribute(script, original, updated)
    leaf = original.attr.value
    owner = TENSOR if leaf == "_keras_shape" else script.kinds.kind(original.value)
    homes = (MODEL, FUNCTIONAL) if owner == MODEL else (owner,)
    rules = [script.knowledge.attribute(f"{one}.{leaf}") for one in homes if one is not None]
    rule = next((one for one in rules if one is not None), None)
    if rule is None or not script.journal.is_chosen(rule.code):
        return updated
    if not isinstance(rule.source, str) or "{self}" not in rule.source:
        told = f"{owner}.{leaf} is no more, and nothing short does the same"
        script.left(rule.code, original, told)
        return updated
    made = filled(rule.source, {}, updated.value, script.references.refer)
    shown = cst.Module([]).code_for_node(made)
    script.done(rule.code, original, f".{leaf} is {shown}")
    return made


def _translated(
    script: Script,
    target: str,
    called: Any,
    rules: Sequence[Translated | Meaning],
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None = None,
) -> cst.BaseExpression:
    """A call that Keras 3 has, by its rules."""
    names = script.knowledge.positions(target, called, owner is not None)
    try:
        given = _source_call(script, target, names, original, updated)
    except ValueError:
        return updated
    before = dict(given.arguments)
    _apply(script, given, rules, original)
    strings.replace(script, given, called, script.line(original))
    return _result(script, given, before, called, original, updated, owner, target)


def _source_call(
    script: Script, target: str, names: Sequence[str], original: cst.Call, updated: cst.Call
) -> SourceCall:
    return SourceCall(
        target,
        script.era,
        updated,
        names,
        script.references.refer,
        script.constants,
        original in script.applied,
        script.names.identifiers,
        script.saved,
        script.journal.unsafe,
        script.names.assigned,
        script.names.values,
    )


def _apply(
    script: Script,
    given: SourceCall,
    rules: Sequence[Translated | Meaning],
    original: cst.Call,
) -> None:
    """Apply rules one after the other, and note what they did."""
    line = script.line(original)
    for rule in rules:
        before = dict(given.arguments), given.target
        try:
            given.apply(rule)
        except (TypeError, ValueError, NotImplementedError) as error:
            script.journal.left(rule.code, line, str(error))
        is_changed = before != (given.arguments, given.target)
        if is_changed or given.notes:
            for told in given.notes or [f"a call of {_leaf(given.target)} as Keras 3 takes it"]:
                script.journal.done(rule.code, line, told)
        given.notes.clear()


def _result(
    script: Script,
    given: SourceCall,
    before: dict[str, Any],
    called: Any,
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
    target: str = "",
) -> cst.BaseExpression:
    """The call as it is written after the rules."""
    for method in given.firsts:
        _before(script, method, owner, original)
    _check(script, given, called, original)
    names = _names_of_today(called, owner is not None)
    if given.target != target and owner is None:
        updated = updated.with_changes(func=script.references.refer(given.target))
        called = thing(given.target)
    if given.meanings:
        name = _defined(script, given.meanings)
        updated = updated.with_changes(func=cst.Name(name))
    if given.arguments == before and _is_in_order(given, names):
        return updated
    return updated.with_changes(args=given.rendered(names))


def _defined(script: Script, meanings: list[Meaning]) -> str:
    """What computes as it was then, written into the script: a function, or a class."""
    source = meanings[0].source
    if isinstance(source, str) and source != WRITTEN:
        return script.definitions.define(source)
    return script.definitions.define_class(script.era.title, meanings)


def _is_in_order(given: SourceCall, names: Sequence[str]) -> bool:
    """Whether what is given without names stands where Keras 3 expects it."""
    unnamed = [
        name
        for name, one in sorted(given.arguments.items(), key=lambda item: item[1].place)
        if one.given is not None and one.given.keyword is None
    ]
    return unnamed == list(names[: len(unnamed)])


def _before(
    script: Script, method: str, owner: cst.BaseExpression | None, original: cst.Call
) -> None:
    shown = cst.Module([]).code_for_node(owner) if owner is not None else ""
    if not script.firsts:
        told = f"{shown}.{method}() has to be called before, and there is no line for it"
        script.left("OF206", original, told)
        return
    line = cst.ensure_type(cst.parse_statement(f"{shown}.{method}()"), cst.SimpleStatementLine)
    script.firsts[-1].append(line)
    script.done("OF206", original, f"{shown}.{method}() comes first")


def _names_of_today(called: Any, is_method: bool) -> tuple[str, ...]:
    """The arguments that may be given without a name in Keras 3."""
    function: Callable[..., Any] = called.__init__ if inspect.isclass(called) else called
    found = list(inspect.signature(function).parameters.values())
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = tuple(one.name for one in found if one.kind in kinds)
    return names[1:] if is_method or inspect.isclass(called) else names


def _check(script: Script, given: SourceCall, called: Any, original: cst.Call) -> None:
    """Tell of arguments that Keras 3 does not take."""
    if called is thing(MODEL):
        return
    function = called.__init__ if inspect.isclass(called) else called
    parameters = inspect.signature(function).parameters
    known = set(parameters)
    if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        if not (inspect.isclass(called) and issubclass(called, thing("keras.layers.Layer"))):
            return
        known |= _OF_LAYERS
    line = script.line(original)
    for name in given.arguments:
        if name not in known and not script.journal.has_left(line, name):
            told = f"{_leaf(given.target)} takes no {name}= in Keras 3"
            script.left("OF203", original, told)


def _gone(
    script: Script,
    gone: Gone,
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.BaseExpression:
    """A call of what has gone."""
    line, source = script.line(original), gone.source
    if not script.journal.is_chosen(gone.code):
        return updated
    if not source:
        told = f"{gone.name} is no more, and nothing short does the same"
        script.journal.left(gone.code, line, told)
        return updated
    if gone.definition:
        script.journal.done(gone.code, line, f"{gone.name} is written down")
        first = [] if owner is None else [cst.Arg(owner, comma=_comma(updated.args))]
        func = cst.Name(script.definitions.define(gone.definition))
        return updated.with_changes(func=func, args=[*first, *updated.args])
    names = stand_in(gone.stand_in, owner is not None)
    try:
        if gone.new_name:
            arguments = _renamed(updated.args, names, thing(gone.new_name))
            script.journal.done(gone.code, line, f"{gone.name} is {gone.new_name}")
            today = script.references.refer(gone.new_name)
            return updated.with_changes(func=today, args=arguments)
        given = _source_call(script, gone.name, names, original, updated)
        return _rewritten(script, gone, given, original, updated, owner)
    except ValueError as error:
        script.journal.left(gone.code, line, f"{gone.name} is no more: {error}")
        return updated


def _renamed(given: Sequence[cst.Arg], names: Sequence[str], function: Any) -> list[cst.Arg]:
    """Arguments under the names that a function of today has at their places.

    Raises:
        ValueError: If it has none for one of them.
    """
    today = list(inspect.signature(function).parameters)
    found = []
    for one in given:
        name = one.keyword.value if one.keyword is not None else ""
        if name and name not in today:
            if name not in names[: len(today)]:
                raise ValueError(f"its arguments cannot all be kept ({name})")
            one = one.with_changes(keyword=cst.Name(today[names.index(name)]))
        found.append(one)
    return found


def _rewritten(
    script: Script,
    gone: Gone,
    given: SourceCall,
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.BaseExpression:
    """A call of what has gone as an expression, or as a call of something else."""
    source, line = gone.source, script.line(original)
    if isinstance(source, str):
        made = filled(source, given.arguments, owner, script.references.refer)
        shown = source.replace("{self}", "model")
        script.journal.done(gone.code, line, f"{gone.name} is {shown}")
        return made
    source(given)
    name = _leaf(given.target)
    script.journal.done(gone.code, line, f"{gone.name} is {given.target}")
    given.notes.clear()
    called = thing(given.target)
    if owner is None:
        func: cst.BaseExpression = script.references.refer(given.target)
        rules: Sequence[Translated | Meaning] = script.knowledge.rules(called)
    else:
        func = cst.ensure_type(updated.func, cst.Attribute).with_changes(attr=cst.Name(name))
        rules = script.knowledge.rules_of_method(given.target)
    _apply(script, given, rules, original)
    updated = updated.with_changes(func=func)
    return _result(script, given, {}, called, original, updated, owner, given.target)


def _comma(others: Sequence[cst.Arg]) -> Any:
    if not others:
        return cst.MaybeSentinel.DEFAULT
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _leaf(full: str) -> str:
    return full.rpartition(".")[2]
