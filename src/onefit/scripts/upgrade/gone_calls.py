"""Calls in a source of what has gone: as an expression, by another name, or written down."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import libcst as cst

from onefit.scripts.eras.call import Translate
from onefit.scripts.eras.rule import Gone, Meaning, Translated
from onefit.scripts.upgrade import layer_seeds, layout, merges, translation
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.source_call import SourceCall
from onefit.scripts.upgrade.templates import filled, stand_in


def rewritten(
    script: Script,
    gone: Gone,
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.BaseExpression:
    """A call of what has gone.

    Args:
        script: The script that is upgraded.
        gone: Its rule.
        original: The call as its names were resolved.
        updated: The call, whose parts are of today already.
        owner: What it is a method of; `None` for a function.
    """
    line, source = script.line(original), gone.source
    # An argument of another function of the backend is held by nobody, and need be no variable.
    if gone.within and original in script.inner:
        source = gone.within
    if not script.journal.is_chosen(gone.code):
        return updated
    if not source:
        told = layer_seeds.told(gone.name) or (
            f"{gone.name} is no more, and nothing short does the same"
        )
        script.journal.left(gone.code, line, told)
        return updated
    if gone.definition:
        script.journal.done(gone.code, line, f"{gone.name} is written down")
        comma = layout.COMMA if updated.args else cst.MaybeSentinel.DEFAULT
        first = [] if owner is None else [cst.Arg(owner, comma=comma)]
        func = cst.Name(script.definitions.define(gone.definition))
        return updated.with_changes(func=func, args=[*first, *updated.args])
    try:
        names = stand_in(gone.stand_in, owner is not None)
        if gone.new_name:
            arguments = _renamed(updated.args, names, thing(gone.new_name))
            script.journal.done(gone.code, line, f"{gone.name} is {gone.new_name}")
            today = script.references.refer(gone.new_name)
            return updated.with_changes(func=today, args=arguments)
        given = translation.source_call(script, gone.name, names, original, updated)
        by_function = merges.by_function(script, gone.name, given)
        if by_function is not None:
            script.journal.done(gone.code, line, f"{gone.name} of a function is a Lambda")
            return by_function
        by_cosine = merges.by_cosine(script, gone.name, given)
        if by_cosine is not None:
            script.journal.done(gone.code, line, "merge of cosines is a layer that is written down")
            return by_cosine
        return _by_source(script, gone, source, given, original, updated, owner)
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


def _by_source(
    script: Script,
    gone: Gone,
    source: str | Translate,
    given: SourceCall,
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.BaseExpression:
    """A call of what has gone as an expression, or as a call of something else."""
    line = script.line(original)
    if isinstance(source, str):
        made = filled(source, given.arguments, owner, script.references.refer)
        shown = source.replace("{self}", "model")
        script.journal.done(gone.code, line, f"{gone.name} is {shown}")
        return made
    source(given)
    if ":" in given.target:
        script.journal.done(gone.code, line, f"{gone.name} is written down")
        func: cst.BaseExpression = cst.Name(script.definitions.define(given.target))
        return updated.with_changes(func=func)
    name = translation.leaf(given.target)
    script.journal.done(gone.code, line, f"{gone.name} is {given.target}")
    # Else the first rule below would tell these notes as its own.
    given.notes.clear()
    called = thing(given.target)
    if owner is None:
        func = script.references.refer(given.target)
        rules: Sequence[Translated | Meaning] = script.knowledge.rules(called)
    else:
        func = cst.ensure_type(updated.func, cst.Attribute).with_changes(attr=cst.Name(name))
        rules = script.knowledge.rules_of_method(given.target)
    translation.apply(script, given, rules, original)
    updated = updated.with_changes(func=func)
    return translation.result(script, given, {}, called, original, updated, owner, given.target)
