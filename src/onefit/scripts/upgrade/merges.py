"""Keras 1's `merge` of tensors by a function, a `Lambda` that is called on them, or by cosines."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.call import UNKNOWN
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.source_call import SourceCall
from onefit.scripts.upgrade.templates import filled

NAME = "keras.layers.merge"
_KEPT = ("mode", "output_shape", "arguments", "name")


def by_function(script: Script, name: str, given: SourceCall) -> cst.BaseExpression | None:
    """The call of a `Lambda` for that of `merge` with a function; `None` for any other call.

    Args:
        script: The script that is upgraded.
        name: What is called, by its full name then.
        given: Its arguments.
    """
    mode = given.arguments.get("mode")
    if name != NAME or mode is None or not _is_function(script, mode.value):
        return None
    if not {"inputs", "mode"} <= given.arguments.keys() <= {"inputs", *_KEPT}:
        return None
    words = [f"{one}={{{one}}}" for one in _KEPT[1:] if given.has(one)]
    template = f"keras.layers.Lambda({', '.join(['{mode}', *words])})({{inputs}})"
    return filled(template, given.arguments, None, script.references.refer)


def by_cosine(script: Script, name: str, given: SourceCall) -> cst.BaseExpression | None:
    """The call of a layer for that of `merge` with the mode `"cos"`; `None` for any other call.

    `Dot(normalize=True)` is the cosine for matrices, too, which Keras 1 computed of rows alone.

    Args:
        script: The script that is upgraded.
        name: What is called, by its full name then.
        given: Its arguments.

    Raises:
        ValueError: If its axes are not told, or those of the rows.
    """
    if name != NAME or not given.has("mode") or given.literal("mode") != "cos":
        return None
    axes = given.literal("dot_axes") if given.has("dot_axes") else -1
    if isinstance(axes, list | tuple) and len(axes) == 1:
        axes = axes[0]
    if axes is UNKNOWN or axes == 0 or (isinstance(axes, list | tuple) and axes[0] in (0, UNKNOWN)):
        raise ValueError("its dot_axes are not told, or those of the rows")
    layer = script.definitions.define("merging:Cosine")
    kept = {one: node for one, node in given.arguments.items() if one in ("inputs", "name")}
    words = ", name={name}" if "name" in kept else ""
    template = f"{layer}({axes!r}{words})({{inputs}})"
    return filled(template, kept, None, script.references.refer)


def _is_function(script: Script, node: cst.BaseExpression) -> bool:
    """Whether an expression is a lambda, or the name of a function of the script's own."""
    if isinstance(node, cst.Lambda):
        return True
    name = spelled(node)
    held = script.names.values.get(name or "", ())
    if held:
        return all(isinstance(one, cst.Lambda) for one in held)
    if name in script.beside.definitions:
        return True
    defined = m.findall(script.module, m.FunctionDef(name=m.Name(name))) if name else ()
    return bool(defined) and script.names.bound[name or ""] == len(defined)
