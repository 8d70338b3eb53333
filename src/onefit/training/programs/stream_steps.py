"""The programs of batches that come one after the other: steps of a pass, and predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax import lax

from onefit.training.core import position
from onefit.training.core.phase import Passed, left_alone, run_test, run_train
from onefit.training.core.position import SPENT, STEP, ones
from onefit.training.core.shapes import shapes
from onefit.training.core.state import State, divided, joined
from onefit.training.core.step import Step
from onefit.training.programs.compilation import Program, compile_program
from onefit.training.programs.donation import donates
from onefit.training.rewrite.rounding import by_itself

if TYPE_CHECKING:
    from keras import Model


def steps_program(step: Step, training: bool, room: int, state: State) -> Program:
    """Compile a loop of a step over the batches that lie one after the other in a block.

    Where a block holds one batch, there is no loop: the program is Keras's step as it is.

    Args:
        step: Keras's step, traced for a batch.
        training: Whether it is a train step.
        room: How many batches a block has room for.
        state: The shapes of the model's state.
    """
    run = run_train if training else run_test
    kept = left_alone(state, run, step)
    leaves, structure = jax.tree.flatten(step.batch)

    def batch_at(place: Any, *arrays: Any) -> list[Any]:
        return [lax.dynamic_index_in_dim(array, place, keepdims=False) for array in arrays]

    def as_traced(_: Any, values: Any, batch: Any) -> Any:
        return step.as_traced(values, batch)

    def once(consts: Any, arrays: list[Any], count: Any, passed: Passed) -> tuple[Passed, Any]:
        batch = jax.tree.unflatten(structure, [array[0] for array in arrays])
        last, state = run(as_traced, consts, passed.state, batch)
        # A number of the program's own, and not the argument handed on: it tells when the program
        # has ended (`Call.output`), and no later call takes its memory over.
        return passed._replace(last=last, state=state), count + 0

    def loop(consts: Any, arrays: list[Any], count: Any, passed: Passed) -> tuple[Passed, Any]:
        forward = ones(passed.position, STEP, SPENT)

        def body(p: Passed) -> Passed:
            batch = jax.tree.unflatten(structure, by_itself(batch_at)(p.position[STEP], *arrays))
            state, batch = lax.optimization_barrier((p.state, batch))  # as in `phase.loop`
            last, state = run(step, consts, state, batch)
            return Passed(p.position + forward, last, state, p.halted)

        passed = lax.while_loop(lambda p: p.position[STEP] < count, body, passed)
        return passed, passed.position[SPENT]

    steps = loop if room > 1 else once

    def program(
        consts: Any, arrays: list[Any], count: Any, held: State, passed: Passed
    ) -> tuple[Passed, Any]:
        passed = passed._replace(state=joined(held, passed.state, kept))
        passed, spent = steps(consts, arrays, count, passed)
        return passed._replace(state=divided(passed.state, kept)[1]), spent

    consts = step.consts if room > 1 else []
    out = shapes(step.out)
    blocks = [jax.ShapeDtypeStruct((room, *leaf.shape), leaf.dtype) for leaf in leaves]
    held, changed = divided(state, kept)
    passed = Passed(position.start(state), out, changed, np.bool_(False))
    arguments = map(shapes, (consts, blocks, np.int32(0), held, passed))
    donated = (4,) if donates(changed) else ()
    return compile_program(program, donated, consts, out, *arguments, kept=kept)


def prediction_program(model: Model, batch: Any, values: tuple[Any, Any]) -> Program:
    """Compile Keras's prediction of one batch of a stream.

    It gives the outputs, `None` for each non-trainable value that it leaves alone and the new one
    for the others, and a number that tells when it has ended.

    Args:
        model: The model.
        batch: The shapes and dtypes of what the stream gives.
        values: Those of the trainable and of the non-trainable variables.
    """
    leaves, structure = jax.tree.flatten(batch)

    def run(arrays: list[Any], count: Any, non_trainable: Any, trainable: Any) -> Any:
        data = jax.tree.unflatten(structure, [array[0] for array in arrays])
        outputs, after = model.predict_step((trainable, non_trainable), data)
        after = [None if a is v else a for a, v in zip(after, non_trainable)]
        return outputs, after, count + 1

    blocks = [jax.ShapeDtypeStruct((1, *leaf.shape), leaf.dtype) for leaf in leaves]
    return compile_program(
        run, (), (), None, blocks, shapes(np.int32(0)), *map(shapes, values[::-1])
    )
