"""The files of models and weights that sources write, by their names as far as these are told."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable

import libcst as cst

from onefit.scripts.upgrade import endings
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.occurrences import assigned_once, spelled

Saved = frozenset[tuple[str, bool]]
"""Names, or the ends of names, and whether weights alone are in the file; `""` for any name."""

VERBS = ("save", "save_weights", "save_model", "ModelCheckpoint")
# `np.save` and `image.save` write no models.
_OTHERS = ("np", "numpy", "plt", "joblib", "torch", "image", "img")


def saved_files(module: cst.Module, held: endings.Held | None = None) -> Saved:
    """The files that a module saves to.

    Args:
        module: The module.
        held: What names hold. Defaults to those that the module assigns once.

    >>> sorted(saved_files(cst.parse_module("model.save_weights('best.h5')")))
    [('best.h5', True)]
    >>> sorted(saved_files(cst.parse_module("model.save_weights(path)")))
    [('', True)]
    """
    finder = _Saved(assigned_once(module) if held is None else held)
    module.visit(finder)
    return frozenset(finder.found)


def written_files(texts: Iterable[str]) -> Saved:
    """The files that several sources save to; those of an older Keras only, which will move.

    Args:
        texts: The sources.
    """
    found: set[tuple[str, bool]] = set()
    for text in texts:
        if _WRITES.search(text):  # to parse takes long, and most sources save no model
            with contextlib.suppress(cst.ParserSyntaxError):
                found |= saved_files(cst.parse_module(text))
    return frozenset(found)


_WRITES = re.compile(r"\b(?:save(?:_weights|_model)?|ModelCheckpoint)\(")


def may_hold(saved: Saved, path: str, weights: bool) -> bool:
    """Whether one of some files may be that of a path, so far as their names are told.

    Args:
        saved: The files.
        path: The path, or its end; `""` where nothing is told of it.
        weights: Whether weights alone are meant.

    >>> may_hold({("w-{epoch:02d}.hdf5", True)}, "w-07.hdf5", True)
    True
    >>> may_hold({("w-{epoch:02d}.hdf5", True)}, "other.hdf5", True)
    False
    """
    names = [name for name, is_weights in saved if is_weights == weights]
    if not path:
        return bool(names)
    return any(not one or is_of_template(one, path) for one in names)


def is_of_template(template: str, name: str) -> bool:
    """Whether a template may make a name, or the end of one.

    Args:
        template: The template, or the end of it.
        name: The name.

    >>> is_of_template("w-{epoch:02d}.hdf5", "kept/w-07.hdf5"), is_of_template("w.h5", "v.h5")
    (True, False)
    """
    return re.search(f"{_pattern(template)}$", name) is not None


def _pattern(name: str) -> str:
    """What matches the names that a template makes."""
    parts = re.split(r"\{[^}]*\}|%[-\d.]*\w", name)
    return ".*".join(map(re.escape, parts))


def path_of(call: cst.Call) -> cst.BaseExpression | None:
    """The name of the file that a call saves to or loads from."""
    for one in call.args:
        if one.keyword is not None and one.keyword.value in ("filepath", "filename"):
            return one.value
    place = 1 if called(call) == "save_model" else 0  # the model stands before it
    unnamed = [one.value for one in call.args if one.keyword is None and not one.star]
    return unnamed[place] if len(unnamed) > place else None


def called(call: cst.Call) -> str:
    """The last name of what a call calls; `""` where it has none."""
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value
    return spelled(call.func) or ""


def holds_weights(call: cst.Call) -> bool | None:
    """Whether a call writes weights alone; `None` where that is not told."""
    name = called(call)
    if name != "ModelCheckpoint":
        return name == "save_weights"
    given = {one.keyword.value: read(one.value) for one in call.args if one.keyword}
    unnamed = [read(one.value) for one in call.args if one.keyword is None]
    # The fifth argument of a checkpoint in each Keras.
    found = given.get("save_weights_only", unnamed[4] if len(unnamed) > 4 else False)
    return found if isinstance(found, bool) else None


class _Saved(cst.CSTVisitor):
    def __init__(self, held: endings.Held) -> None:
        self.held = held
        self.found: set[tuple[str, bool]] = set()

    def visit_Call(self, node: cst.Call) -> None:
        path = path_of(node) if called(node) in VERBS else None
        root = (spelled(node.func) or "").partition(".")[0]
        if path is not None and root not in _OTHERS:
            text = endings.text(path, self.held)
            weights = holds_weights(node)
            self.found.update((text, one) for one in (True, False) if weights in (one, None))
