"""`tf.cond`, `tf.while_loop` and the like: Python's own where values are known, else JAX's.

Branches and bodies may read and change variables: these go through JAX's control flow as arguments
and results, as through a program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.mode import computed, here
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.program import Trace
from onefit.scripts.tensorflow.recorder import is_recording, note_reads
from onefit.scripts.tensorflow.tensor import Tensor

Array = Any
Function = Callable[..., Any]


def is_traced(value: Any) -> bool:
    """Whether a value is not known: a tensor, or a tracer, of a function that is traced."""
    value = value._array() if isinstance(value, Operators) else value
    return isinstance(value, jax.core.Tracer)


def cond(pred: Any, true_fn: Function, false_fn: Function, name: str | None = None) -> Any:
    """What `true_fn` gives if `pred` is true, else what `false_fn` gives.

    Args:
        pred: A boolean of no axes.
        true_fn: A function of no arguments.
        false_fn: A function of no arguments that gives as much, in the same dtypes.
        name: Taken, and of no effect.

    >>> cond(True, lambda: 1, lambda: 2)
    1
    """
    if not is_traced(pred):
        return true_fn() if pred else false_fn()
    return _chosen(_array(pred).astype(jnp.int32), [false_fn, true_fn])


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Function | None = None,
    name: str = "switch_case",
) -> Any:
    """What the function of that number gives; the default, or the last, for numbers without one.

    >>> switch_case(1, [lambda: "a", lambda: "b"])
    'b'
    """
    branches = branch_fns if isinstance(branch_fns, dict) else None
    if branches is None:
        pairs = [one if isinstance(one, tuple) else (n, one) for n, one in enumerate(branch_fns)]
        branches = dict(pairs)
    functions = [branches[number] for number in sorted(branches)]
    otherwise = functions[-1] if default is None else default
    functions = [branches.get(n, otherwise) for n in range(max(branches) + 1)] + [otherwise]
    last = len(functions) - 1
    if not is_traced(branch_index):
        return functions[n if 0 <= (n := int(branch_index)) <= last else last]()
    number = _array(branch_index)
    return _chosen(jnp.where((number < 0) | (number > last), last, number), functions)


def case(
    pred_fn_pairs: Any,
    default: Function | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function beside the first true condition gives, else the default.

    >>> case([(False, lambda: 1), (True, lambda: 2)])
    2
    """
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    *others, (_, last) = pairs if default is None else [*pairs, (True, default)]
    chosen = last
    for pred, function in reversed(others):
        chosen = _either(pred, function, chosen)
    return chosen()


def _either(pred: Any, one: Function, other: Function) -> Function:
    return lambda: cond(pred, one, other)


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
) -> Any:
    """The body again and again, as long as the condition holds.

    Args:
        cond: Takes the loop's variables; gives a boolean.
        body: Takes the loop's variables; gives the next ones, of the same shapes and dtypes.
        loop_vars: The first values, in a list or a tuple.
        shape_invariants: Taken, and of no effect: shapes stay the same.
        parallel_iterations: Taken, and of no effect.
        back_prop: Taken, and of no effect.
        swap_memory: Taken, and of no effect.
        maximum_iterations: When to end in any case. Defaults to `None`.
        name: Taken, and of no effect.

    >>> while_loop(lambda i: i < 3, lambda i: [i + 1], [0])[0].numpy()
    np.int32(3)
    """
    kind = type(loop_vars) if isinstance(loop_vars, list | tuple) else list
    state = [nested(_tensor, one) for one in loop_vars]
    bound = None if maximum_iterations is None else int(maximum_iterations)
    done = 0
    while bound is None or done < bound:
        holds = cond(*state)
        if is_traced(holds) or (here.traced and not is_recording()):
            state = _looped(cond, body, state, None if bound is None else bound - done)
            break
        if not holds:
            break
        following = body(*state)
        following = following if isinstance(following, list | tuple) else [following]
        state = [nested(_tensor, one) for one in following]
        done += 1
    return kind(state) if kind in (list, tuple) else state


def _looped(condition: Function, body: Function, state: list[Any], bound: int | None) -> Any:
    first = [_array(one) for one in leaves(state)]

    def filled(arrays: Sequence[Any]) -> list[Any]:
        remaining = iter(arrays)
        return nested(lambda _: next(remaining), state)

    test = Trace(lambda *arrays: condition(*filled(arrays)), first)
    step = Trace(lambda *arrays: body(*filled(arrays)), first)
    check_same(first, step)
    places = sorted({*test.used, *step.used, *step.changed})
    held = _values(step, places)

    def goes_on(carry: Any) -> Array:
        done, values, arrays = carry
        holds = test(dict(zip(places, values)), arrays)[0]
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
    _assign(step, places, values)
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
    step = Trace(lambda one, *arrays: body(one, *arrays), [sequence[0], *state])
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
        (values, arrays), collected = lax.scan(following, (_values(step, places), state), sequence)
    _assign(step, places, values)
    return arrays, collected, step


def check_same(first: Sequence[Array], step: Trace, names: Sequence[str] = ()) -> None:
    """Raise where a loop changes a shape or a dtype."""
    for place, (before, after) in enumerate(zip(first, step.outputs)):
        if (before.shape, before.dtype) != (after.shape, after.dtype):
            name = names[place] if place < len(names) else f"number {place}"
            raise TypeError(
                f"Expected a loop that keeps shapes and dtypes. Received: {name!r} of shape "
                f"{tuple(before.shape)} and dtype {before.dtype.name} before, of shape "
                f"{tuple(after.shape)} and dtype {after.dtype.name} after one iteration."
            )


def map_fn(
    fn: Function,
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """A function of each slice along the first axis, stacked.

    Args:
        fn: Takes a slice of `elems`, nested as they are; gives tensors.
        elems: A tensor, or several, nested.
        dtype: Taken, and of no effect: the results have dtypes.
        parallel_iterations: Taken, and of no effect.
        back_prop: Taken, and of no effect.
        swap_memory: Taken, and of no effect.
        infer_shape: Taken, and of no effect.
        name: Taken, and of no effect.
        fn_output_signature: Taken, and of no effect.

    >>> map_fn(lambda x: x * x, jnp.array([1, 2, 3])).numpy()
    array([1, 4, 9], dtype=int32)
    """
    given = nested(_tensor, elems)
    arrays = [_array(one) for one in leaves(given)]
    rows = len(arrays[0])
    if not rows:
        raise InvalidArgumentError("Expected at least one slice along the first axis.")
    if not here.traced:
        found = [fn(_row(given, row)) for row in range(rows)]
        return _stacked(found)

    def body(number: Tensor) -> Any:
        return fn(nested(lambda one: one[number], given))

    _, collected, step = scanned(body, [], jnp.arange(rows))
    return step.filled(collected)


def _row(given: Any, row: int) -> Any:
    return nested(lambda one: one[row], given)


def vectorized_map(
    fn: Function, elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """As `map_fn`."""
    return map_fn(fn, elems)


def _stacked(found: list[Any]) -> Any:
    columns = [
        Tensor(computed(lambda *xs: jnp.stack(xs), *(_array(one) for one in column)))
        for column in zip(*(list(leaves(one)) for one in found))
    ]
    remaining = iter(columns)
    return nested(lambda _: next(remaining), found[0])


def scan(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All states of a function of the last state and each slice.

    Args:
        fn: Takes the state and a slice; gives the next state.
        elems: A tensor, or several, nested.
        initializer: The first state. Defaults to the first slice.
        parallel_iterations: Taken, and of no effect.
        back_prop: Taken, and of no effect.
        swap_memory: Taken, and of no effect.
        infer_shape: Taken, and of no effect.
        reverse: Whether to begin at the last slice. Defaults to `False`.
        name: Taken, and of no effect.

    >>> scan(lambda total, x: total + x, jnp.array([1, 2, 3])).numpy()
    array([1, 3, 6], dtype=int32)
    """
    states = _states(fn, elems, initializer, reverse)
    return _stacked(states[::-1] if reverse else states)


def foldl(
    fn: Function, elems: Any, initializer: Any = None, *_: Any, name: Any = None, **__: Any
) -> Any:
    """The last state of a function of the state and each slice, from the first one on.

    >>> foldl(lambda total, x: total + x, jnp.array([1, 2, 3])).numpy()
    np.int32(6)
    """
    return _states(fn, elems, initializer, False)[-1]


def foldr(
    fn: Function, elems: Any, initializer: Any = None, *_: Any, name: Any = None, **__: Any
) -> Any:
    """The last state of a function of the state and each slice, from the last one on."""
    return _states(fn, elems, initializer, True)[-1]


def _states(fn: Function, elems: Any, initializer: Any, reverse: bool) -> list[Any]:
    given = nested(_tensor, elems)
    rows = list(range(len(next(leaves(given)))))
    rows = rows[::-1] if reverse else rows
    states = []
    if initializer is None:
        state, rows = nested(lambda one: one[rows[0]], given), rows[1:]
        states.append(state)
    else:
        state = nested(_tensor, initializer)
    for row in rows:
        state = fn(state, _row(given, row))
        states.append(state)
    return states


def _chosen(number: Array, functions: list[Function]) -> Any:
    """What one of several functions of no arguments gives."""
    traces = [Trace(function, []) for function in functions]
    outputs = [list(range(len(trace.outputs))) for trace in traces]
    return traces[-1].filled(chosen(number, traces, outputs))


def chosen(number: Array, traces: list[Trace], kept: list[list[int]]) -> list[Array]:
    """The results of one of several traces; variables have its new values then.

    Args:
        number: Which.
        traces: Traces of functions of no arguments.
        kept: Which results of each are asked for: as many of each, of the same shapes and dtypes.
    """
    shapes = [
        [(tuple(trace.outputs[place].shape), trace.outputs[place].dtype.name) for place in places]
        for trace, places in zip(traces, kept)
    ]
    if any(shape != shapes[0] for shape in shapes):
        raise TypeError(
            "Expected branches that give tensors of the same shapes and dtypes. Received: "
            f"{', '.join(map(str, shapes))}."
        )
    one = traces[0]
    places = sorted({place for trace in traces for place in (*trace.used, *trace.changed)})
    changed = sorted({place for trace in traces for place in trace.changed})

    def branch(trace: Trace, kept: list[int]) -> Function:
        def computed_branch(values: list[Array]) -> list[Array]:
            known = dict(zip(places, values))
            outputs = trace(known, [])
            known.update(zip(trace.changed, outputs[len(trace.outputs) :]))
            return [*(outputs[place] for place in kept), *(known[place] for place in changed)]

        return computed_branch

    with jax.enable_x64(True):
        branches = [branch(*pair) for pair in zip(traces, kept)]
        outputs = lax.switch(number, branches, _values(one, places))
    count = len(kept[0])
    _assign(one, changed, outputs[count:])
    return outputs[:count]


def _values(trace: Trace, places: list[int]) -> list[Array]:
    variables = [trace.held[place] for place in places]
    note_reads(variables)
    return [one._value for one in variables]


def _assign(trace: Trace, places: list[int], values: Sequence[Array]) -> None:
    for place, value in zip(places, values):
        trace.held[place]._value = value


def _tensor(one: Any) -> Any:
    """A loop's variable as a tensor; what is none stays what it is."""
    if isinstance(one, Operators) and not hasattr(one, "assign_add"):
        return one
    return Tensor(computed(tensor, one))


def _array(one: Any) -> Array:
    if isinstance(one, Operators):
        return one._array()
    return computed(tensor, one)
