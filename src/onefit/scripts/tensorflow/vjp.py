"""The gradients of computations that were noted, for any cotangents: `jax.vjp` of the notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import keras

from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.recorder import Note, Recorder, between, run_again
from onefit.scripts.tensorflow.tensor_array import PartOfPython

Array = Any


class Vjp(NamedTuple):
    """The gradients of some arrays, each with its cotangent or `None`, for any cotangents."""

    targets: list[tuple[Array, Any]]
    gradients: Callable[[list[Array]], list[Array | None]]


def vjp_of(notes: Recorder, targets: list[Any], sources: list[Any], seeds: list[Any]) -> Vjp | None:
    """The gradients of targets with respect to sources.

    Args:
        notes: What was computed.
        targets: Tensors, variables or arrays.
        sources: Likewise.
        seeds: The cotangents of the targets; none of them means ones.

    Returns:
        The gradients of what is connected; `None` where nothing is.
    """
    pairs = [
        (array_of(one), seed)
        for one, seed in zip(targets, seeds or [None] * len(targets))
        if one is not None and notes.is_live(array_of(one))
    ]
    held = [_values(notes, one) for one in sources]
    old = [value for values in held for value in values if notes.is_live(value)]
    if not pairs or not old:
        return None
    wanted = [one for one, _ in pairs]
    backwards = [
        (used, _backward(steps, used, wanted))
        for used, steps in _groups(list(notes.notes), old, wanted)
    ]

    def gradients(cotangents: list[Array]) -> list[Array | None]:
        found: dict[int, Array] = {}
        with jax.enable_x64(True):
            for used, backward in backwards:
                found.update(zip(map(id, used), backward(cotangents)))
        return [_sum([found[id(v)] for v in one if id(v) in found]) for one in held]

    return Vjp(pairs, gradients)


def _groups(
    notes: list[Note], old: list[Array], wanted: list[Array]
) -> Iterator[tuple[list[Array], list[Note]]]:
    """The sources that one `vjp` can be of, and the notes between them and the targets.

    A source that is computed of another one needs a `vjp` of its own: it would hide the way from
    the other.
    """
    steps = between(notes, old, wanted)
    made = {id(one) for note in steps for one in note.outputs}
    alone = any(id(one) in made for one in old)
    for group in [[one] for one in old] if alone else [old]:
        steps = between(notes, group, wanted)
        reached = {id(one) for note in steps for one in note.inputs} | set(map(id, wanted))
        # Two sources may be one array, which `jax.vjp` is to be given once.
        used = list({id(one): one for one in group if id(one) in reached}.values())
        if used:
            yield used, steps


def _backward(steps: list[Note], used: list[Array], wanted: list[Array]) -> Any:
    with jax.enable_x64(True):
        # One `vjp` of all notes, as in `jax.grad`: one of each would add up cotangents in another
        # order.
        results, backward = jax.vjp(lambda *new: run_again(steps, used, new, wanted), *used)
    # Only the results of a trace are exchanged for those computed again (docs/design/0060). Outside
    # of one nothing would ever take these off the list: each step's loss would stay in memory.
    if here.traced:
        here.again.extend(zip(wanted, results))
    return partial(_through_loops, backward)


def _through_loops(backward: Any, cotangents: list[Array]) -> list[Array]:
    try:
        found: list[Array] = backward(cotangents)
    except ValueError as error:
        # JAX has no class of its own for this error: its words tell it.
        if "Reverse-mode differentiation" not in str(error):
            raise
        raise PartOfPython(
            "has a gradient through a loop whose number of rounds depends on values"
        ) from error
    return found


def array_of(target: Any) -> Array:
    """The array of a tensor or a variable; an array as it is."""
    if isinstance(target, Operators):
        return target._array()
    return target.value if isinstance(target, keras.Variable) else target


def _values(notes: Recorder, source: Any) -> list[Array]:
    """The arrays of a source: a variable has one for each value that it had when it was read."""
    if isinstance(source, keras.Variable):
        return notes.reads.get(id(source), (source, []))[1]
    return [array_of(source)]


def _sum(parts: list[Array]) -> Array | None:
    # From the first on: a 0 in front would be one more addition, which makes 0.0 of -0.0.
    return sum(parts[1:], parts[0]) if parts else None


def cotangent(target: Array, seed: Any) -> Array:
    """What the gradient of a target is to be: ones where it is not said."""
    if seed is None:
        return jnp.ones(target.shape, target.dtype)
    return jnp.broadcast_to(tensor(seed).astype(target.dtype), target.shape)
