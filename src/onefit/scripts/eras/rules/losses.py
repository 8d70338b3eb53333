"""The losses of `compile`: one for each output, and their weights. `compiling.py` has the rules."""

from __future__ import annotations

from onefit.scripts.eras.call import UNKNOWN, Call


def loss_of_every_output(call: Call) -> None:
    """One loss was for every output."""
    loss, model = call.literal("loss"), getattr(call, "subject", None)
    count = len(getattr(model, "outputs", None) or ())
    if count > 1 and (isinstance(loss, str) or callable(loss)):
        call.give("loss", [loss] * count)


def losses_of_nothing(call: Call) -> None:
    """`loss=[None, None]` was no loss, beside those of `add_loss`; Keras 3 asks for labels."""
    losses = call.literal("loss")
    if isinstance(losses, list | tuple) and losses and all(one is None for one in losses):
        call.take("loss")
        call.note("outputs that have no loss need no labels")


def outputs_without_loss(call: Call) -> None:
    """An output that a dict of losses leaves out has no loss, no targets and no metrics."""
    from onefit.scripts.eras.stand_ins.partial_losses import by_output, keep_gaps

    model = getattr(call, "subject", None)
    losses = by_output(model, call.literal("loss")) if model is not None else None
    if losses is None or None not in losses:
        return
    gaps = keep_gaps(model, losses)
    call.give("loss", losses)
    for name in ("metrics", "weighted_metrics"):
        if (metrics := by_output(model, call.literal(name))) is not None:
            call.give(name, [None if gap else one for one, gap in zip(metrics, gaps)])
    call.note("outputs that have no loss have no metrics")


def weights_of_losses(call: Call) -> None:
    """A loss that `loss_weights` does not name has the weight 1."""
    weights, losses = call.literal("loss_weights"), call.literal("loss")
    if weights is None or weights is UNKNOWN:
        return
    if (model := getattr(call, "subject", None)) is not None:
        from onefit.scripts.eras.stand_ins.loss_weights import weighed

        for name, value in weighed(model, losses, weights, call.era.name == "tf2").items():
            call.give(name, value)
    elif isinstance(weights, dict) and isinstance(losses, dict) and set(weights) < set(losses):
        call.give("loss_weights", {name: weights.get(name, 1.0) for name in losses})
        call.note("losses without a weight have the weight 1")
    elif isinstance(weights, dict) and not isinstance(losses, dict):
        raise ValueError(
            "Keras 3 wants a weight for each loss, in the order of the outputs where losses are "
            "not given by names"
        )


def no_loss(call: Call) -> None:
    """Without any loss, but those of layers, there were no metrics either."""
    if getattr(call, "subject", None) is not None and not call.literal("loss"):
        for name in ("metrics", "weighted_metrics"):
            if call.has(name):
                call.take(name)
                call.note(f"{name} mean nothing without a loss, as it was then")
