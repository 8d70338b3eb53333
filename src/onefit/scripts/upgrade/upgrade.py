"""One source upgraded."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import libcst as cst
from libcst import metadata

from onefit.scripts.eras import evidence, traces
from onefit.scripts.eras.era import Era, named
from onefit.scripts.upgrade import lambda_functions, layers_in_calls, orders, set_variables
from onefit.scripts.upgrade.definitions import MODULES
from onefit.scripts.upgrade.exports import NOTHING, Beside, Exports
from onefit.scripts.upgrade.journal import Journal, Note
from onefit.scripts.upgrade.rewriting import Rewriting
from onefit.scripts.upgrade.script import Script
from onefit.scripts.upgrade.tidiness import tidy, used

LOGITS = "OF215"


@dataclass(frozen=True)
class Upgrade:
    """What became of one source.

    Args:
        before: The source as it was.
        after: The source for Keras 3; the same text where nothing had to change.
        era: The Keras for which it was written.
        changes: What was done, by line.
        remains: What could not be done, by line.
        exports: What modules that import this one may take from it, as it was.
    """

    before: str
    after: str
    era: Era
    changes: tuple[Note, ...] = ()
    remains: tuple[Note, ...] = ()
    exports: Exports = NOTHING

    @property
    def is_changed(self) -> bool:
        """Whether the text changed."""
        return self.before != self.after


def upgraded(
    source: str,
    era: str | Era | None = None,
    folder: str | None = None,
    is_chosen: Callable[[str], bool] = lambda code: True,
    unsafe: bool = False,
    beside: Beside | None = None,
    logits: bool = False,
) -> Upgrade:
    """Upgrade a source to Keras 3.

    Args:
        source: A script's text.
        era: The Keras for which it was written. Defaults to what it shows.
        folder: Where modules of its own stand, whose evidence counts too. Defaults to none.
        is_chosen: Whether the rules of a code are to be applied. Defaults to all.
        unsafe: Apply rules that may change what the script computes, too. Defaults to `False`.
        beside: What it has from modules beside it, and they from it. Defaults to nothing.
        logits: Write cross-entropies of logits into a script for tf.keras 2, which only outputs
            that saturate need. Defaults to `False`.

    Returns:
        The source for Keras 3, with what was done and what could not be.

    Raises:
        SyntaxError: If the source is no Python 3.

    >>> old = "from keras.layers.core import Dense\\nlayer = Dense(output_dim=3)\\n"
    >>> print(upgraded(old).after, end="")
    from keras.layers import Dense
    layer = Dense(units=3)
    """
    ast.parse(source)  # a source of Python 2 shows no era, and is not one for Keras 3
    if isinstance(era, Era):
        found = era
    else:
        found = evidence.read(source, folder)
        if era is not None and found.name != era:
            found = named(era)
    if not found.is_old:
        return Upgrade(source, source, found)
    try:
        parsed = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        # Python's own parser has taken the text, so LibCST does not know this part of the grammar;
        # to callers both are a SyntaxError.
        told = (str(error.message), ("", error.raw_line, error.raw_column, None))
        raise SyntaxError(*told) from None
    journal = Journal(lambda code: is_chosen(code) and (logits or code != LOGITS), unsafe)
    wrapper = metadata.MetadataWrapper(parsed)
    script = Script(wrapper, found, journal, beside or Beside())
    # Before the walk: an import that nothing used even then is the author's to keep.
    candidates = _candidates(script, used(wrapper))
    # Files come second: which suffixes they get is known at the end of the walk only.
    after = script.files.written(wrapper.module.visit(Rewriting(script)))
    code = _finished(after, script, candidates).code
    _tell_of_names(script)
    _tell_of_files(script)
    orders.check(script)
    set_variables.check(script)
    lambda_functions.check(script)
    layers_in_calls.check_lambdas(script)
    changes, remains = sorted(journal.changes), sorted(journal.remains)
    if code != source and traces.has_any(found.evidence):
        # Else what it printed then would make it one of then again. The end is no magic's place.
        code += f"{traces.UPGRADED}\n" if code.endswith("\n") else f"\n{traces.UPGRADED}"
    return Upgrade(source, code, found, tuple(changes), tuple(remains), script.exports())


def _tell_of_names(script: Script) -> None:
    """List names of the script that what is written into it has too."""
    bindings = script.references.bindings
    modules = {one for one in script.definitions.modules if bindings.get(MODULES[one]) != one}
    imported = set(script.references.needed.values()) - script.names.aliases.keys()
    around = next(one for one in script.names.scopes.values() if one is not None).globals
    for name in sorted(modules | imported | set(script.definitions.statements)):
        scopes = {around, *(_of_keras(script) if name in imported else ())}
        for bound in {one for scope in scopes for one in scope.assignments if one.name == name}:
            is_import = isinstance(bound, metadata.ImportAssignment)
            if isinstance(bound, metadata.Assignment) and not is_import:
                told = f"{name} is something else in what is written above: rename this one"
                script.left("OF204", bound.node, told)


def _tell_of_files(script: Script) -> None:
    """List what asks for files of models by their names of then."""
    for node, told, is_changed in script.files.asked_by_old_names(script.module):
        note = script.done if is_changed else script.left
        note("OF208", node, told)


def _of_keras(script: Script) -> Iterator[metadata.Scope]:
    """The scopes in which something of Keras's is named, and those around them."""
    for node, scope in script.names.scopes.items():
        is_named = isinstance(node, cst.Name | cst.Attribute) and script.names.keras(node)
        while is_named and scope is not None and scope is not scope.globals:
            yield scope
            scope = scope.parent


def _candidates(script: Script, used: set[str]) -> set[str]:
    """Names whose imports may go: those that are used now, gone, or TensorFlow's."""
    found: set[str] = set(script.imports.gone)
    for imports in script.imports.found.values():
        for one in imports:
            if one.new and script.beside.is_taken((one.name, one.bound)):
                continue
            is_keras = one.code or one.old.partition(".")[0] in ("tensorflow", "keras")
            if one.old.startswith("tensorflow") or not one.new or (is_keras and one.name in used):
                found.update((one.name, one.bound))
    return found


def _finished(module: Any, script: Script, candidates: set[str]) -> cst.Module:
    """The module with the imports and definitions that it needs, and without those it does not."""
    definitions, references = script.definitions, script.references
    for name in sorted(definitions.modules):
        if references.bindings.get(MODULES[name]) != name:
            references.needed[MODULES[name]] = name
    body = list(module.body)
    if references.needed:
        place = _first_import(body)
        added = references.statements()
        if place < len(body):
            # What stands above the first import, a licence often, stays at the top of the file.
            leading = body[place].leading_lines
            added[0] = added[0].with_changes(leading_lines=leading)
            body[place] = body[place].with_changes(leading_lines=[])
        body[place:place] = added
    if definitions:
        place = _place(body, set(definitions.statements))
        body[place:place] = list(definitions.statements.values())
        if place + len(definitions.statements) < len(body):
            after = body[place + len(definitions.statements)]
            body[place + len(definitions.statements)] = _set_apart(after)
    return tidy(module.with_changes(body=body), candidates, set(definitions.statements))


def _first_import(body: list[Any]) -> int:
    """Where new imports go: before the first one of the script, behind those of `__future__`."""
    place = 0
    for index, line in enumerate(body):
        first = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if isinstance(first, cst.ImportFrom) and _module(first) == "__future__":
            place = index + 1
        elif isinstance(first, cst.Import | cst.ImportFrom):
            return index
        # A docstring is one only as the first statement.
        elif index == 0 and isinstance(first, cst.Expr):
            place = 1
    return place


def _module(node: cst.ImportFrom) -> str:
    return node.module.value if isinstance(node.module, cst.Name) else ""


def _place(body: list[Any], names: set[str]) -> int:
    """Where definitions go: behind the last import before their first use."""
    place = 0
    for index, line in enumerate(body):
        first = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if isinstance(first, cst.Import | cst.ImportFrom):
            place = index + 1
        elif _uses(line, names):
            break
    return place


def _uses(line: cst.CSTNode, names: set[str]) -> bool:
    finder = _Uses(names)
    line.visit(finder)
    return finder.found


class _Uses(cst.CSTVisitor):
    def __init__(self, names: set[str]) -> None:
        self.names, self.found = names, False

    def visit_Name(self, node: cst.Name) -> None:
        self.found |= node.value in self.names


def _set_apart(line: Any) -> Any:
    """A statement with two empty lines before it, as behind a definition."""
    if not hasattr(line, "leading_lines"):
        return line
    kept = list(line.leading_lines)
    while kept and kept[0].comment is None:
        kept = kept[1:]
    return line.with_changes(leading_lines=[cst.EmptyLine(), cst.EmptyLine(), *kept])
