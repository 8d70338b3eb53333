"""A call by the rules of what is called: its arguments read, changed, and written again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from onefit.scripts.eras.rule import WRITTEN, Meaning, Translated
from onefit.scripts.upgrade import strings
from onefit.scripts.upgrade.kinds import MODEL
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.source_call import SourceCall

# What Keras 3 takes of any layer by `**kwargs`, so that the signature of its class does not tell.
_OF_LAYERS = {"input_shape", "dtype", "name", "trainable", "input_dim", "autocast"}
_OF_LAYERS |= {"activity_regularizer", "seed"}


def translated(
    script: Script,
    target: str,
    called: Any,
    rules: Sequence[Translated | Meaning],
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None = None,
) -> cst.BaseExpression:
    """A call that Keras 3 has, by its rules."""
    place = _choice(updated)
    if place is not None:
        given = target, called, rules, original, updated, owner
        return _of_both(script, place, *given)
    return _translated(script, target, called, rules, original, updated, owner)


def _translated(
    script: Script,
    target: str,
    called: Any,
    rules: Sequence[Translated | Meaning],
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None = None,
) -> cst.BaseExpression:
    names = script.knowledge.positions(target, called, owner is not None)
    try:
        given = source_call(script, target, names, original, updated)
    except ValueError:
        return _unpacked(script, target, called, rules, original, updated, owner)
    before = dict(given.arguments)
    apply(script, given, rules, original)
    strings.replace(script, given, called, script.line(original))
    return result(script, given, before, called, original, updated, owner, target)


def _unpacked(
    script: Script,
    target: str,
    called: Any,
    rules: Sequence[Translated | Meaning],
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.Call:
    """A call with `*` or `**` stays as it is; it is listed where rules want another one."""
    told, hidden = [], False
    for one in updated.args:
        table = _table(script, one.value) if one.star == "**" else None
        told += [one] if not one.star else table or []
        hidden |= bool(one.star) and table is None
    known = [one.with_changes(comma=cst.MaybeSentinel.DEFAULT) for one in told]
    shown = updated.with_changes(args=known)
    if any(one.star for one in known) or not any(one.star for one in updated.args):
        return updated
    # Rewritten to see whether Keras 3 takes it otherwise, and forgotten: what `*` hides may clash
    # with an argument that is written, or be one that the rules would have changed.
    state = script.state()
    made = _translated(script, target, called, rules, original, shown, owner)
    is_same = made.deep_equals(shown) and state == script.state()
    script.restore(state)
    if not is_same:
        place = "what * and ** give it is not told here" if hidden else "** gives it arguments"
        told_of = f"{leaf(target)}: Keras 3 takes this call in another way, and {place}"
        script.left("OF203", original, f"{told_of}: write all its arguments into it")
    return updated


def _table(script: Script, node: cst.BaseExpression) -> list[cst.Arg] | None:
    """The arguments in a table, `dict(units=3)`, that stands here or in a name that holds it."""
    node = script.names.assigned.get(node.value, node) if isinstance(node, cst.Name) else node
    if isinstance(node, cst.Call) and spelled(node.func) == "dict":
        return None if any(one.keyword is None for one in node.args) else list(node.args)
    if not isinstance(node, cst.Dict):
        return None
    pairs = [one for one in node.elements if isinstance(one, cst.DictElement)]
    words = [read(one.key) for one in pairs]
    if len(pairs) < len(node.elements) or not all(isinstance(one, str) for one in words):
        return None
    return [cst.Arg(one.value, keyword=cst.Name(str(word))) for one, word in zip(pairs, words)]


def _choice(call: cst.Call) -> int | None:
    """The place of an argument that is one value or another; of several none is looked at."""
    found = [at for at, one in enumerate(call.args) if isinstance(one.value, cst.IfExp)]
    return found[0] if len(found) == 1 else None


def _of_both(
    script: Script,
    place: int,
    target: str,
    called: Any,
    rules: Sequence[Translated | Meaning],
    original: cst.Call,
    updated: cst.Call,
    owner: cst.BaseExpression | None,
) -> cst.BaseExpression:
    """A call with `this if condition else that`: each value by the rules, where the rest agrees."""
    given = updated.args[place]
    choice = cst.ensure_type(given.value, cst.IfExp)
    state = script.state()
    made = []
    for value in (choice.body, choice.orelse):
        arguments = [
            given.with_changes(value=value) if one is given else one for one in updated.args
        ]
        call = updated.with_changes(args=arguments)
        made.append(_translated(script, target, called, rules, original, call, owner))
    joined = _joined(made[0], made[1], choice)
    if joined is None:
        script.restore(state)
        word = given.keyword.value if given.keyword is not None else "an argument"
        told = f"{word}: its two values are not taken by one call of Keras 3: write two"
        script.left("OF203", original, told)
        return updated
    return joined


def _joined(
    one: cst.BaseExpression, other: cst.BaseExpression, choice: cst.IfExp
) -> cst.BaseExpression | None:
    """Two calls that differ in one value at most as one; `None` where they differ otherwise."""
    if one.deep_equals(other):
        return one
    if not (isinstance(one, cst.Call) and isinstance(other, cst.Call)):
        return None
    if not one.func.deep_equals(other.func) or len(one.args) != len(other.args):
        return None
    pairs = list(zip(one.args, other.args))
    places = [at for at, (a, b) in enumerate(pairs) if not a.value.deep_equals(b.value)]
    is_named_alike = all(_word(a) == _word(b) for a, b in pairs)
    if len(places) != 1 or not is_named_alike:
        return None
    first, second = pairs[places[0]]
    value = choice.with_changes(body=first.value, orelse=second.value)
    arguments = [first.with_changes(value=value) if a is first else a for a in one.args]
    return one.with_changes(args=arguments)


def _word(one: cst.Arg) -> str:
    return one.keyword.value if one.keyword is not None else ""


def source_call(
    script: Script, target: str, names: Sequence[str], original: cst.Call, updated: cst.Call
) -> SourceCall:
    """A call as rules see it.

    Raises:
        ValueError: If its arguments cannot be told by name.
    """
    return SourceCall(
        target,
        script.era,
        updated,
        names,
        script.references.refer,
        script.constants,
        original in script.applied,
        script.names.identifiers,
        script.files,
        script.journal.unsafe,
        script.names.assigned,
        script.names.values,
        script.definitions.define,
    )


def apply(
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
        # What a rule refuses while a script runs is an error there, and here a line of the list.
        except (TypeError, ValueError, NotImplementedError) as error:
            script.journal.left(rule.code, line, str(error))
        is_changed = before != (given.arguments, given.target)
        if is_changed or given.notes:
            for told in given.notes or [f"a call of {leaf(given.target)} as Keras 3 takes it"]:
                script.journal.done(rule.code, line, told)
        given.notes.clear()
    scope = script.names.scopes.get(original)
    script.files.made.update((scope, one) for one in given.wrapped)


def result(
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
    # Nothing need have changed in a call whose places mean something else today.
    in_order = _is_in_order(given, names) or not script.journal.is_chosen("OF203")
    is_as_given = given.arguments == before and in_order
    arguments = updated.args if is_as_given else given.rendered(names)
    if given.meanings:
        name = _defined(script, given.meanings)
        updated = updated.with_changes(func=cst.Name(name))
        if owner is not None:
            comma: Any = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            first = cst.Arg(owner, comma=comma if arguments else cst.MaybeSentinel.DEFAULT)
            arguments = [first, *arguments]
    return updated.with_changes(args=arguments)


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
    # Within a comprehension or a lambda it has to come before each of several calls.
    inner = getattr(script.names.scopes.get(original), "node", None)
    if not script.firsts or isinstance(inner, cst.BaseComp | cst.Lambda):
        told = f"{shown}.{method}() has to be called before, and there is no line for it"
        script.left("OF206", original, told)
        return
    line = cst.ensure_type(cst.parse_statement(f"{shown}.{method}()"), cst.SimpleStatementLine)
    script.firsts[-1].append((original, line))
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
    # `Model(...)` hands its arguments to the class that it makes, so its signature tells nothing.
    if called is thing(MODEL):
        return
    function = called.__init__ if inspect.isclass(called) else called
    parameters = inspect.signature(function).parameters
    known = set(parameters)
    if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        if not (inspect.isclass(called) and issubclass(called, thing("keras.layers.Layer"))):
            return
        known |= _OF_LAYERS
    # The class that is written into the script takes it.
    known |= {rule.argument for rule in given.meanings}
    line = script.line(original)
    for name in given.arguments:
        if name not in known and not script.journal.has_left(line, name):
            told = f"{leaf(given.target)} takes no {name}= in Keras 3"
            script.left("OF203", original, told)


def leaf(full: str) -> str:
    """The last part of a full name."""
    return full.rpartition(".")[2]
