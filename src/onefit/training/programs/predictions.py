"""The programs that predict: one batch, or a loop over many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax import lax

from onefit.training.core import position
from onefit.training.core.rows import Rows, Sizes, take
from onefit.training.core.shapes import shapes
from onefit.training.core.step import Step
from onefit.training.host import caller_thread
from onefit.training.host.garbage import no_collection
from onefit.training.programs.compilation import Program, compile_program
from onefit.training.rewrite.convolutions import equations

if TYPE_CHECKING:
    from keras import Model


def predict_program(model: Model, piece: Any, values: Any, sizes: Sizes) -> Program:
    """Compile the prediction of one batch as Keras does, or of many as a loop.

    One batch is run in the thread that asks, and gives `None` for values that it leaves alone.
    """
    device: jax.Device | None = None
    consts: Any = []
    if sizes.full == 1:
        device = caller_thread.device()

        def run(consts: Any, arrays: Any, count: Any, non_trainable: Any, trainable: Any) -> Any:
            outputs, after = model.predict_step((trainable, non_trainable), arrays)
            return outputs, [None if a is v else a for a, v in zip(after, non_trainable)]
    else:
        run, consts = predict_loop(model, piece, values, sizes)
    arguments = (shapes(consts), shapes(piece), shapes(np.int32(0)), *map(shapes, values[::-1]))
    return compile_program(run, (), consts, None, *arguments, device=device)


def predict_loop(
    model: Model, piece: Any, values: Any, sizes: Sizes
) -> tuple[Callable[..., Any], Any]:
    """A loop over batches that writes each batch's outputs in its place; its constants."""
    batch = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((sizes.batch, *a.shape[1:]), shapes(a).dtype), piece
    )

    def function(state: Any, batch: Any) -> Any:
        outputs, after = model.predict_step(state, batch)
        return outputs, (state[0], after)

    with no_collection():
        step = Step(function, values, batch)
    if any(not o.shape for o in jax.tree.leaves(step.out)):
        raise ValueError("zero-dimensional arrays cannot be concatenated")  # as Keras's loop does

    names = [equation.primitive.name for equation in equations(step.jaxpr.jaxpr)]
    sums = any(name.startswith(("reduce", "arg", "cum")) for name in names)

    def run(consts: Any, arrays: Any, count: Any, non_trainable: Any, trainable: Any) -> Any:
        rows = Rows(arrays, None, None, None)

        def body(carry: Any) -> Any:
            counter, outputs, non_trainable = carry
            place = counter[0] * sizes.batch
            state, batch = (trainable, non_trainable), take(rows, 0, place, sizes.batch, sums)
            state, batch = lax.optimization_barrier((state, batch))  # as in `phase.loop`
            found, (_, after) = step(consts, state, batch)
            outputs = jax.tree.map(
                lambda o, f: lax.dynamic_update_slice_in_dim(o, f, counter[0] * len(f), 0),
                outputs,
                found,
            )
            return counter + 1, outputs, after

        empty = jax.tree.map(
            lambda o: jax.numpy.zeros((o.shape[0] * sizes.full, *o.shape[1:]), o.dtype), step.out
        )
        # The counter is as wide as a run's position for the same reason, see `position.start`.
        start = (position.start(trainable), empty, non_trainable)
        _, outputs, after = lax.while_loop(lambda c: c[0][0] < count, body, start)
        return outputs, after

    return run, step.consts
