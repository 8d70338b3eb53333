"""`tf.cond`, `tf.case` and `tf.switch_case`: one of several functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from onefit.scripts.tensorflow.control_flow.carried import array_of, assign, is_traced, values_of
from onefit.scripts.tensorflow.operation import leaves
from onefit.scripts.tensorflow.program import Trace
from onefit.scripts.tensorflow.program_checks import demand_in_program
from onefit.scripts.tensorflow.refusals import demand
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import PartOfPython
from onefit.scripts.tensorflow.text import StringTensor
from onefit.scripts.tensorflow.undefined import TEXTS

Array = Any


Function = Callable[..., Any]


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
    # The functions are traced in this order, as TensorFlow does: what they do besides shows it.
    return _chosen(jnp.logical_not(array_of(pred)).astype(jnp.int32), [true_fn, false_fn])


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Function | None = None,
    name: str = "switch_case",
) -> Any:
    """What the function of that number gives; the default, or the last, for numbers without one.

    Args:
        branch_index: A tensor of one integer.
        branch_fns: Functions of no arguments, in a list, or by their numbers from 0 on.
        default: A function for other numbers. Defaults to the last one.
        name: Taken, and of no effect.

    Raises:
        TypeError: If the number is no tensor of integers, or a function none.
        ValueError: If there are no functions, or there are gaps between their numbers.

    >>> switch_case(Tensor(jnp.array(1)), [lambda: "a", lambda: "b"])
    'b'
    """
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"'branch_index' must be a Tensor, got {type(branch_index)}")
    if branch_index._array().dtype.kind not in "iu":
        raise TypeError(f"'branch_index' must be an integer Tensor, got {branch_index.dtype!r}")
    functions = [*_in_order(branch_fns), *([] if default is None else [default])]
    last = len(functions) - 1
    if not is_traced(branch_index):
        return functions[n if 0 <= (n := int(branch_index)) <= last else last]()
    number = array_of(branch_index)
    return _chosen(jnp.where((number < 0) | (number > last), last, number), functions)


def _in_order(branches: Any) -> list[Function]:
    """The functions of `switch_case`."""
    if not branches:
        raise ValueError("Must provide at least one item in 'branch_fns'")
    pairs = list(branches.items() if isinstance(branches, dict) else branches)
    if all(map(callable, pairs)):
        return pairs
    for pair in pairs:
        if not (isinstance(pair, tuple) and len(pair) == 2 and type(pair[0]) is int):
            raise TypeError(f"Each entry must be a pair of a number and a function, got {pair}")
        if not callable(pair[1]):
            raise TypeError(f"fn for key {pair[0]} must be callable.")
    numbers = sorted(number for number, _ in pairs)
    if numbers != list(range(len(pairs))):
        found = ",".join(map(str, numbers))
        raise ValueError(
            "branch indices (keys) must form contiguous range of "
            f"[0 to {len(pairs)}) but found {{{found}}}"
        )
    return [dict(pairs)[number] for number in numbers]


def case(
    pred_fn_pairs: Any,
    default: Function | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function beside the first true condition gives, else the default.

    Args:
        pred_fn_pairs: Conditions and functions of no arguments.
        default: A function for where no condition is true. Defaults to `None`: one has to be.
        exclusive: Whether several may not be true. Defaults to `False`.
        strict: Taken, and of no effect.
        name: Taken, and of no effect.

    Raises:
        InvalidArgumentError: If none is true and there is no default, or several are that must not.

    >>> case([(False, lambda: 1), (True, lambda: 2)])
    2
    """
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    if exclusive or default is None:
        _demand_one([pred for pred, _ in pairs], exclusive, default is None)
    *others, (_, last) = pairs if default is None else [*pairs, (True, default)]
    chosen = last
    for pred, function in reversed(others):
        chosen = _either(pred, function, chosen)
    return chosen()


def _demand_one(conditions: list[Any], at_most: bool, at_least: bool) -> None:
    """Raise unless one condition is true: now if they are known, else when the program has run.

    Without a default the last function is the one that is left, and would be called in any case.
    """
    if not any(map(is_traced, conditions)):
        count = sum(map(bool, conditions))
        demand(not at_most or count <= 1, _SEVERAL)
        demand(not at_least or count >= 1, _NONE)
        return
    # In a graph TensorFlow 2.15 asserts what a missing default needs, and nothing of `exclusive`:
    # both are recorded in tests/scripts/calls/arrays.json.
    if at_least:
        true = sum(array_of(one).astype(jnp.int32).reshape(()) for one in conditions)
        demand_in_program(jnp.asarray(true >= 1), _NONE)


_SEVERAL = "Input error: exclusive=True: more than 1 conditions evaluated as True."
_NONE = "Input error: None of conditions evaluated as True."


def _either(pred: Any, one: Function, other: Function) -> Function:
    return lambda: cond(pred, one, other)


def _chosen(number: Array, functions: list[Function]) -> Any:
    """What one of several functions of no arguments gives."""
    # All are traced, as TensorFlow does: a branch that is not taken has its errors, too.
    traces = [Trace(function, []) for function in functions]
    for parts in zip(*(leaves(trace.structure) for trace in traces)):
        if any(map(is_text, parts)) and any(one is not parts[0] for one in parts):
            raise PartOfPython(TEXTS)
    outputs = [list(range(len(trace.outputs))) for trace in traces]
    return traces[-1].filled(chosen(number, traces, outputs))


def is_text(value: Any) -> bool:
    """Whether there is text in a value, which no program can choose."""
    return any(isinstance(one, str | bytes | StringTensor) for one in leaves(value))


def chosen(number: Array, traces: list[Trace], kept: list[list[Any]]) -> list[Array]:
    """The results of one of several traces; variables have its new values then.

    Args:
        number: Which.
        traces: Traces of functions of no arguments.
        kept: Which results of each are asked for: as many of each, of the same shapes and dtypes.
            In place of a number, a shape and dtype asks for zeros.
    """

    def told(trace: Trace, place: Any) -> tuple[Any, str]:
        shaped = trace.outputs[place] if isinstance(place, int) else place
        return tuple(shaped.shape), shaped.dtype.name

    # `lax.switch` would tell of the same by the names of JAX's types.
    shapes = [[told(trace, place) for place in places] for trace, places in zip(traces, kept)]
    if any(shape != shapes[0] for shape in shapes):
        raise TypeError(
            "Expected branches that give tensors of the same shapes and dtypes. Received: "
            f"{', '.join(map(str, shapes))}."
        )
    one = traces[0]
    # `lax.switch` wants one structure of all branches, so each takes and gives every variable that
    # one of them uses or changes.
    places = sorted({place for trace in traces for place in (*trace.used, *trace.changed)})
    changed = sorted({place for trace in traces for place in trace.changed})

    def branch(trace: Trace, kept: list[Any]) -> Function:
        def computed_branch(values: list[Array]) -> list[Array]:
            known = dict(zip(places, values))
            outputs = trace(known, [])
            known.update(zip(trace.changed, outputs[len(trace.outputs) :]))
            results = [
                outputs[place] if isinstance(place, int) else jnp.zeros(place.shape, place.dtype)
                for place in kept
            ]
            return [*results, *(known[place] for place in changed)]

        return computed_branch

    with jax.enable_x64(True):
        branches = [branch(*pair) for pair in zip(traces, kept)]
        outputs = lax.switch(number.reshape(()), branches, values_of(one, places))
    count = len(kept[0])
    assign(one, changed, outputs[count:])
    return outputs[:count]
