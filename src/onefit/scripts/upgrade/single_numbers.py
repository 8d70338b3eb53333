"""Arrays of one number where NumPy wants the number, since 2.4: `float(model.predict(x))`.

What is known to be one gets `.item()`: predictions of one model, and arrays that are written down.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.stand_ins.plain_numbers import wanted
from onefit.scripts.upgrade.kinds import MODEL
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF214"
_Test = Callable[[Script, cst.BaseExpression, set[str]], bool]
_PREDICTING = frozenset({"predict", "predict_classes", "predict_on_batch", "predict_proba"})
_WRITTEN = frozenset({"numpy.array", "numpy.asarray"})
_DRAWN = {"choice": 1, "normal": 2, "rand": 0, "randint": 2, "randn": 0, "uniform": 2}
"""Functions of `numpy.random`, and the place of the argument that says how many."""


def converted(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`float(answer)`, `int(answer)`, and functions of `math`.

    Args:
        script: The script that is upgraded.
        original: The call as it was.
        updated: The call, whose parts are of today already.
    """
    if (script.names.full(original.func) or "").startswith("math."):
        return _of_math(script, original, updated)
    is_one = len(original.args) == 1 and not original.args[0].star and not original.args[0].keyword
    if spelled(original.func) not in ("float", "int") or not is_one:
        return updated
    # The script may have a `float` of its own.
    if {"float", "int"} & script.names.bound.keys() or not _is_chosen(script, original.args[0]):
        return updated
    return updated.with_changes(args=[_item(updated.args[0])])


def _of_math(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    given = zip(original.args, updated.args)
    args = [
        _item(new) if not old.star and not old.keyword and _is_chosen(script, old) else new
        for old, new in given
    ]
    return updated.with_changes(args=args)


def formatted(
    script: Script, original: cst.BinaryOperation, updated: cst.BinaryOperation
) -> cst.BinaryOperation:
    """`"%.2f" % answer`, and the elements of `"%s %d" % (name, answer)`.

    Args:
        script: The script that is upgraded.
        original: The operation as it was.
        updated: The operation, whose parts are of today already.
    """
    text = read(original.left) if isinstance(original.operator, cst.Modulo) else None
    if not isinstance(text, str):
        return updated
    places = wanted(text)
    if not isinstance(original.right, cst.Tuple):
        is_one = places == [True] and _is_chosen(script, original)
        return updated.with_changes(right=_with_item(updated.right)) if is_one else updated
    values = original.right.elements
    if len(values) != len(places) or any(isinstance(one, cst.StarredElement) for one in values):
        return updated
    made = list(cst.ensure_type(updated.right, cst.Tuple).elements)
    for place, one in enumerate(values):
        if places[place] and _is_chosen(script, one):
            made[place] = made[place].with_changes(value=_with_item(made[place].value))
    return updated.with_changes(right=updated.right.with_changes(elements=made))


def _is_chosen(script: Script, place: cst.Arg | cst.BaseElement | cst.BinaryOperation) -> bool:
    """Whether the value at a place becomes a number, which is noted then."""
    value = place.right if isinstance(place, cst.BinaryOperation) else place.value
    if not _is_array(script, value, set()) or not script.journal.is_chosen(CODE):
        return False
    script.done(CODE, value, "an array of one number is the number by .item()")
    return True


def _is_array(script: Script, node: cst.BaseExpression, seen: set[str]) -> bool:
    """Whether an expression is known to be an array of one number, if a number is wanted of it."""
    if isinstance(node, cst.Subscript):
        index = node.slice[0].slice if len(node.slice) == 1 else None
        is_one = isinstance(index, cst.Index)
        return is_one and _is_prediction(script, node.value, seen)
    if isinstance(node, cst.BinaryOperation):
        return any(_is_array(script, one, seen) for one in (node.left, node.right))
    if isinstance(node, cst.Call) and not _is_prediction(script, node, seen):
        return _is_written(script, node)
    is_held = _is_prediction(script, node, seen) or _holds(script, node, seen, _is_array)
    return is_held or _is_row(script, node)


def _is_row(script: Script, node: cst.BaseExpression) -> bool:
    """Whether a name holds the rows of predictions, over which loops go, and nothing else."""
    given = script.choices.looped(node)
    known = [one for one in given if one is not None and _is_prediction(script, one, set())]
    return bool(known) and len(known) == len(given)


def _is_prediction(script: Script, node: cst.BaseExpression, seen: set[str]) -> bool:
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        owner, verb = node.func.value, node.func.attr.value
        return verb in _PREDICTING and script.kinds.kind(owner) == MODEL
    return _holds(script, node, seen, _is_prediction)


def _holds(script: Script, node: cst.BaseExpression, seen: set[str], what: _Test) -> bool:
    """Whether all that a name is ever assigned is something."""
    # Names may hold one another: `a = b` and, further down, `b = a`.
    if not isinstance(node, cst.Name) or node.value in seen:
        return False
    values = script.names.held(node)
    return bool(values) and all(what(script, one, seen | {node.value}) for one in values)


def _is_written(script: Script, node: cst.Call) -> bool:
    """`np.array([3])`, `np.random.randint(0, 10, 1)`."""
    full = script.names.full(node.func) or ""
    if full in _WRITTEN:
        return bool(node.args) and m.matches(node.args[0].value, m.List(elements=[m.Element()]))
    home, _, leaf = full.rpartition(".")
    if home != "numpy.random" or leaf not in _DRAWN:
        return False
    sizes = [
        one.value
        for place, one in enumerate(node.args)
        if (place == _DRAWN[leaf] if one.keyword is None else one.keyword.value == "size")
    ]
    return len(sizes) == 1 and read(sizes[0]) in (1, (1,), [1])


def _item(given: cst.Arg) -> cst.Arg:
    return given.with_changes(value=_with_item(given.value))


def _with_item(value: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(value, cst.BinaryOperation) and not value.lpar:
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.Call(cst.Attribute(value, cst.Name("item")))
