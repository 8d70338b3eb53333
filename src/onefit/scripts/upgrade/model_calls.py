"""Models of a script's own whose `call` does not tell its layers whether they train.

Keras 2 told them; Keras 3 on JAX does not, so that nothing drops in a training.
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.model_classes import OTHERWISE
from onefit.scripts.upgrade.kinds import MODEL, OwnClass
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF206"
_OF_OTHERS = frozenset({"dropout=", "recurrent_dropout=", "applications"})
_TOLD = (
    "Keras 3 on JAX does not tell these layers whether they train: take training=None in call, and "
    "hand training=training to "
)


def check(script: Script, node: cst.ClassDef) -> None:
    """List the layers of a model that would do in a training what they do in `predict`.

    Args:
        script: The script that is upgraded.
        node: A class of it.
    """
    is_model = OwnClass(script.kinds.of_class(node)).is_a(MODEL)
    if not is_model or not script.names.identifiers & (OTHERWISE | _OF_OTHERS):
        return
    plain = _plain_layers(script, node)
    for method in m.findall(node, m.FunctionDef(name=m.Name("call"))):
        untold = dict.fromkeys(
            spelled(cst.ensure_type(one, cst.Call).func) or ""
            for one in m.findall(method, _OF_SELF)
            # Its own: of `self.drop(self.norm(x, training=training))` one is told nothing.
            if not any(m.matches(word, _PHASE) for word in cst.ensure_type(one, cst.Call).args)
        )
        names = [name for name in untold if name not in plain]
        if names:
            script.left(CODE, method, _TOLD + ", ".join(names))


_PHASE = m.Arg(keyword=m.Name("training"))
_OF_SELF = m.Call(func=m.Attribute(value=m.Name("self")))


def _plain_layers(script: Script, node: cst.ClassDef) -> set[str]:
    """The attributes that hold layers of Keras's which always do the same, and the methods."""
    found = {f"self.{one.name.value}" for one in node.body.body if isinstance(one, cst.FunctionDef)}
    for one in m.findall(node, m.Assign(value=m.Call())):
        statement = cst.ensure_type(one, cst.Assign)
        made = cst.ensure_type(statement.value, cst.Call)
        old = script.names.keras(made.func) or ""
        leaf = old.rpartition(".")[2]
        is_plain = ".layers." in old and leaf not in OTHERWISE
        given = {one.keyword.value for one in made.args if one.keyword is not None}
        if is_plain and not given & {"dropout", "recurrent_dropout"}:
            found.update(filter(None, (spelled(target.target) for target in statement.targets)))
    return found
