"""`tf.gradients`: gradients within a `tf.function`, of whatever was computed in it so far.

A function that asks for them is traced once more, with notes of everything that it computes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import jax
import keras

from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operation import leaves
from onefit.scripts.tensorflow.recorder import Recorder, WholeRecorder, level, reads_are_noted
from onefit.scripts.tensorflow.tape import UnconnectedGradients, told
from onefit.scripts.tensorflow.vjp import array_of, cotangent, vjp_of


class NotNoted(Exception):
    """A function asks for gradients, and what it computes is not noted."""


@contextlib.contextmanager
def noted() -> Iterator[None]:
    """A block of a function's trace in which everything is noted that it computes."""
    reads_are_noted()
    before, here.notes = here.notes, WholeRecorder(reads_all=True)
    try:
        with here.notes.recording():
            yield
    finally:
        here.notes = before


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Any]:
    """The gradients of the sum of some tensors, within a `tf.function`.

    Args:
        ys: A tensor, or several in a list.
        xs: Tensors and variables, alone or in a list.
        grad_ys: What the gradients of `ys` are to be. Defaults to ones.
        name: Taken, and of no effect.
        gate_gradients: Taken, and of no effect.
        aggregation_method: Taken, and of no effect.
        stop_gradients: Tensors through which no gradient goes. Defaults to none.
        unconnected_gradients: Zeros for those of `xs` that nothing leads to, with
            `tf.UnconnectedGradients.ZERO`. Defaults to `None` for them.

    Returns:
        A tensor for each of `xs`, or `None`.

    Raises:
        RuntimeError: Outside of a `tf.function`, as in TensorFlow.
        NotImplementedError: In a branch or a loop over tensors, or for constants.

    >>> gradients(1.0, 1.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    RuntimeError: tf.gradients is not supported when eager execution is enabled...
    """
    targets, sources = _listed(ys), _listed(xs)
    if any(isinstance(one, keras.KerasTensor) for one in targets):
        from onefit.scripts.eras.stand_ins import graph

        return graph.gradients(sum(targets[1:], targets[0]), xs)
    if not here.traced:
        raise RuntimeError(
            "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape "
            "instead."
        )
    notes = _notes(sources)
    stops = [array_of(one) for one in _listed(stop_gradients)]
    for one in (*targets, *sources):
        if isinstance(one, keras.Variable):
            notes.watch_variable(one)
        else:
            notes.watch(array_of(one))
    seeds = [] if grad_ys is None else _listed(grad_ys)
    vjp = vjp_of(_stopped(notes, stops) if stops else notes, targets, sources, seeds)
    found: list[Any] = [None] * len(sources)
    if vjp is not None:
        with jax.enable_x64(True):
            found = vjp.gradients([cotangent(*pair) for pair in vjp.targets])
    return told(found, sources, unconnected_gradients)


def _listed(given: Any) -> list[Any]:
    return [] if given is None else list(leaves(given))


def _notes(sources: list[Any]) -> Recorder:
    """What the function has computed so far."""
    if not here.lifts:
        raise NotImplementedError(
            "tf.gradients is here in a tf.function that the script calls, and not in a function "
            "of a dataset. Write tf.GradientTape."
        )
    if here.notes is None:
        raise NotNoted
    # A branch or a loop's body is a program of its own, of which the notes know the whole only; and
    # what is computed of constants is computed at once, past the notes.
    is_inner = level() is not here.notes.below
    if is_inner or any(not _is_noted(one) for one in sources):
        where = "of an if or a loop over tensors" if is_inner else "of constants"
        raise NotImplementedError(
            f"tf.gradients {where} is not here. Write tf.GradientTape, and watch what the "
            "gradients are of."
        )
    return here.notes


def _is_noted(source: Any) -> bool:
    return isinstance(source, keras.Variable) or isinstance(array_of(source), jax.core.Tracer)


def _stopped(notes: Recorder, stops: list[Any]) -> Recorder:
    """The notes without what leads to some arrays."""
    found = WholeRecorder(reads_all=True)
    found.reads, found.live = notes.reads, notes.live
    ends = set(map(id, stops))
    found.notes = [one for one in notes.notes if ends.isdisjoint(map(id, one.outputs))]
    return found
