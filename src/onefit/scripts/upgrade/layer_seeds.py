"""Random numbers of `keras.backend` in a layer: they come from a seed generator of its own.

`Lambda(sampling)`, whose function calls `K.random_normal(shape)`, hands it one as an argument, and
a layer of the script's has one as an attribute. Keras 3 draws the same numbers again and again
without it, or refuses to.
"""

from __future__ import annotations

from typing import Any, TypeVar

import libcst as cst

from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.draws import ARGUMENT, ATTRIBUTE, TODAY, base_called
from onefit.scripts.upgrade.script import Script

CODE = "OF210"
_RENAMED = {"std": "stddev", "low": "minval", "high": "maxval", "x": "inputs", "level": "rate"}
_Kind = TypeVar("_Kind", cst.FunctionDef, cst.Lambda)


def drawn(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call | None:
    """A call that draws, as Keras 3 draws; `None` where it has no generator to draw from.

    Args:
        script: The script that is upgraded.
        original: The call as it was.
        updated: The call, whose parts are of today already.
    """
    seed = script.draws.seeds.get(original)
    if seed is None or not script.journal.is_chosen(CODE):
        return None
    old = script.names.keras(original.func) or ""
    name, order = TODAY[old.rpartition(".")[2]]
    arguments = []
    for place, one in enumerate(updated.args):
        word = order[place] if one.keyword is None else one.keyword.value
        if one.keyword is not None:
            one = one.with_changes(keyword=cst.Name(_RENAMED.get(word, word)))
        # With a number as its seed, an operation of Keras 3 draws the same at each call.
        if word != ARGUMENT:
            arguments.append(one)
    if arguments:
        arguments[-1] = arguments[-1].with_changes(comma=layout.COMMA)
    arguments.append(layout.named(ARGUMENT, cst.parse_expression(seed)))
    script.done(CODE, original, f"{old} is {name}, with a seed of the layer's")
    return updated.with_changes(func=script.references.refer(name), args=arguments)


def told(name: str) -> str:
    """What to do about a function that draws where no layer was found for it; `""` for others.

    Args:
        name: Its full name.
    """
    home, _, leaf = name.rpartition(".")
    if home != "keras.backend" or leaf not in TODAY:
        return ""
    return (
        f"{name} is no more: use {TODAY[leaf][0]} with seed= a keras.random.SeedGenerator that "
        "the layer which draws keeps"
    )


def handed_on(script: Script, original: cst.Call, made: cst.BaseExpression) -> cst.BaseExpression:
    """`Lambda(sampling)` with a generator for the function's draws."""
    is_one = original in script.draws.lambdas and script.journal.is_chosen(CODE)
    if not is_one or not isinstance(made, cst.Call):
        return made
    entry = cst.DictElement(
        cst.SimpleString(f'"{ARGUMENT}"'), cst.parse_expression(_generator(script))
    )
    arguments = list(made.args)
    for place, one in enumerate(arguments):
        if one.keyword is not None and one.keyword.value == "arguments":
            table = cst.ensure_type(one.value, cst.Dict)
            more = table.with_changes(elements=[*table.elements, entry])
            arguments[place] = one.with_changes(value=more)
            return made.with_changes(args=arguments)
    return made.with_changes(args=[*arguments, layout.named("arguments", cst.Dict([entry]))])


def _generator(script: Script) -> str:
    return f"{script.definitions.define('onefit.scripts.layer_seeds:own_seeds')}()"


def function(script: Script, original: _Kind, updated: _Kind) -> _Kind:
    """A function that a `Lambda` hands a generator."""
    if original not in script.draws.functions or not script.journal.is_chosen(CODE):
        return updated
    given: list[cst.Param] = list(updated.params.params)
    if given:
        given[-1] = given[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    more = cst.Param(cst.Name(ARGUMENT), default=cst.Name("None"), equal=layout.TIGHT)
    return updated.with_changes(params=updated.params.with_changes(params=[*given, more]))


def layer(script: Script, original: cst.ClassDef, updated: cst.ClassDef) -> cst.ClassDef:
    """A layer's class whose `__init__` makes a generator."""
    if original not in script.draws.layers or not script.journal.is_chosen(CODE):
        return updated
    line = cst.parse_statement(f"self.{ATTRIBUTE} = {_generator(script)}")
    body = list(updated.body.body)
    for place, one in enumerate(body):
        if isinstance(one, cst.FunctionDef) and one.name.value == "__init__":
            # Behind `super().__init__()`: before it a layer of Keras takes no attributes.
            after = (base_called(one) or 0) + 1
            lines = [*one.body.body[:after], line, *one.body.body[after:]]
            body[place] = one.with_changes(body=one.body.with_changes(body=lines))
            break
    else:
        # A class of the script's may want arguments; Keras's own take them by name.
        is_keras = all(script.names.keras(one.value) for one in original.bases)
        given = "**kwargs" if is_keras else "*args, **kwargs"
        made = cst.parse_statement(
            f"def __init__(self, {given}):\n    super().__init__({given})\n    pass"
        )
        method = cst.ensure_type(made, cst.FunctionDef)
        block = method.body.with_changes(body=[method.body.body[0], line])
        # Behind a docstring, which is one only as the first statement.
        place = int(layout.is_docstring(body[0]))
        method = method.with_changes(body=block)
        body[place : place + 1] = [_set_apart(one) for one in body[place : place + 1]]
        body.insert(place, _set_apart(method) if place else method)
    return updated.with_changes(body=updated.body.with_changes(body=body))


def _set_apart(line: Any) -> Any:
    """A statement behind an empty line."""
    if not hasattr(line, "leading_lines") or line.leading_lines:
        return line
    return line.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
