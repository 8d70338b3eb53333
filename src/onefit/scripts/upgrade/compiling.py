"""`compile`: an optimizer of several models, and metrics."""

from __future__ import annotations

from typing import Any

import libcst as cst
from libcst import matchers as m

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.upgrade import layout, several_outputs
from onefit.scripts.upgrade.kinds import OwnClass
from onefit.scripts.upgrade.literals import Expression, read, write
from onefit.scripts.upgrade.occurrences import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF203"


def check_order(script: Script, original: cst.Call) -> None:
    """Tell of results that come in another order, or not at all, where outputs are several."""
    given = _arguments(original)
    losses = _read(script, given, "loss")
    is_several = isinstance(losses, list | dict) and len(losses) > 1
    owner = cst.ensure_type(original.func, cst.Attribute).value
    is_several = is_several or several_outputs.has_several(script, owner)
    if is_several and "metrics" in given and script.names.identifiers & _BATCHWISE:
        told = (
            "with several outputs, evaluate and train_on_batch of Keras 3 give the metrics before "
            "the losses of each output, and older ones after them"
        )
        script.left("OF207", original, told)
    each = list(losses.values()) if isinstance(losses, dict) else losses
    if is_several and isinstance(each, list) and sum(one is not None for one in each) == 1:
        told = (
            "where one of several outputs has a loss, older versions logged it under the output's "
            "name too, and Keras 3 logs it as loss alone"
        )
        script.left("OF207", original, told)


_REDUCTIONS = ("sum", "mean", "prod", "max", "min", "any", "all")


def check_means(script: Script, original: cst.Call) -> None:
    """Tell of own metrics that are one number for a batch, which counted by the batch's rows."""
    given = _arguments(original).get("metrics")
    if script.era.name not in BOTH_OLD or not isinstance(given, cst.List):
        return
    for name in filter(None, (spelled(one.value) for one in given.elements)):
        function = script.compiled.functions.get(name)
        if function is not None and _is_one_number(function):
            told = (
                f"where {name} is one number for a batch, batches counted by their rows; in Keras "
                "3 the last one counts as much as the others, if it has fewer rows, too"
            )
            script.left("OF206", original, told)


def _is_one_number(function: cst.CSTNode) -> bool:
    """Whether a function reduces over all axes alone."""
    calls = [cst.ensure_type(one, cst.Call) for one in m.findall(function, m.Call())]
    names = [(spelled(one.func) or "").rpartition(".")[2] for one in calls]
    # `K.mean(x, axis=-1)` has a second one, and leaves a number for each row.
    counts = [len(one.args) for one, name in zip(calls, names) if name in _REDUCTIONS]
    return bool(counts) and set(counts) == {1}


def rounded(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """`metrics=["accuracy"]` beside a loss of any numbers: one column was rounded, not cut at 0.5.

    A cross-entropy has labels of 0 and 1, and answers between them, for which both are the same; so
    has a network that ends with a sigmoid.
    """
    given = _arguments(updated)
    losses, metrics = (_read(script, given, one) for one in ("loss", "metrics"))
    if script.era.name not in BOTH_OLD or "loss" not in given or not isinstance(metrics, list):
        return updated
    if not any(one in _ACCURACY for one in _plain(metrics)):
        return updated
    if any(one.endswith("crossentropy") for one in _plain(losses)):
        return updated
    if _ends_between_0_and_1(script, original):
        return updated
    if not script.journal.is_chosen("OF206"):
        return updated
    script.done("OF206", original, "accuracy rounds the answers of one column")
    value = layout.as_before(given["metrics"], write([_accuracy(script, one) for one in metrics]))
    arguments = [
        one.with_changes(value=value) if one.value is given["metrics"] else one
        for one in updated.args
    ]
    return updated.with_changes(args=arguments)


def without_metrics(
    script: Script, original: cst.Call, updated: cst.Call, owner: cst.BaseExpression
) -> cst.Call:
    """`compile` without metrics forgets those that another `compile` of the model gave it."""
    name = spelled(owner)
    has_some = bool({"metrics", "weighted_metrics"} & _arguments(updated).keys())
    is_again = name is not None and name in script.compiled.measured
    # `**options` may have metrics among them.
    is_known = not any(one.star for one in updated.args)
    if has_some or not is_again or not is_known or not script.journal.is_chosen(CODE):
        return updated
    script.done(CODE, original, "no metrics are left of an earlier compile")
    return updated.with_changes(
        args=[*updated.args, cst.Arg(cst.List([]), keyword=cst.Name("metrics"), equal=layout.TIGHT)]
    )


def in_columns(script: Script, original: cst.Call, updated: cst.Call) -> cst.Call:
    """Labels of one axis are a column for metrics of the script's own, functions and objects.

    Keras 3 gives them as they are, and `y_true - y_pred` is a square of numbers. With a categorical
    cross-entropy labels have two axes.
    """
    given = _arguments(updated)
    losses, metrics = (_read(script, given, one) for one in ("loss", "metrics"))
    words = _plain(losses)
    if not isinstance(metrics, list | dict) or (
        words and set(words) == {"categorical_crossentropy"}
    ):
        return updated
    if not script.journal.is_chosen("OF206"):
        return updated
    made = _of_columns(script, metrics)
    if made == metrics:
        return updated
    value = layout.as_before(given["metrics"], write(made))
    script.done("OF206", original, "labels of one axis are a column for own metrics")
    arguments = [
        one.with_changes(value=value) if one.value is given["metrics"] else one
        for one in updated.args
    ]
    return updated.with_changes(args=arguments)


def _of_columns(script: Script, metric: Any) -> Any:
    """A metric of the script's own with labels in a column; anything else as it is."""
    if isinstance(metric, dict):
        return {name: _of_columns(script, one) for name, one in metric.items()}
    if isinstance(metric, list):
        return [_of_columns(script, one) for one in metric]
    if not isinstance(metric, Expression):
        return metric
    is_function = spelled(metric.node) in script.compiled.functions
    if not is_function and not _is_own_metric(script, metric.node):
        return metric
    name = "of_columns" if is_function else "object_of_columns"
    function = cst.Name(script.definitions.define(f"label_columns:{name}"))
    return Expression(cst.Call(function, [cst.Arg(metric.node)]))


def _is_own_metric(script: Script, node: cst.BaseExpression) -> bool:
    """Whether an expression is an object of a class that the script makes from a metric."""
    made = (
        [node] if isinstance(node, cst.Call) else script.names.values.get(spelled(node) or "", ())
    )
    names = [spelled(one.func) if isinstance(one, cst.Call) else None for one in made]
    kinds = [script.kinds.classes.get(one or "") for one in names]
    return bool(kinds) and all(OwnClass(one).is_a("keras.metrics.Metric") for one in kinds)


def _ends_between_0_and_1(script: Script, compiling: cst.Call) -> bool:
    """Whether the last layer that is made before has answers between 0 and 1."""

    def place(node: cst.CSTNode) -> tuple[int, int]:
        start = script.positions[node].start
        return start.line, start.column

    layers = [
        one
        for one in m.findall(script.module, m.Call())
        if isinstance(one, cst.Call)
        and (spelled(one.func) or "").rpartition(".")[2] in ("Dense", "Activation")
        and place(one) < place(compiling)
    ]
    if not layers:
        return False
    # The last line before `compile` that makes a layer is, in most scripts, that of the output.
    words = [read(given.value) for given in max(layers, key=place).args]
    return any(word in _BETWEEN_0_AND_1 for word in words if isinstance(word, str))


def _accuracy(script: Script, metric: Any) -> Any:
    """What does the same as a word for accuracy, under its name of then."""
    if isinstance(metric, list):
        return [_accuracy(script, one) for one in metric]
    if not isinstance(metric, str) or metric not in _ACCURACY:
        return metric
    function = cst.Name(script.definitions.define("metrics:old_accuracy"))
    name = script.era.accuracy
    wrapper = script.references.refer("keras.metrics.MeanMetricWrapper")
    named = cst.Arg(cst.SimpleString(f'"{name}"'), keyword=cst.Name("name"), equal=layout.TIGHT)
    return Expression(cst.Call(wrapper, [cst.Arg(function), named]))


def _plain(given: Any) -> list[str]:
    """The words among losses or metrics, in lists or not."""
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple):
        return [word for one in given for word in _plain(one)]
    return [given] if isinstance(given, str) else []


def _read(script: Script, given: dict[str, cst.BaseExpression], name: str) -> Any:
    """The value of an argument, by the name that holds it too; `None` where it is not given."""
    return read(given[name], script.constants) if name in given else None


def _arguments(call: cst.Call) -> dict[str, cst.BaseExpression]:
    """The arguments of `compile` by their names."""
    given = {one.keyword.value: one.value for one in call.args if one.keyword is not None}
    unnamed = [one.value for one in call.args if one.keyword is None]
    # In the order of then: the third argument of Keras 3 is `loss_weights`.
    return given | dict(zip(("optimizer", "loss", "metrics"), unnamed))


_ACCURACY = ("acc", "accuracy")
_BETWEEN_0_AND_1 = ("sigmoid", "hard_sigmoid", "softmax")
_BATCHWISE = {"evaluate", "evaluate_generator", "train_on_batch", "test_on_batch"}


def parted(
    script: Script, original: cst.Call, updated: cst.Call, owner: cst.BaseExpression
) -> cst.Call:
    """`b.compile(optimizer)`, whose optimizer has been compiled already: one beside it, or anew.

    In Keras 3 an optimizer has the moments of one model, and keeps them for its next `compile`.
    """
    is_anew = script.era.name in BOTH_OLD
    arguments = list(updated.args)
    for place, (old, new) in enumerate(zip(original.args, updated.args)):
        is_optimizer = old.keyword.value == "optimizer" if old.keyword is not None else place == 0
        # `compile(model.optimizer, loss)`
        is_compiled = is_anew and m.matches(old.value, m.Attribute(attr=m.Name("optimizer")))
        is_shared = spelled(old.value) in script.compiled.shared
        if not is_optimizer or not (is_shared or is_compiled):
            continue
        if not script.journal.is_chosen(CODE):
            return updated
        told = "each compile begins with moments of its own" if is_anew else _OF_EACH_MODEL
        script.done(CODE, original, told)
        stand_in = "optimizer_anew" if is_anew else "optimizer_for"
        function = cst.Name(script.definitions.define(f"shared_optimizers:{stand_in}"))
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        made = cst.Call(function, [cst.Arg(owner, comma=comma), cst.Arg(new.value)])
        arguments[place] = new.with_changes(value=made)
    return updated.with_changes(args=arguments)


_OF_EACH_MODEL = "each model has moments of its own for a shared optimizer"
