"""Classes that a script makes from Keras's: layers, callbacks, optimizers, metrics of its own.

Keras calls their methods, and some by other names than it did; and they take from their base what
it has no more.
"""

from __future__ import annotations

import inspect

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.stand_ins.added_weights import OF_A_GRAPH, ORDERS
from onefit.scripts.upgrade import graph_arguments, layers_in_calls, layout, moments
from onefit.scripts.upgrade.kinds import LAYER, MODEL, OPTIMIZER, OwnClass
from onefit.scripts.upgrade.knowledge import thing
from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CALLBACK, METRIC = "keras.callbacks.Callback", "keras.metrics.Metric"
_RENAMED = {
    (LAYER, "get_output_shape_for"): "compute_output_shape",
    (METRIC, "reset_states"): "reset_state",
}
_CALLED_NO_MORE = {
    (OPTIMIZER, "get_updates"): "Keras 3 calls update_step(gradient, variable, learning_rate)",
    (OPTIMIZER, "_resource_apply_dense"): "Keras 3 calls update_step",
    (OPTIMIZER, "_resource_apply_sparse"): "Keras 3 calls update_step",
    **{
        (OPTIMIZER, name): "Keras 3's fit calls apply(gradients, variables)"
        for name in (
            *("aggregate_gradients", "apply_gradients", "compute_gradients", "minimize"),
            *("_compute_gradients", "get_gradients"),
        )
    },
}
_READ_NO_MORE = {
    "updates": "assign to the variables in call",
    "constraints": "give them to add_weight(constraint=)",
    "regularizers": "give them to add_weight(regularizer=)",
}
_TOLD_NO_MORE = frozenset("batch_size do_validation metrics nb_sample samples".split())  # noqa: SIM905


def entered(script: Script, node: cst.ClassDef) -> OwnClass:
    """What is known of a class before its body is rewritten."""
    finder = _Members()
    node.body.visit(finder)
    return OwnClass(script.kinds.of_class(node), finder.found, finder.weights)


class _Members(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()
        self.weights: set[str] = set()

    def visit_Assign(self, node: cst.Assign) -> None:
        made = node.value.func if isinstance(node.value, cst.Call) else None
        if made is not None and spelled(made) == "self.add_weight":
            names = (spelled(one.target) or "" for one in node.targets)
            self.weights.update(one.removeprefix("self.") for one in names)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.found.add(node.name.value)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        word = spelled(node.target)
        if word is not None and word.startswith("self."):
            self.found.add(word[5:])


def kind_of(script: Script, node: cst.BaseExpression, leaf: str) -> str | None:
    """What an expression holds; `self` is of its class, for names that the class has not itself."""
    own = script.classes[-1] if script.classes else None
    if spelled(node) == "self" and own is not None:
        return "" if leaf in own.names else own.kind
    return "" if script.kinds.has_own_method(node, leaf) else script.kinds.kind(node)


def method(script: Script, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:
    """A method of such a class, under the name by which Keras 3 calls it."""
    own = script.classes[-1] if script.classes else None
    if own is None or own.kind is None:
        return updated
    moments.method(script, original, own)
    layers_in_calls.check_method(script, original, own)
    name = original.name.value
    for (kind, old), new in _RENAMED.items():
        if name == old and own.is_a(kind) and script.journal.is_chosen("OF204"):
            # The class has a method of today's name as well, for both Kerases.
            if new in own.names:
                continue
            script.done("OF204", original, f"{old} is {new}")
            return updated.with_changes(name=cst.Name(new))
    if name == "result" and own.is_a(METRIC):
        updated = _of_values(script, original, updated, own)
    if name == "__call__" and own.is_a(LAYER) and "Sequential" in script.names.identifiers:
        told = (
            "in a Sequential, Keras 3 does not train the layers that __call__ makes: call the "
            "layer in a functional model"
        )
        script.left("OF206", original, told)
    read = script.compiled.read_outside(original) if own.is_a(LAYER) else []
    if read and not graph_arguments.is_given(script, original):
        told = f"the layer reads {read[0]}, a tensor of the graph: Keras 3 wants it as an input"
        script.left("OF206", original, told)
    # tf.keras 2 told means of the epoch so far, too.
    is_told = name == "on_batch_end" and own.is_a(CALLBACK) and script.era.name != "tf2"
    if is_told and _reads_logs(original):
        told = (
            "in Keras 3 the logs of on_batch_end are means of the epoch so far, not the batch's own"
        )
        script.left("OF207", original, told)
    for (kind, old), told in _CALLED_NO_MORE.items():
        if name == old and own.is_a(kind):
            script.left("OF204", original, f"Keras 3 does not call {old}: {told}")
    return updated


def _of_values(
    script: Script, original: cst.FunctionDef, updated: cst.FunctionDef, own: OwnClass
) -> cst.FunctionDef:
    """`return self.total` of a metric is `return self.total.value`: Keras 3 wants a tensor."""
    is_weight: m.MatchIfTrue[str] = m.MatchIfTrue(own.weights.__contains__)
    told = m.Return(value=m.Attribute(value=m.Name("self"), attr=m.Name(value=is_weight)))
    if not m.findall(updated, told) or not script.journal.is_chosen("OF204"):
        return updated
    script.done("OF204", original, "result gives the value of a weight")

    def valued(node: cst.CSTNode, _: object) -> cst.CSTNode:
        back = cst.ensure_type(node, cst.Return)
        value = cst.ensure_type(back.value, cst.Attribute)
        return back.with_changes(value=cst.Attribute(value, cst.Name("value")))

    return cst.ensure_type(m.replace(updated, told, valued), cst.FunctionDef)


def _reads_logs(hook: cst.FunctionDef) -> bool:
    """Whether a hook of a callback does something with what it is told."""
    names = [one.name.value for one in hook.params.params]
    return len(names) > 2 and bool(m.findall(hook.body, m.Name(names[2])))


def assigned(script: Script, node: cst.Assign) -> None:
    """Tell of attributes that Keras 3 does not let a script set, or does not read."""
    for one in node.targets:
        target = one.target
        if not isinstance(target, cst.Attribute):
            continue
        leaf, owner = target.attr.value, target.value
        own = script.classes[-1] if script.classes else None
        kind = own.kind if spelled(owner) == "self" and own else script.kinds.kind(owner)
        found = thing(kind) if kind else None
        if not inspect.isclass(found):
            continue
        name = kind.rpartition(".")[2] if kind else ""
        part = inspect.getattr_static(found, leaf, None)
        if isinstance(part, property) and part.fset is None:
            told = f"{name}.{leaf} cannot be set in Keras 3"
            script.left("OF203", node, told)
        elif leaf in _READ_NO_MORE and issubclass(found, thing(LAYER)):
            told = f"Keras 3 does not read a layer's {leaf}: {_READ_NO_MORE[leaf]}"
            script.left("OF204", node, told)


def attribute(script: Script, node: cst.Attribute) -> None:
    """Tell of the data of validation, which callbacks and models kept."""
    if node.attr.value != "validation_data":
        return
    own = script.classes[-1] if script.classes else None
    is_own = spelled(node.value) == "self" and own is not None
    if is_own and own is not None and (not own.is_a(CALLBACK) or "validation_data" in own.names):
        return
    if is_own or script.kinds.kind(node.value) == MODEL:
        script.left("OF204", node, "Keras 3 keeps no validation_data: hand it to the callback")


def told_of_fit(script: Script, node: cst.Subscript, updated: cst.Subscript) -> cst.Subscript:
    """`self.params["nb_epoch"]` of a callback is `"epochs"`; most of the others have gone."""
    own = script.classes[-1] if script.classes else None
    if own is None or not own.is_a(CALLBACK) or spelled(node.value) != "self.params":
        return updated
    part = node.slice[0].slice
    key = read(part.value) if isinstance(part, cst.Index) else None
    if key in _TOLD_NO_MORE:
        script.left("OF204", node, f"a callback's params have no {key!r} in Keras 3")
    if key != "nb_epoch" or not script.journal.is_chosen("OF203"):
        return updated
    script.done("OF203", node, "nb_epoch is called epochs in a callback's params")
    index = cst.SubscriptElement(cst.Index(cst.SimpleString('"epochs"')))
    return updated.with_changes(slice=[index])


def add_weight(script: Script, original: cst.Call, updated: cst.Call, kind: str) -> cst.Call:
    """`self.add_weight("kernel", (3, 4))`: arguments without names get the names of the time.

    Args:
        script: The script.
        original: The call.
        updated: The call with what has been rewritten in it.
        kind: `keras.layers.Layer`, or `keras.metrics.Metric`.
    """
    if spelled(original.func) == "self.add_variable":
        if script.era.name != "tf2" or not script.journal.is_chosen("OF203"):
            return updated
        # Keras 3 has it too, but wants an initializer.
        script.done("OF203", original, "add_variable is add_weight")
        updated = updated.with_changes(func=cst.parse_expression("self.add_weight"))
    unnamed = [one for one in updated.args if one.keyword is None]
    if not unnamed or any(one.star for one in updated.args):
        return updated
    if not script.journal.is_chosen("OF203"):
        return updated
    order = _order(script.era.name, unnamed[0].value, kind)
    # `add_weight` of Keras 3 begins with the shape, too.
    if len(unnamed) > len(order) or order[: len(unnamed)] == ["shape"]:
        return updated
    arguments = [
        one
        if one.keyword is not None
        else one.with_changes(keyword=cst.Name(order[place]), equal=layout.TIGHT)
        for place, one in enumerate(updated.args)
        if one.keyword is not None or order[place] not in OF_A_GRAPH
    ]
    script.done("OF203", original, "add_weight's arguments stood in another order")
    return updated.with_changes(args=arguments)


def _order(era: str, first: cst.BaseExpression, kind: str) -> list[str]:
    """The names of arguments, which began with the name or with the shape."""
    words = cst.Module([]).code_for_node(first)
    is_shape = isinstance(first, cst.Tuple | cst.List)
    is_name = _is_word(first) or words == "None"
    if is_name or not (is_shape or era == "keras1" or "shape" in words):
        return ORDERS["metric" if kind == METRIC else "by name"].split()
    return ORDERS["keras1" if era == "keras1" else "by shape"].split()


def _is_word(node: cst.BaseExpression) -> bool:
    """Whether an expression makes a text: `"{}_W".format(self.name)`, `self.name + "_W"`."""
    if isinstance(node, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString):
        return True
    if isinstance(node, cst.BinaryOperation):
        return _is_word(node.left) or _is_word(node.right)
    is_format = isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute)
    return is_format and _is_word(node.func.value)  # type: ignore[attr-defined]
