"""One walk through a source: names, calls, attributes and imports become those of Keras 3."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import libcst as cst

from onefit.scripts.eras.rule import Gone
from onefit.scripts.eras.surroundings import RENAMED
from onefit.scripts.upgrade import (
    attributes,
    automatic_names,
    calls,
    graph_arguments,
    graph_losses,
    lambda_functions,
    layer_seeds,
    layout,
    logit_values,
    logs,
    model_calls,
    own_classes,
    single_numbers,
    tensorflow_activations,
    tensorflow_needs,
    weight_names,
)
from onefit.scripts.upgrade.brackets import closed
from onefit.scripts.upgrade.frozen_models import FrozenModels
from onefit.scripts.upgrade.imports import ImportStatement
from onefit.scripts.upgrade.knowledge import Today, keras_name, thing
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

OF_TENSORFLOW = "OF213"
OF_PYTHON = "OF214"
_LATEST = "tensorflow.train.latest_checkpoint"
_CHECKPOINTS = {"Checkpoint", "CheckpointManager"}
"""What writes checkpoints that stay TensorFlow's; models write files of weights."""


class Rewriting(cst.CSTTransformer):
    """Rewrites a module.

    Args:
        script: The module as it was.
    """

    def __init__(self, script: Script) -> None:
        """Nothing is rewritten yet."""
        self.script = script
        self.frozen_models = FrozenModels(script)
        self.of_models: set[cst.CSTNode] = set()  # what is asked for the newest weights of a model
        self.activations: set[cst.CSTNode] = set()

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        """What is written in the place of a part may need brackets there."""
        return super().on_leave(original_node, closed(updated_node))

    # names

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        """Names with dots are one name."""
        return self.script.names.full(node) is None

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> Any:
        """A name of Keras's under its name of today, or an attribute of something of Keras's."""
        full = self.script.names.full(original_node)
        if full is not None:
            return self._name(original_node, updated_node, full)
        if original_node in self.script.called:
            return updated_node
        return attributes.attribute(self.script, original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> Any:
        """A name of Keras's under its name of today."""
        if not self.script.names.is_read(original_node):
            return updated_node
        if original_node in self.script.graph_layers.reads:
            return graph_arguments.read(self.script, original_node, updated_node)
        full = self.script.names.full(original_node)
        if full is None:
            return updated_node
        return self._name(original_node, updated_node, full)

    def _name(self, original: Any, updated: Any, full: str) -> Any:
        of_logits = logit_values.written(self.script, original)
        if of_logits is not None:
            return of_logits
        old = keras_name(full)
        if old is None and original in self.activations:
            old = tensorflow_activations.today(full)
        if old is None:
            return self._other_name(original, updated, full)
        today = self.script.knowledge.today(old)
        if today is None:
            return self._unknown(original, updated, full, old)
        if today.gone is not None:
            return self._gone(original, updated, today.gone)
        tensorflow_needs.name(self.script, original, today.name)
        return self._today(original, updated, full, today)

    def _today(self, original: Any, updated: Any, full: str, today: Today) -> Any:
        """What to write for a name that Keras 3 has."""
        code = today.code or (OF_TENSORFLOW if full != today.name else "")
        if not code or not self.script.journal.is_chosen(code):
            return updated
        root = (spelled(original) or "").partition(".")[0]
        if isinstance(original, cst.Name):
            new = self.script.imports.renamed.get(root, root)
            # A star brings what Keras 3 has in that module, and no other modules.
            is_brought = new == today.name.rpartition(".")[2] and not isinstance(
                thing(today.name), ModuleType
            )
            if root in self.script.imports.roots or is_brought:
                return updated.with_changes(value=new)
        home = self.script.imports.roots.get(root) or self._alias(root)
        if home and home != "tensorflow" and today.name.startswith(f"{home}."):
            made = cst.parse_expression(f"{root}{today.name[len(home) :]}")
        elif home == "tensorflow":
            made = self.script.references.rooted(today.name)
        elif today.name == home:
            made = cst.Name(root)
        else:
            made = self.script.references.refer(today.name)
        if today.code or home == "tensorflow":
            self.script.done(code, original, f"{full} is {today.name}")
        return made

    def _alias(self, root: str) -> str | None:
        """The module of today that an assignment gave a name: `K = tf.keras.backend`."""
        full = self.script.names.aliases.get(root)
        old = keras_name(full) if full is not None else None
        return self.script.knowledge.module(old) if old is not None else None

    def _unknown(self, original: Any, updated: Any, full: str, old: str) -> Any:
        """A module, or the attribute of something that is known, or nothing of Keras 3's."""
        module = self.script.knowledge.module(old)
        if module is not None:
            return self._today(
                original, updated, full, Today(module, "" if module == old else "OF201")
            )
        if isinstance(original, cst.Attribute):
            inner = self.script.names.full(original.value)
            is_home = self.script.knowledge.module(keras_name(inner or "") or "") is not None
            if inner is not None and inner != full and not is_home:
                value = self._name(original.value, updated.value, inner)
                if value is not updated.value:
                    return updated.with_changes(value=value)
        self.script.left("OF204", original, f"Keras 3 has no {old}")
        return updated

    def _gone(self, original: Any, updated: Any, gone: Gone) -> Any:
        """A name that has gone, where it is not called: there it is a call of `gone_calls`."""
        if original in self.script.called or not self.script.journal.is_chosen(gone.code):
            return updated
        if gone.definition:
            self.script.done(gone.code, original, f"{gone.name} is written down")
            return cst.Name(self.script.definitions.define(gone.definition))
        if gone.new_name:
            self.script.done(gone.code, original, f"{gone.name} is {gone.new_name}")
            return self.script.references.refer(gone.new_name)
        told = f"{gone.name} is no more, and nothing short does the same"
        self.script.left(gone.code, original, told)
        return updated

    def _other_name(self, original: Any, updated: Any, full: str) -> Any:
        if full in RENAMED and self.script.journal.is_chosen(OF_PYTHON):
            self.script.done(OF_PYTHON, original, f"{full} is {RENAMED[full]}")
            module, _, leaf = RENAMED[full].rpartition(".")
            if not module:
                return cst.Name(leaf)
            if isinstance(original, cst.Attribute):
                return updated.with_changes(attr=cst.Name(leaf))
            return self.script.references.refer(RENAMED[full])
        has_none = not self.script.names.identifiers & _CHECKPOINTS
        is_latest = full == _LATEST and (has_none or original in self.of_models)
        if is_latest and self.script.journal.is_chosen("OF208"):
            self.script.done("OF208", original, "the newest file of weights is looked for")
            return cst.Name(self.script.definitions.define("file_names:latest_weights"))
        if full.startswith("tensorflow."):
            self.script.left(OF_TENSORFLOW, original, f"{full} is TensorFlow's")
        return updated

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        """Tell of a name that Keras gave a layer or a weight by itself."""
        automatic_names.check(self.script, node)
        weight_names.check(self.script, node)

    # calls

    def visit_Call(self, node: cst.Call) -> None:
        """Remember what is called, and whether what it gives is called too."""
        self.script.called.add(node.func)
        old = self.script.names.keras(node.func) or ""
        if old.startswith("keras.backend.") and "update" not in old and "set_value" not in old:
            self.script.inner.update(one.value for one in node.args)
        if isinstance(node.func, cst.Call):
            self.script.applied.add(node.func)
        if self.script.names.full(node.func) == _LATEST and self.script.files.is_of_models(node):
            self.of_models.add(node.func)
        weight_names.note(self.script, node)
        logit_values.note(self.script, node)
        self.activations.update(tensorflow_activations.given(node, old))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """A call by the rules of what is called."""
        of_logits = logit_values.written(self.script, original_node)
        if of_logits is not None:
            return of_logits
        updated_node = weight_names.ending(self.script, original_node, updated_node)
        updated_node = single_numbers.converted(self.script, original_node, updated_node)
        made = calls.call(self.script, original_node, updated_node)
        return graph_arguments.called(self.script, original_node, made)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """`history.history["lr"]` by the log's name of today."""
        updated_node = own_classes.told_of_fit(self.script, original_node, updated_node)
        return logs.log(self.script, original_node, updated_node)

    def leave_Lambda(self, original_node: cst.Lambda, updated_node: cst.Lambda) -> cst.Lambda:
        """A function that draws for a layer."""
        return layer_seeds.function(self.script, original_node, updated_node)

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        """`"%.2f" % answer` where the answer is an array."""
        return single_numbers.formatted(self.script, original_node, updated_node)

    # statements

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.BaseSmallStatement:
        """`model.add_loss(tensor)` gives the model another layer."""
        return graph_losses.added(self.script, original_node, updated_node)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """What `self` is from here on."""
        self.script.classes.append(own_classes.entered(self.script, node))

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """What `self` was before."""
        self.script.classes.pop()
        model_calls.check(self.script, original_node)
        return layer_seeds.layer(self.script, original_node, updated_node)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """An initializer takes the type, and a layer's `call` may be given what Keras gave it."""
        updated_node = layer_seeds.function(self.script, original_node, updated_node)
        updated_node = lambda_functions.registered(self.script, original_node, updated_node)
        updated_node = own_classes.method(self.script, original_node, updated_node)
        updated_node = graph_arguments.method(self.script, original_node, updated_node)
        if original_node.name.value == "call":
            return self._called_by_keras(original_node, updated_node)
        given = updated_node.params
        names = {one.name.value for one in (*given.params, *given.kwonly_params)}
        is_own = original_node.name.value in self.script.initializers
        if not is_own or "shape" not in names or "dtype" in names or given.star_kwarg is not None:
            return updated_node
        if not self.script.journal.is_chosen("OF203"):
            return updated_node
        self.script.done("OF203", original_node, "an initializer takes dtype=")
        made = cst.Param(cst.Name("dtype"), default=cst.Name("None"), equal=layout.TIGHT)
        return updated_node.with_changes(params=given.with_changes(params=[*given.params, made]))

    def _called_by_keras(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> Any:
        """`def call(self, x, training)` is `def call(self, x, training=None)`."""
        parameters = list(updated.params.params)
        required = [at for at, one in enumerate(parameters) if one.default is None]
        while required and parameters[required[-1]].name.value in ("training", "mask"):
            place = required.pop()
            made = parameters[place].with_changes(default=cst.Name("None"), equal=layout.TIGHT)
            parameters[place] = made
        params = updated.params.with_changes(params=parameters)
        if params.deep_equals(updated.params) or not self.script.journal.is_chosen("OF203"):
            return updated
        self.script.done("OF203", original, "call may be called without training and mask")
        return updated.with_changes(params=params)

    def visit_For(self, node: cst.For) -> None:
        """Its name may stand for the layers of a model."""
        self.frozen_models.loops.append(node)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        """Behind it the name stands for nothing any more."""
        self.frozen_models.loops.pop()
        return updated_node

    def visit_Assign(self, node: cst.Assign) -> None:
        """What a name means now has no layers yet; and what Keras 3 does not let a script set."""
        own_classes.assigned(self.script, node)
        self.frozen_models.assigned(node)
        for one in node.targets:
            self.script.begun.discard(cst.Module([]).code_for_node(one.target))

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        """Lines may have to stand before this one."""
        self.script.firsts.append([])

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Any:
        """Imports as they have to be, and lines that have to stand before."""
        firsts = self.script.firsts.pop()
        lines = self._lines(original_node, updated_node)
        if firsts:
            leading = lines[0].leading_lines
            lines[0] = lines[0].with_changes(leading_lines=[])
            if len(original_node.body) > 1 and len(lines) == 1:
                lines = _apart(original_node, lines[0], firsts)
            else:
                lines = [*(line for _, line in firsts), *lines]
            lines[0] = lines[0].with_changes(leading_lines=leading)
        return lines[0] if len(lines) == 1 else cst.FlattenSentinel(lines)

    def _lines(
        self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine
    ) -> list[cst.SimpleStatementLine]:
        body: list[Any] = []
        for old, new in zip(original.body, updated.body):
            if isinstance(old, ImportStatement) and self._is_changed(old):
                body += self.script.imports.statements(old, new)  # type: ignore[arg-type]
            else:
                body.append(new)
        if len(original.body) > 1:
            return [updated.with_changes(body=body)]
        first = updated.with_changes(body=body[:1])
        return [first, *(cst.SimpleStatementLine([one]) for one in body[1:])]

    def _is_changed(self, node: ImportStatement) -> bool:
        codes = {one.code for one in self.script.imports.found.get(node, ()) if one.code}
        if not any(self.script.journal.is_chosen(code) for code in codes):
            return False
        for one in self.script.imports.found[node]:
            if one.code and one.new:
                told = f"{one.old} is {one.new}"
                self.script.done(one.code, node, told)
        return True


def _apart(
    original: cst.SimpleStatementLine,
    line: cst.SimpleStatementLine,
    firsts: list[tuple[cst.Call, cst.SimpleStatementLine]],
) -> list[cst.SimpleStatementLine]:
    """A line of several statements as a line each, with what has to stand before one of them."""
    if len(line.body) != len(original.body):  # an import among them has become several
        return [*(first for _, first in firsts), line]
    lines: list[cst.SimpleStatementLine] = []
    for old, new in zip(original.body, line.body):
        lines += [first for call, first in firsts if _holds(old, call)]
        lines.append(
            cst.SimpleStatementLine([new.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
        )
    lines[-1] = lines[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
    return lines


def _holds(node: cst.CSTNode, wanted: cst.CSTNode) -> bool:
    return node is wanted or any(_holds(one, wanted) for one in node.children)
