"""`tf.while_loop`, and loops over the rows of an array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from onefit.scripts.tensorflow.control_flow.carried import (
    array_of,
    assign,
    is_traced,
    learned,
    like,
    tensor_of,
    values_of,
)
from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.nest import assert_same_structure
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.program import Trace
from onefit.scripts.tensorflow.recorder import is_recording
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import OpenLength

Array = Any


Function = Callable[..., Any]


def while_loop(
    cond: Function,
    body: Function,
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
    *,
    names: Sequence[str] = (),
) -> Any:
    """The body again and again, as long as the condition holds.

    Args:
        cond: Takes the loop's variables; gives a boolean.
        body: Takes the loop's variables; gives the next ones, of the same shapes and dtypes.
        loop_vars: The first values, in a list or a tuple.
        shape_invariants: Taken, and of no effect: shapes stay the same.
        parallel_iterations: Positive, and of no effect.
        back_prop: Taken, and of no effect.
        swap_memory: Taken, and of no effect.
        maximum_iterations: When to end in any case. Defaults to `None`.
        name: Taken, and of no effect.
        names: What the loop's variables are called in errors. Defaults to their numbers.

    Raises:
        ValueError: If there are no variables, or the body gives others than there are.
        TypeError: For no such functions or numbers.

    >>> while_loop(lambda i: i < 3, lambda i: [i + 1], [0])[0].numpy()
    np.int32(3)
    """
    if not callable(cond) or not callable(body):
        raise TypeError("'cond' and 'body' must be callable.")
    if parallel_iterations < 1:
        raise TypeError("'parallel_iterations' must be a positive integer.")
    if isinstance(loop_vars, int | float) or not len(loop_vars):
        raise ValueError("'loop_vars' must be provided.")
    kind = type(loop_vars) if isinstance(loop_vars, list | tuple) else list
    state = [nested(tensor_of, one) for one in loop_vars]
    bound = None if maximum_iterations is None else int(maximum_iterations)
    done = 0
    # JAX has no gradient of a `while_loop`: below a tape, one whose condition is known is unrolled.
    is_one_program = here.traced and not is_recording()
    while bound is None or done < bound:
        holds = None if is_one_program else cond(*state)
        if is_one_program or is_traced(holds):
            state = _looped(cond, body, state, None if bound is None else bound - done, names)
            break
        if not holds:
            break
        state = [nested(tensor_of, one) for one in _like(state, body(*state))]
        done += 1
    return kind(state) if kind in (list, tuple) else state


def _several(following: Any) -> Any:
    return following if isinstance(following, list | tuple) else [following]


def _like(state: list[Any], following: Any) -> list[Any]:
    """What a body gives, as a list.

    Raises:
        ValueError: If it is nested otherwise than the state.
        TypeError: If it gives nothing.
    """
    if following is None:
        raise TypeError("'NoneType' object is not iterable: the body of the loop gives nothing.")
    made = list(_several(following))
    assert_same_structure(state, made)
    return made


def _looped(
    condition: Function, body: Function, state: list[Any], bound: int | None, names: Sequence[str]
) -> Any:
    state = learned(lambda *values: _like(state, body(*values)), state)
    first = [array_of(one) for one in leaves(state)]

    def filled(arrays: Sequence[Any]) -> list[Any]:
        remaining = iter(arrays)
        return nested(lambda one: like(one, next(remaining)), state)

    test = Trace(lambda *arrays: condition(*filled(arrays)), first)
    step = Trace(lambda *arrays: _like(state, body(*filled(arrays))), first)
    check_same(first, step, names)
    places = sorted({*test.used, *step.used, *step.changed})
    held = values_of(step, places)

    def goes_on(carry: Any) -> Array:
        done, values, arrays = carry
        holds = test(dict(zip(places, values)), arrays)[0].reshape(())
        return holds if bound is None else holds & (done < bound)

    def following(carry: Any) -> Any:
        done, values, arrays = carry
        known = dict(zip(places, values))
        outputs = step(known, arrays)
        known.update(zip(step.changed, outputs[len(arrays) :]))
        return done + 1, [known[place] for place in places], outputs[: len(arrays)]

    with jax.enable_x64(True):
        carry = jnp.zeros((), jnp.int32), held, first
        _, values, arrays = lax.while_loop(goes_on, following, carry)
    assign(step, places, values)
    return filled([Tensor(one) for one in arrays])


def scanned(body: Function, state: list[Array], sequence: Array, names: Sequence[str] = ()) -> Any:
    """A loop over the slices of an array, as a scan, which has a gradient.

    Args:
        body: Takes a slice and the state as tensors; gives the next state, and anything to collect.
        state: The first state: arrays.
        sequence: The array.
        names: What the parts of the state are called in errors.

    Returns:
        The last state, and what was collected.
    """
    count = len(state)
    step = Trace(lambda one, *arrays: body(one, *arrays), [_first(sequence), *state])
    check_same(state, step, names)
    places = sorted({*step.used, *step.changed})

    def following(carry: Any, one: Array) -> Any:
        values, arrays = carry
        known = dict(zip(places, values))
        outputs = step(known, [one, *arrays])
        results = outputs[: len(step.outputs)]
        known.update(zip(step.changed, outputs[len(step.outputs) :]))
        return ([known[place] for place in places], results[:count]), results[count:]

    with jax.enable_x64(True):
        (values, arrays), collected = lax.scan(
            following, (values_of(step, places), state), sequence
        )
    assign(step, places, values)
    return arrays, collected, step


def _first(sequence: Array) -> Array:
    # A body is traced for no rows, too: a row of zeros shows it the shape.
    return sequence[0] if len(sequence) else jnp.zeros(sequence.shape[1:], sequence.dtype)


def check_same(first: Sequence[Array], step: Trace, names: Sequence[str] = ()) -> None:
    """Raise where a loop changes a shape or a dtype.

    Raises:
        OpenLength: For a shape, which may change in a loop without a program.
        TypeError: For a dtype.
    """
    for place, (before, after) in enumerate(zip(first, step.outputs)):
        if (before.shape, before.dtype) != (after.shape, after.dtype):
            kind = TypeError if before.dtype != after.dtype else OpenLength
            name = names[place] if place < len(names) else f"number {place}"
            raise kind(
                f"Expected a loop that keeps shapes and dtypes. Received: {name!r} of shape "
                f"{tuple(before.shape)} and dtype {before.dtype.name} before, of shape "
                f"{tuple(after.shape)} and dtype {after.dtype.name} after one iteration."
            )
