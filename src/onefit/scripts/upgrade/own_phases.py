"""Layers that a functional model calls with `training=`, which Keras 3 does not heed there."""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade import layout
from onefit.scripts.upgrade.script import Script

CODE = "OF206"


def written(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`with_own_phase(base, False)(x)` for `base(x, training=False)`.

    Args:
        script: The script that is upgraded.
        original: The call as it was.
        updated: The call, whose parts are of today already.
    """
    start = script.positions[original].start
    is_phase = [one.keyword is not None and one.keyword.value == "training" for one in updated.args]
    # `Dropout(0.5)(x, training=True)` and the call within it begin at one place.
    is_one = any(is_phase) and (start.line, start.column) in script.phased
    if not is_one or not script.journal.is_chosen(CODE):
        return updated
    function = cst.Name(script.definitions.define("phases:with_own_phase"))
    phase = updated.args[is_phase.index(True)].value
    rest = [one for one, is_it in zip(updated.args, is_phase) if not is_it]
    left = [place for place, is_it in enumerate(is_phase) if not is_it]
    script.done(CODE, original, "training= is fixed before the layer is called")
    layer = cst.Call(function, [cst.Arg(updated.func, comma=layout.COMMA), cst.Arg(phase)])
    gone = {is_phase.index(True)}
    return updated.with_changes(func=layer, args=layout.laid_out(rest, left, updated, gone))
