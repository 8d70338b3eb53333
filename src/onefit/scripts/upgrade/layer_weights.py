"""First weights of a layer: `Dense(2, weights=[w, b])` is `with_weights(Dense(2), [w, b])`.

Keras 3 takes them of an `Embedding` only; a function that is written into the script takes them of
any layer.
"""

from __future__ import annotations

import inspect
from typing import Any

import libcst as cst

from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.script import Script

CODE = "OF203"


def parted(
    script: Script, called: Any, original: cst.Call, updated: cst.Call
) -> tuple[cst.Call, cst.BaseExpression | None]:
    """A call of a layer without its first weights, and the weights.

    Args:
        script: The script that is upgraded.
        called: What is called, in Keras 3.
        original: The call as it was.
        updated: The call, whose parts are of today already.

    Returns:
        The call, and `None` where it has no such argument, where Keras 3 takes it, or where the
        rule is not wanted.
    """
    if not inspect.isclass(called) or not issubclass(called, thing("keras.layers.Layer")):
        return updated, None
    given = [one for one in updated.args if one.keyword and one.keyword.value == "weights"]
    is_taken = "weights" in inspect.signature(called.__init__).parameters
    if not given or is_taken or not script.journal.is_chosen(CODE):
        return updated, None
    script.done(CODE, original, "weights= are set when the layer is built")
    kept = [at for at, one in enumerate(updated.args) if one not in given]
    gone = set(range(len(updated.args))) - set(kept)
    rest = layout.laid_out([updated.args[at] for at in kept], kept, updated, gone)
    value = given[0].value
    is_none = isinstance(value, cst.Name) and value.value == "None"
    return updated.with_changes(args=rest), None if is_none else value


def passed(
    script: Script, layer: cst.BaseExpression, weights: cst.BaseExpression
) -> cst.BaseExpression:
    """The call of the function that gives a layer its first weights."""
    function = cst.Name(script.definitions.define("construction:with_weights"))
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return cst.Call(function, [cst.Arg(layer, comma=comma), cst.Arg(weights)])
