"""Calls of one class of Keras's or another, by what their rules have in common."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import libcst as cst

from onefit.scripts.eras import clues
from onefit.scripts.upgrade import translation
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.script import Script

CODE = "OF203"
_OLD = {name for name, era in clues.ARGUMENTS.items() if era in ("keras1", "old")}
_OLD |= {"init", "lr", "output_dim"}


def call(script: Script, original: cst.Call, updated: cst.Call, names: Sequence[str]) -> cst.Call:
    """A call of a name that may hold several things of Keras's.

    Where all take the same, it is rewritten. Where some had a default then that others do not know,
    it is rewritten without that, which is listed. Else it stays as it is, and is listed.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
        updated: The call, whose parts are of today already.
        names: What may be called, by full names as of the package `keras`.
    """
    before = script.state()
    # Each as if it alone could be called here: what the calls have in common can stay.
    made = [_as(script, one, original, updated) for one in names]
    called = original.args[0].value if is_partial(script, original) else original.func
    # A class that is written into the script has the name by which the script gives it.
    own_classes = {_code_of(one.func) for one in made} & script.definitions.statements.keys()
    if own_classes <= script.choices.written(called):
        made = [
            one.with_changes(func=updated.func) if _code_of(one.func) == _leaf(name) else one
            for one, name in zip(made, names)
        ]
    shared = [one for one in made[0].args if all(_has(other.args, one) for other in made)]
    is_same_name = all(one.func.deep_equals(updated.func) for one in made)
    if is_same_name and all(len(one.args) == len(shared) for one in made):
        return made[0]
    after = script.state()
    # A call without arguments shows which defaults of then the rules write out.
    bare = [_as(script, one, original, updated.with_changes(args=[])) for one in names]
    # The trials have noted what they did as if each of these calls stood in the source.
    script.restore(before)
    own = [[arg for arg in one.args if not _has(shared, arg)] for one in made]
    if not is_same_name or any(
        not _has(one.args, arg) for one, args in zip(bare, own) for arg in args
    ):
        told = f"{_either(names)}: in Keras 3 each takes this in its own way, so call each by name"
        script.left(CODE, original, told)
        return updated
    if own_classes or any(not _has(updated.args, one) for one in shared):
        script.restore(after)  # with the definitions that the call needs
        script.journal.changes = set(before.changes)
        script.done(CODE, original, f"a call of {_either(names)} as Keras 3 takes it")
    for name, args in zip(names, own):
        words = ", ".join(one.keyword.value for one in args if one.keyword is not None)
        if words:
            told = f"{_leaf(name)} had another default then, which not all of these know: {words}"
            script.left("OF205", original, told)
    last = shared[-1:] and [shared[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
    return updated.with_changes(args=[*shared[:-1], *last])


def partial(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`partial(Conv2D, border_mode="same")`: what is given now by the rules of what is called.

    Args:
        script: The script that is upgraded.
        original: The call of `functools.partial` as its names were resolved.
        updated: The call, whose parts are of today already.
    """
    names = script.choices.of(original.args[0].value) if original.args else []
    if not names:
        return updated
    first, rest = updated.args[0], updated.args[1:]
    inner = updated.with_changes(func=first.value, args=rest)
    made = call(script, original, inner, names).args
    first = first.with_changes(comma=cst.MaybeSentinel.DEFAULT if made else first.comma)
    return updated.with_changes(args=[first, *made])


def is_partial(script: Script, original: cst.Call) -> bool:
    """Whether a call makes a `functools.partial`.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
    """
    return script.names.full(original.func) == "functools.partial" and bool(original.args)


def unknown(script: Script, original: cst.Call) -> None:
    """List a call of what the source does not tell, with arguments that layers of then had.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
    """
    is_found = isinstance(original.func, cst.Subscript | cst.Call)  # table[name], getattr(m, name)
    is_found |= script.choices.is_partial(original.func)
    words = sorted({one.keyword.value for one in original.args if one.keyword} & _OLD)
    if words and (is_found or script.choices.is_given(original.func)):
        told = (
            f"if this is something of Keras's, its arguments have other names: {', '.join(words)}"
        )
        script.left(CODE, original, told)


def states(script: Script, original: cst.Call) -> None:
    """List `stateful=True` for what the source does not tell to be a recurrent layer of Keras's.

    Args:
        script: The script that is upgraded.
        original: The call as its names were resolved.
    """
    # The arguments in `dict(stateful=True)` are looked at where a call takes the table by `**`.
    if not any(map(_is_stateful, original.args)) or _code_of(original.func) == "dict":
        return
    made_from = [thing(one) for one in script.choices.bases(original.func)]
    is_recurrent = any(
        inspect.isclass(one) and issubclass(one, thing("keras.layers.RNN")) for one in made_from
    )
    if is_recurrent or not script.choices.is_own(original.func):
        script.left("OF206", original, _OWN_STATES if is_recurrent else _STATES)


_STATES = (
    "if this is a recurrent layer of Keras's, it begins each batch anew in Keras 3 on JAX: call "
    "its class by name"
)
_OWN_STATES = (
    "Keras 3 on JAX begins each batch of a recurrent layer anew: a class that is made from one has "
    "to count its states among its variables"
)


def _is_stateful(one: cst.Arg) -> bool:
    is_named = one.keyword is not None and one.keyword.value == "stateful"
    return is_named and _code_of(one.value) not in ("False", "None")


def _as(script: Script, old: str, original: cst.Call, updated: cst.Call) -> cst.Call:
    """The call if it is one of this; as it is where what is called is written into the script."""
    today = script.knowledge.today(old)
    if today is None or today.gone is not None:
        return updated
    called = thing(today.name)
    if not callable(called):
        return updated
    target = script.knowledge.targets.get(id(called), today.name)
    rules = script.knowledge.rules(called)
    made = translation.translated(script, target, called, rules, original, updated)
    return made if isinstance(made, cst.Call) else updated


def _has(arguments: Sequence[cst.Arg], one: cst.Arg) -> bool:
    """Whether there is such an argument, whatever stands behind it."""
    return any(_code(other) == _code(one) for other in arguments)


def _code_of(node: cst.BaseExpression) -> str:
    return cst.Module([]).code_for_node(node)


def _code(one: cst.Arg) -> str:
    word = one.keyword.value if one.keyword is not None else ""
    return f"{word}={cst.Module([]).code_for_node(one.value)}"


def _either(names: Sequence[str]) -> str:
    return " or ".join(map(_leaf, names))


def _leaf(full: str) -> str:
    return full.rpartition(".")[2]
