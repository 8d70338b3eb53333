"""Values that go through the program's control flow: tensors, and variables with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax

from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.mode import computed
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.program import Trace
from onefit.scripts.tensorflow.recorder import note_reads
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import PartOfPython, TensorArray
from onefit.scripts.tensorflow.text import StringTensor, as_bytes

Array = Any


def is_traced(value: Any) -> bool:
    """Whether a value is not known: a tensor, or a tracer, of a function that is traced."""
    value = value._array() if isinstance(value, Operators) else value
    return isinstance(value, jax.core.Tracer)


def values_of(trace: Trace, places: list[int]) -> list[Array]:
    """The values of the variables at some places of a trace."""
    variables = [trace.held[place] for place in places]
    note_reads(variables)
    return [one._value for one in variables]


def assign(trace: Trace, places: list[int], values: Sequence[Array]) -> None:
    """Give the variables at some places of a trace these values."""
    for place, value in zip(places, values):
        trace.held[place]._value = value


def tensor_of(one: Any) -> Any:
    """A loop's variable as a tensor; what is none stays what it is."""
    # A variable has the operators of a tensor, too, but goes through a loop as its value.
    if isinstance(one, TensorArray) or (
        isinstance(one, Operators) and not hasattr(one, "assign_add")
    ):
        return one
    if isinstance(one, str | bytes):
        return StringTensor(as_bytes(one))
    return Tensor(computed(tensor, one))


def array_of(one: Any) -> Array:
    """A value as an array.

    Raises:
        PartOfPython: For a text.
    """
    if isinstance(one, StringTensor):
        raise PartOfPython("carries a text through a loop")
    if isinstance(one, Operators):
        return one._array()
    return one.whole() if isinstance(one, TensorArray) else computed(tensor, one)


def like(one: Any, value: Tensor) -> Any:
    """A value as what it was before it went through: a tensor, or a `TensorArray`."""
    return one.filled(value._array()) if isinstance(one, TensorArray) else value


def learned(body: Callable[..., Any], state: list[Any]) -> list[Any]:
    """A loop's state with the shapes of what the body writes into a `TensorArray`.

    Args:
        body: Takes the state; gives the next one.
        state: The first state.
    """
    if all(one.is_shaped for one in leaves(state) if isinstance(one, TensorArray)):
        return state
    found: list[Any] = []

    def written() -> list[Any]:
        found.extend(leaves(body(*state)))
        return []

    # Traced once for its shapes alone: JAX's loops want a state whose shapes never change, and the
    # array has none before its first element.
    Trace(written, [])
    after = iter(found)

    def shaped(one: Any) -> Any:
        later = next(after)
        if isinstance(one, TensorArray) and not one.is_shaped and later.is_shaped:
            return one.shaped(tuple(later.element_shape))
        return one

    return nested(shaped, state)
