"""Strings that stand for something of Keras's: `optimizer="adadelta"`, `"hard_sigmoid"`.

Keras makes the object itself, with today's defaults. Where the era had others, or another formula,
the string becomes the call that it stood for.
"""

from __future__ import annotations

import inspect
from typing import Any

import libcst as cst

from onefit.scripts.eras.call import UNKNOWN
from onefit.scripts.eras.rule import Gone, Meaning
from onefit.scripts.upgrade import logit_values
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.literals import Expression
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.source_call import SourceCall

_TABLES = {
    "optimizer": "keras.src.optimizers.ALL_OBJECTS_DICT",
    "initializer": "keras.src.initializers.ALL_OBJECTS_DICT",
    "activation": "keras.src.activations.ALL_OBJECTS_DICT",
}
_REGISTRIES = {
    "loss": "keras.src.losses.ALL_OBJECTS_DICT",
    "metrics": "keras.src.metrics.ALL_OBJECTS_DICT",
}


def replace(script: Script, given: SourceCall, called: Any, line: int) -> None:
    """Make calls of the strings among a call's arguments, where the era's meaning was another one.

    Args:
        script: The script that is upgraded.
        given: The call.
        called: What it calls.
        line: Its line.
    """
    if called is thing("keras.layers.Activation"):
        _argument(script, given, "activation", line)
        return
    defaults = _defaults(called)
    drawn_before = _drawn_before(script, given, defaults)
    written = []
    for name in [*given.arguments, *(one for one in defaults if not given.has(one))]:
        if name.rpartition("_")[2] in _TABLES:
            default = defaults.get(name)
            if _argument(script, given, name, line, default, name in drawn_before):
                written.append(name)
        elif name in _REGISTRIES:
            _functions(script, given, name, line)
    # Initializers draw a seed when they are made. Those of the script's were made before the layer,
    # which made its own in the order of its arguments.
    drawn = [one for one in defaults if one.endswith("_initializer") and given.has(one)]
    given.order(sorted(drawn, key=lambda one: one in written))


def _drawn_before(script: Script, given: SourceCall, defaults: dict[str, str]) -> set[str]:
    """The initializers before the last one that is written out.

    Each draws a seed when it is made. A layer makes those that are strings, one after the other;
    so that none is made too late, those before one that is written out are written out too.
    """
    names = [one for one in defaults if one.endswith("_initializer")]
    made = [one for one in names if _made(script, given, one, defaults[one]) is not None]
    return set(names[: names.index(made[-1])]) if made else set()


def _defaults(called: Any) -> dict[str, str]:
    """The defaults of Keras 3 that are strings, which may have stood for something else."""
    function = called.__init__ if inspect.isclass(called) else called
    found = inspect.signature(function).parameters.values()
    return {one.name: one.default for one in found if isinstance(one.default, str)}


def _argument(
    script: Script,
    given: SourceCall,
    name: str,
    line: int,
    default: str | None = None,
    is_drawn_before: bool = False,
) -> bool:
    """Write one string out, and say whether it was one to write out."""
    made = _made(script, given, name, default, is_drawn_before)
    if made is None:
        return False
    value = given.literal(name) if given.has(name) else default
    given.give(name, made)
    told = f"{value!r} is written out with the meaning of its time"
    code = _code(script, f"{_TABLES[name.rpartition('_')[2]]}.{value}")
    script.journal.done(code, line, told)
    return True


def _made(
    script: Script,
    given: SourceCall,
    name: str,
    default: str | None,
    is_drawn_before: bool = False,
) -> Expression | None:
    """What a string stood for; `None` where the string may stay."""
    kind = name.rpartition("_")[2]
    value = given.literal(name) if given.has(name) else default
    if not isinstance(value, str):
        return None
    table: Any = thing(_TABLES[kind])
    # `optimizer="Adam"` is one, too: Keras looks it up in small letters as well.
    part = table.get(value, table.get(value.lower()))
    # An activation is a function: there is nothing to construct, but maybe another one to write.
    if not inspect.isclass(part):
        return _function(script, f"{_TABLES[kind]}.{value}")
    target = f"keras.{kind}s.{part.__name__}"
    made = _construction(script, part, target)
    if made is None and is_drawn_before and "seed" in inspect.signature(part).parameters:
        made = Expression(cst.Call(script.references.refer(target)))
    return made


def _construction(script: Script, part: type, target: str) -> Expression | None:
    """The call that a string stood for, if a rule has something to say about it."""
    # Without arguments, as Keras calls the class for its name.
    call = SourceCall(target, script.era, cst.Call(cst.Name("x")), (), script.references.refer)
    for rule in script.knowledge.rules(part):
        call.apply(rule)
    if call.meanings:
        name = script.definitions.define_class(script.era.title, call.meanings)
        func: cst.BaseExpression = cst.Name(name)
    elif call.arguments:
        func = script.references.refer(call.target)
    else:
        return None
    return Expression(cst.Call(func, call.rendered(())))


def _function(script: Script, full: str) -> Expression | None:
    """A function that is written into the script, for a name in one of Keras's tables."""
    rule = _rule(script, full)
    if rule is None:
        return None
    source = rule.stand_in if isinstance(rule, Gone) else str(rule.source)
    return Expression(cst.Name(script.definitions.define(source)))


def _rule(script: Script, full: str) -> Meaning | Gone | None:
    """The rule of such a name, if it is chosen."""
    rules: list[Meaning | Gone] = [*script.knowledge.meanings, *script.knowledge.gone.values()]
    for rule in rules:
        name = rule.target if isinstance(rule, Meaning) else rule.name
        if name == full and script.journal.is_chosen(rule.code) and rule.source:
            # An activation that notes its logits is of use only where a loss reads them.
            is_note = rule.code == logit_values.CODE and full.startswith(_TABLES["activation"])
            return None if is_note and not logit_values.is_read(script) else rule
    return None


def _code(script: Script, full: str) -> str:
    """The code under which a string is written out; that of defaults, where no rule is of it."""
    rule = _rule(script, full)
    return "OF205" if rule is None or rule.code == "OF206" else rule.code


def _functions(script: Script, given: SourceCall, name: str, line: int) -> None:
    """Losses and metrics by names that have gone, or that meant something else."""
    value = given.literal(name)
    if value is None or value is UNKNOWN:
        return
    found = _each(script, value, _REGISTRIES[name], line)
    if found != value:
        given.give(name, found)


def _each(script: Script, value: Any, table: str, line: int) -> Any:
    if isinstance(value, str):
        rule = _rule(script, f"{table}.{value}")
        if rule is None:
            return value
        script.journal.done(rule.code, line, f"{value!r} is written down")
        return _function(script, f"{table}.{value}")
    if isinstance(value, list | tuple):
        return type(value)(_each(script, one, table, line) for one in value)
    if isinstance(value, dict):
        return {key: _each(script, one, table, line) for key, one in value.items()}
    return value
