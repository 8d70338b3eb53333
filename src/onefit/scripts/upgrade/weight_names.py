"""Names of weights, where a script knows how they end: `w.name.endswith("/kernel:0")`.

A weight's `path` of Keras 3 ends as its `name` did in Keras 2 and tf.keras 2, without the `:0`.
"""

from __future__ import annotations

import re

import libcst as cst

from onefit.scripts.eras.clues import WEIGHT
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.script import Script

CODE = "OF207"


def check(script: Script, node: cst.SimpleString) -> None:
    """Tell of such a name, unless `ending` rewrites the call in which it stands."""
    word = read(node)
    is_name = isinstance(word, str) and script.era.name != "keras1" and re.search(WEIGHT, word)
    if is_name and node not in script.endings:
        last = word.rpartition("/")[2].removesuffix(":0")
        script.left(
            CODE, node, f"weight.name is {last!r} in Keras 3, and weight.path the whole way"
        )


def note(script: Script, node: cst.Call) -> None:
    """Remember the text of a call that `ending` rewrites."""
    if _is_ending(node) and script.era.name != "keras1" and script.journal.is_chosen(CODE):
        script.endings.add(node.args[0].value)


def ending(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """Whether a weight's path ends so, in place of its name."""
    if not original.args or original.args[0].value not in script.endings:
        return updated
    script.done(CODE, original, "weight.path ends as weight.name did")
    asked = updated.func
    text = updated.args[0].value
    if not (isinstance(asked, cst.Attribute) and isinstance(asked.value, cst.Attribute)):
        return updated
    if not isinstance(text, cst.SimpleString):
        return updated
    path = asked.value.with_changes(attr=cst.Name("path"))
    shorter = text.with_changes(value=text.value.replace(":0", ""))
    return updated.with_changes(
        func=asked.with_changes(value=path), args=[updated.args[0].with_changes(value=shorter)]
    )


def _is_ending(node: cst.Call) -> bool:
    func = node.func
    if not (isinstance(func, cst.Attribute) and func.attr.value == "endswith"):
        return False
    if not (isinstance(func.value, cst.Attribute) and func.value.attr.value == "name"):
        return False
    word = read(node.args[0].value) if len(node.args) == 1 else None
    return isinstance(word, str) and re.search(WEIGHT, word) is not None
