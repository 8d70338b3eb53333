"""`compile`: an optimizer of several models, and losses that read tensors of the graph."""

from __future__ import annotations

import libcst as cst

from onefit.scripts.upgrade.literals import read
from onefit.scripts.upgrade.names import spelled
from onefit.scripts.upgrade.script import Script

CODE = "OF203"


def check(script: Script, original: cst.Call) -> None:
    """Tell of a loss that reads a tensor of the graph."""
    for place, one in enumerate(original.args):
        is_loss = one.keyword.value == "loss" if one.keyword is not None else place == 1
        name = script.compiled.graph_of(one.value) if is_loss else ""
        if name:
            told = (
                f"the loss reads {name}, a tensor of the graph, and Keras 3 gives it labels and "
                "predictions only: add_loss in a layer that is given both"
            )
            script.left("OF206", original, told)


def check_order(script: Script, original: cst.Call) -> None:
    """Tell of results that come in another order where there are several outputs."""
    given = {one.keyword.value: one.value for one in original.args if one.keyword is not None}
    unnamed = [one.value for one in original.args if one.keyword is None]
    given |= dict(zip(("optimizer", "loss", "metrics"), unnamed))
    losses = read(given["loss"]) if "loss" in given else None
    is_several = isinstance(losses, list | dict) and len(losses) > 1
    if is_several and "metrics" in given and script.names.identifiers & _BATCHWISE:
        told = (
            "with several outputs, evaluate and train_on_batch of Keras 3 give the metrics before "
            "the losses of each output, and older ones after them"
        )
        script.left("OF207", original, told)


_BATCHWISE = {"evaluate", "evaluate_generator", "train_on_batch", "test_on_batch"}


def parted(
    script: Script, original: cst.Call, updated: cst.Call, owner: cst.BaseExpression
) -> cst.Call:
    """`b.compile(optimizer)`, whose optimizer another model has: one beside it.

    In Keras 3 an optimizer has the moments of one model.
    """
    arguments = list(updated.args)
    for place, (old, new) in enumerate(zip(original.args, updated.args)):
        is_optimizer = old.keyword.value == "optimizer" if old.keyword is not None else place == 0
        if not is_optimizer or spelled(old.value) not in script.compiled.shared:
            continue
        if not script.journal.is_chosen(CODE):
            return updated
        script.done(CODE, original, "each model has moments of its own for a shared optimizer")
        function = cst.Name(script.definitions.define("shared_optimizers:optimizer_for"))
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        made = cst.Call(function, [cst.Arg(owner, comma=comma), cst.Arg(new.value)])
        arguments[place] = new.with_changes(value=made)
    return updated.with_changes(args=arguments)
