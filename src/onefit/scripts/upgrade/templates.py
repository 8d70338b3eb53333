"""What to write for a call of something that has gone: `"{self}.predict({x})"`."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

import libcst as cst

from onefit.scripts.upgrade.brackets import closed
from onefit.scripts.upgrade.definitions import ROOM
from onefit.scripts.upgrade.source_call import Argument

_PART = re.compile(r"\{(\w+)(?:=([^}]*))?\}")
_NAME = re.compile(r"\bkeras\.(?:\w+\.)*\w+|\bnumpy\.\w+")


def stand_in(source: str, is_method: bool) -> tuple[str, ...]:
    """The names of a stand-in's arguments, in order.

    Args:
        source: `"training:predict_proba"`, for example.
        is_method: Whether the first one is the object itself.

    Raises:
        ValueError: If it stands for an attribute, which takes none.

    >>> stand_in("training:predict_proba", True)
    ('x', 'batch_size', 'verbose')
    """
    module, _, name = source.partition(":")
    part: Any = getattr(importlib.import_module(f"{ROOM}.{module}"), name)
    function = part.__init__ if inspect.isclass(part) else part
    if not callable(function):
        raise ValueError("it is an attribute, and is called here")
    found = list(inspect.signature(function).parameters.values())
    names = tuple(one.name for one in found if one.kind is one.POSITIONAL_OR_KEYWORD)
    return names[1:] if is_method or inspect.isclass(part) else names


def filled(
    template: str,
    arguments: Mapping[str, Argument],
    owner: cst.BaseExpression | None,
    refer: Callable[[str], cst.BaseExpression],
) -> cst.BaseExpression:
    """A template's expression.

    Args:
        template: Code with `{self}`, `{argument}`, `{argument=default}`, and full names of Keras.
        arguments: The arguments by name.
        owner: What stands for `{self}`.
        refer: Makes the expression for a full name.

    Raises:
        ValueError: If an argument is given that the template has no place for, or the other way.
    """
    parts = dict(_PART.findall(template))
    needed = {name for name, default in parts.items() if not default} - {"self"}
    strange = (needed - set(arguments)) | (set(arguments) - set(parts))
    if strange:
        raise ValueError(f"its arguments cannot all be kept ({', '.join(sorted(strange))})")
    nodes = {name: one.value for name, one in arguments.items()}
    if owner is not None:
        nodes["self"] = owner
    # Names stand for the arguments until the template is parsed, so that these stay nodes, with the
    # layout and the comments that they have.
    code = _PART.sub(lambda found: f"{found[1]}__" if found[1] in nodes else found[2], template)
    code = _NAME.sub(lambda found: cst.Module([]).code_for_node(refer(found[0])), code)
    made = cst.parse_expression(code).visit(_Filling({f"{n}__": v for n, v in nodes.items()}))
    result: Any = made
    return result


class _Filling(cst.CSTTransformer):
    def __init__(self, nodes: Mapping[str, cst.BaseExpression]) -> None:
        self.nodes = nodes

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.nodes.get(original_node.value, updated_node)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        """What stands for an argument may hold its parts together less closely than a name."""
        return super().on_leave(original_node, closed(updated_node))
