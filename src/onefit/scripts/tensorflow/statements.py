"""What the statements of a converted function do: Python's own, or control flow of the program.

`conversion.py` rewrites `if`, `while`, `for`, `and`, `or` and `not` of a function to calls of
these. Where a condition is known they do what Python does; where it is a traced tensor, the names
that a statement assigns to go through `cond`, `while_loop` or `scan`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.scripts.tensorflow.control_flow.branches import chosen, cond, is_text
from onefit.scripts.tensorflow.control_flow.carried import array_of, is_traced, like, tensor_of
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.program import PLACE, Trace, filled
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import TensorArray
from onefit.scripts.tensorflow.undefined import RETURN, Undefined

Values = tuple[Any, ...]
MISSING = object()
"""What a branch leaves for a name that it assigns nothing to."""


def if_statement(
    test: Any,
    body: Callable[[], None],
    otherwise: Callable[[], None],
    get: Callable[[], Values],
    put: Callable[[Values], None],
    names: tuple[str, ...],
) -> None:
    """`if test: body else: otherwise`.

    Args:
        test: The condition.
        body: Runs the first block.
        otherwise: Runs the other one.
        get: Gives the values of the names that the blocks assign.
        put: Assigns to them.
        names: The names.
    """
    if not is_traced(test):
        (body if test else otherwise)()
        return
    before = get()
    lists: dict[int, TensorArray] = {}

    def branch(block: Callable[[], None]) -> Callable[[], Any]:
        def run() -> list[Any]:
            # The trace of the other branch has assigned to the names already.
            put(before)
            block()
            after = get()
            lists.update((n, one) for n, one in enumerate(after) if isinstance(one, TensorArray))
            return [MISSING if isinstance(one, Undefined) else result_of(one) for one in after]

        return run

    try:
        # Traced as TensorFlow does, and then in the order of the condition as a number: 0 is false.
        traces = [Trace(branch(block), []) for block in (body, otherwise)][::-1]
        one, other = structures = [list(trace.structure) for trace in traces]
        shapes = [_shapes(trace) for trace in traces]
        if RETURN in names:  # a flag says whether it has a value: zeros stand for none
            _complete(traces, structures, shapes, names.index(RETURN))
        both = [n for n in range(len(names)) if _is_in_both(one[n], other[n])]
        kept = [[part for n in both for part in shape[n]] for shape in shapes]
        try:
            results = chosen(array_of(test).astype(jnp.int32), traces, kept)
        except TypeError as error:
            told = ", ".join(names[place] for place in both)
            raise TypeError(f"{error} They are assigned to {told}.") from None
    finally:
        # The traces have left their tracers in the names, also where one of them has failed.
        put(before)
    structure = [part if n in both else None for n, part in enumerate(other)]
    values = filled(structure, results)
    values = [like(lists.get(n), one) if n in both else one for n, one in enumerate(values)]
    texts = [is_text(one[n]) or is_text(other[n]) for n in range(len(names))]
    put(
        tuple(
            one if n in both else Undefined(names[n], is_text=texts[n])
            for n, one in enumerate(values)
        )
    )


def _is_in_both(one: Any, other: Any) -> bool:
    """Whether both branches leave the same kind of value."""
    parts = list(leaves(one)), list(leaves(other))
    if one is MISSING or len(parts[0]) != len(parts[1]):
        return False
    return all(part is same for part, same in zip(*parts))


def _shapes(trace: Trace) -> list[list[Any]]:
    """For each name which results of a trace belong to it."""
    found: list[list[Any]] = []
    start = 0
    for one in trace.structure:
        count = sum(part is PLACE for part in leaves(one))
        found.append(list(range(start, start + count)))
        start += count
    return found


def _complete(
    traces: list[Trace], structures: list[list[Any]], shapes: list[list[Any]], n: int
) -> None:
    """Where one branch only has a value for a name, let the other one have zeros."""
    for one, other in ((0, 1), (1, 0)):
        if structures[one][n] is MISSING and structures[other][n] is not MISSING:
            structures[one][n] = structures[other][n]
            shapes[one][n] = [traces[other].outputs[place] for place in shapes[other][n]]


def expression_if(test: Any, body: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    """`body if test else otherwise`."""
    return cond(test, body, otherwise)


def both(one: Callable[[], Any], *others: Callable[[], Any]) -> Any:
    """`one and other`: the other is computed only where the first one is true."""
    value = one()
    if not others:
        return value
    if is_traced(value):
        return cond(value, lambda: both(*others), lambda: value)
    return both(*others) if value else value


def either(one: Callable[[], Any], *others: Callable[[], Any]) -> Any:
    """`one or other`: the other is computed only where the first one is false."""
    value = one()
    if not others:
        return value
    if is_traced(value):
        return cond(value, lambda: value, lambda: either(*others))
    return value if value else either(*others)


def opposite(one: Any) -> Any:
    """`not one`.

    Raises:
        TypeError: For a tensor of numbers: none of them is true.
    """
    if not is_traced(one):
        return not one
    if (kind := one.dtype) != "bool":
        raise TypeError(
            f"Expected a tensor of bool behind `not`. Received: {kind!r}. Use a comparison."
        )
    return Tensor(lax.bitwise_not(array_of(one)))


def is_numeric(one: Any) -> bool:
    """Whether a value can go through a loop or branch of the program."""
    # A variable changes in place. Carried as a number, its name would hold a tensor afterwards.
    if isinstance(one, Undefined) or hasattr(one, "assign_add"):
        return False
    return isinstance(one, bool | int | float | np.number | Operators | TensorArray)


def result_of(one: Any) -> Any:
    """A value that a block leaves: numbers become tensors, so that several blocks can leave one."""
    return nested(lambda part: tensor_of(part) if is_numeric(part) else part, one)
