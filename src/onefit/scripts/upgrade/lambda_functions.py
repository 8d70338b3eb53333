"""Functions of `Lambda` layers in a script that reads its models again.

Keras 1 and 2 wrote a function's code into a model's file or config. Keras 3 writes the name of one
by `def`, and finds it again if it is registered; it does not read the code of a `lambda`, which
could do anything.
"""

from __future__ import annotations

import libcst as cst
from libcst.metadata import GlobalScope

from onefit.scripts.upgrade.exports import Function
from onefit.scripts.upgrade.script import Script

CODE = "OF208"
_READING = frozenset({
    "load_model()", "clone_model()", "model_from_json()", "model_from_yaml()",
    "model_from_config()", "from_config()",
})  # fmt: skip
_DECORATOR = "keras.saving.register_keras_serializable()"


def registered(
    script: Script, original: cst.FunctionDef, updated: cst.FunctionDef
) -> cst.FunctionDef:
    """A function that a `Lambda` is given by its name, with the decorator that registers it.

    Args:
        script: The script that is upgraded.
        original: The function as it was.
        updated: The function, whose parts are of today already.
    """
    is_given = any(one is original for one in script.draws.given.values())
    if not is_given or not _is_found(script, original) or not _is_read(script):
        return updated
    if _is_registered(original) or not script.journal.is_chosen(CODE):
        return updated
    script.definitions.modules.add("keras")
    script.done(CODE, original, "a Lambda's function is registered, and found when a model is read")
    decorator = cst.Decorator(cst.parse_expression(_DECORATOR))
    return updated.with_changes(decorators=[*updated.decorators, decorator])


def check(script: Script) -> None:
    """List the layers whose functions Keras 3 does not find again.

    Args:
        script: The script that is upgraded.
    """
    given = script.draws.given if _is_read(script) else {}
    for call, function in given.items():
        if function is None or _is_found(script, function):
            continue
        told = (
            "Keras 3 does not read this Lambda's code from a file or a config: give it a function "
            "by def, outside of others, with @keras.saving.register_keras_serializable()"
        )
        script.left(CODE, call, told)


def _is_found(script: Script, function: Function) -> bool:
    """Whether a function has a name that is one in all of the script."""
    scope = script.names.scopes.get(function)
    return isinstance(function, cst.FunctionDef) and isinstance(scope, GlobalScope)


def _is_registered(function: cst.FunctionDef) -> bool:
    return "register_keras_serializable" in cst.Module([function]).code


def _is_read(script: Script) -> bool:
    return bool(script.names.identifiers & _READING)
