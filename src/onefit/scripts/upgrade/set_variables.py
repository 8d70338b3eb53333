"""Variables of the script that are set during training: Keras 3 on JAX does not read them anew.

`alpha = K.variable(1.0)` in a loss, halved by a callback, stood in TensorFlow's graph. A step of
Keras 3 is handed the variables of the model alone, and has the value that another one held when the
step was traced; so the lines that set one are listed.
"""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF210"
_MAKING = ("keras.backend.variable", "keras.Variable")
_SETTING = ("keras.backend.set_value", "keras.backend.update")
_METHODS = ("assign", "assign_add", "assign_sub")
_TOLD = (
    "is no variable of a model: where a loss or a layer reads it, a step of Keras 3 on JAX goes on "
    "with the value of the first one, whatever this sets"
)


def check(script: Script) -> None:
    """List the lines that set such a variable where training may be under way.

    Args:
        script: The script that is upgraded.
    """
    made = _Made(script)
    script.module.visit(made)
    if made.names:
        script.module.visit(_Set(script, made.names))


class _Made(cst.CSTVisitor):
    """The names that hold variables which the script made, without those of layers and models."""

    def __init__(self, script: Script) -> None:
        self.script, self.names = script, set[str]()

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        # A variable of a layer is one of the model's.
        return self.script.kinds.of_class(node) is None or _is_callback(self.script, node)

    def visit_Assign(self, node: cst.Assign) -> None:
        if not isinstance(node.value, cst.Call):
            return
        if self.script.names.keras(node.value.func) in _MAKING:
            self.names.update(filter(None, (spelled(one.target) for one in node.targets)))


class _Set(cst.CSTVisitor):
    """Lists what sets them in functions and loops, which may run between the steps."""

    def __init__(self, script: Script, names: set[str]) -> None:
        self.script, self.names = script, names
        self.leaves = {one.rpartition(".")[2] for one in names}
        self.callbacks: list[bool] = []
        self.within = 0

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        is_callback = _is_callback(self.script, node)
        self.callbacks.append(is_callback)
        return is_callback or self.script.kinds.of_class(node) is None

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self.callbacks.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.within += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.within -= 1

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.within += 1

    def leave_Lambda(self, original_node: cst.Lambda) -> None:
        self.within -= 1

    def visit_For(self, node: cst.For) -> None:
        self.within += 1

    def leave_For(self, original_node: cst.For) -> None:
        self.within -= 1

    def visit_While(self, node: cst.While) -> None:
        self.within += 1

    def leave_While(self, original_node: cst.While) -> None:
        self.within -= 1

    def visit_Call(self, node: cst.Call) -> None:
        variable = self._variable(node)
        if self.within and variable is not None and self._is_one(variable):
            self.script.left(CODE, node, f"{variable} {_TOLD}")

    def _variable(self, node: cst.Call) -> str | None:
        """The name of the variable that a call sets."""
        if self.script.names.keras(node.func) in _SETTING:
            return spelled(node.args[0].value) if node.args else None
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _METHODS:
            return spelled(node.func.value)
        return None

    def _is_one(self, name: str) -> bool:
        if name in self.names or ("." in name and name.rpartition(".")[2] in self.leaves):
            return True
        # A callback is handed one and may call it otherwise; what its model has is the model's.
        is_own = name.startswith("self.") and name.count(".") == 1
        return is_own and bool(self.callbacks) and self.callbacks[-1]


def _is_callback(script: Script, node: cst.ClassDef) -> bool:
    olds = (script.names.keras(one.value) for one in node.bases)
    return any(old is not None and script.kinds.is_callback(old) for old in olds)
