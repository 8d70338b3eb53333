"""Layers that are made trainable in a model that is not: they train in Keras 3, as they did not.

What is true of a model when it trains is not seen in a source. So it is listed, where a model is
set to `trainable = False` and, further down, a layer of it to anything else.
"""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade.names import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF206"


class FrozenModels:
    """The models of a script that are not trainable, as far as a source tells.

    Args:
        script: The script that is upgraded.
    """

    def __init__(self, script: Script) -> None:
        """None is yet."""
        self.script = script
        self.frozen: set[str] = set()
        self.loops: list[cst.For] = []

    def assigned(self, node: cst.Assign) -> None:
        """Note an assignment of `trainable`, or list it."""
        target = node.targets[0].target
        if not (isinstance(target, cst.Attribute) and target.attr.value == "trainable"):
            return
        name = spelled(target.value)
        if isinstance(node.value, cst.Name) and node.value.value == "False":
            self.frozen |= {name} if name else set()
        elif name in self.frozen:
            self.frozen.discard(name)
        elif found := self.frozen & self._models(target.value):
            told = (
                f"{min(found)} is not trainable, and nothing in it trained, whatever its layers "
                "said; in Keras 3 this layer trains: leave this line out"
            )
            self.script.left(CODE, node, told)

    def _models(self, layer: cst.BaseExpression) -> set[str]:
        """The names of models whose layer it may be: `base.layers[3]`, or that of a loop."""
        loops = [one for one in self.loops if one.target.deep_equals(layer)]
        places = [one.iter for one in loops] or [layer]
        found = _Owners()
        for one in places:
            one.visit(found)
        return found.names


class _Owners(cst.CSTVisitor):
    """Whose `layers` are named, or who is asked for a layer."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in ("layers", "get_layer"):
            self.names.add(spelled(node.value) or "")
