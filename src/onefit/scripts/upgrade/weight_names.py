"""Names of weights, where a script knows how they end: `w.name.endswith("/kernel:0")`.

A weight's `path` of Keras 3 ends as its `name` did in Keras 2 and tf.keras 2, without the `:0`.
"""

from __future__ import annotations

import re
from typing import Any

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
    asked: Any = updated.func
    given: Any = updated.args[0]
    path = asked.value.with_changes(attr=cst.Name("path"))
    text = given.value.with_changes(value=given.value.value.replace(":0", ""))
    script.done(CODE, original, "weight.path ends as weight.name did")
    return updated.with_changes(
        func=asked.with_changes(value=path), args=[given.with_changes(value=text)]
    )


def _is_ending(node: cst.Call) -> bool:
    func = node.func
    if not (isinstance(func, cst.Attribute) and func.attr.value == "endswith"):
        return False
    if not (isinstance(func.value, cst.Attribute) and func.value.attr.value == "name"):
        return False
    text = node.args[0].value if len(node.args) == 1 else None
    return isinstance(text, cst.SimpleString) and re.search(WEIGHT, str(read(text))) is not None
