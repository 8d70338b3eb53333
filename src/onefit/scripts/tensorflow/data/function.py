"""A user's function of elements: traced once, as TensorFlow traces it, or called with values.

Where the elements are numbers the function is traced by `jax.jit`, once for each shape. Where it
cannot be (text, datasets, an `if` over values), it is called with the values themselves; Python's
side effects then happen for each element. Both run with JAX's 64-bit numbers, because elements
have TensorFlow's dtypes.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.findings import Finding
from onefit.runs import journal
from onefit.scripts.tensorflow.data.leaves import array, specs_of, tensor
from onefit.scripts.tensorflow.data.samples import (
    LENGTHS,
    LONG,
    LONGEST,
    MOST_AXES,
    common_spec,
    has_open_length,
    is_shaped,
    is_unranked,
    of_rank,
    sample_of,
)
from onefit.scripts.tensorflow.data.structure import (
    Element,
    arguments,
    flatten,
    map_leaves,
    unflatten,
)
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.mode import as_graph, only_shapes, pure
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.program_checks import found_in_trace, raise_for
from onefit.scripts.tensorflow.ragged.ragged_tensor import RaggedTensor
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec
from onefit.scripts.tensorflow.turns import of_pipeline

PROGRAMS = 8  # shapes for which a function is compiled; with more, its operations are
ROWS = 4096  # of arrays that a function is given at once


class Function:
    """A user's function.

    Args:
        function: Takes elements, a tuple as several arguments; gives an element.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        """Nothing is traced yet."""
        if not callable(function):
            raise TypeError(f"Expected a function. Received: {function!r}.")
        self.function = function
        self.programs: dict[Any, _Program | None] = {}
        self.refused = False  # by the trace: TensorFlow's error is that of a graph then

    def __call__(self, *elements: Element) -> Element:
        """The function of elements of NumPy's arrays, as such an element."""
        leaves = [leaf for element in elements for leaf in flatten(element)]
        program = self._program(leaves, elements)
        with jax.enable_x64(True):
            if program is not None:
                return program(leaves)
            try:
                return self._called(*elements)
            except InvalidArgumentError as error:
                if self.refused:
                    raise ValueError(str(error)) from None
                raise

    def _called(self, *elements: Element) -> Element:
        given = [map_leaves(tensor, element) for element in elements]
        # While another thread traces, variables hold tracers that this call must not see.
        with of_pipeline(), as_graph():
            return map_leaves(_boxed, packed(self.function(*_spread(given))))

    def _program(self, leaves: list[Any], elements: tuple[Element, ...]) -> _Program | None:
        if not all(map(_is_numeric, leaves)):
            return None
        key = tuple((leaf.shape, leaf.dtype) for leaf in leaves)
        if key not in self.programs:
            # What could not be traced for one shape is not tried for another: a trace repeats side
            # effects.
            many = len(self.programs) >= PROGRAMS or None in self.programs.values()
            made = None if many else traced(self.function, elements, leaves)
            self.refused = isinstance(made, InvalidArgumentError)
            self.programs[key] = made if isinstance(made, _Program) else None
        return self.programs[key]

    def of_rows(self, arrays: Element, most: int) -> Element | None:
        """The function of each row of arrays, as arrays.

        Args:
            arrays: Arrays with one first axis, nested as an element.
            most: The bytes that may be made.

        Returns:
            `None` if the function cannot be traced, makes more, or if some rows that are looked at
            have other bits than those that a call for each row gives.
        """
        columns = flatten(arrays)
        count = len(columns[0])
        row = map_leaves(lambda a: a[0, ...], arrays) if count else None
        program = self._program(flatten(row), (row,)) if count else None
        if program is None:
            return None
        made = program.of_many(columns, count, most)
        if made is None:
            return None
        # `vmap` may round otherwise: a product of matrices adds up in another order than one of
        # vectors.
        for place in {0, count // 2, count - 1}:
            alone = flatten(self(map_leaves(lambda a, place=place: a[place, ...], arrays)))
            if any(_differs(one[place], other) for one, other in zip(made, alone)):
                return None
        return unflatten(program.structure, iter(made))

    def spec(self, *specs: Element) -> Element:
        """The shapes and dtypes of what the function gives for elements of these.

        A length that changes with the open lengths of the input is open itself, and so is the
        number of axes that changes with an open number.
        """
        if any(map(is_unranked, flatten(specs))):
            return self._spec_of_ranks(specs)
        is_open = any(has_open_length(leaf) for one in specs for leaf in flatten(one))
        try:
            found = self._spec_of_lengths(specs, is_open, LENGTHS)
        except Exception:
            if not is_open:
                raise
            # A function may need more than the short samples have, as one that frames a sound.
            return self._spec_of_lengths(specs, is_open, LONG)
        if is_open and any(map(is_shaped, flatten(found))):
            is_empty = any(0 in (getattr(one, "shape", None) or ()) for one in flatten(found))
            other = LONGEST if is_empty else LONG[0]  # two lengths may give one by chance
            with contextlib.suppress(Exception):
                found = self._spec_of_lengths(specs, is_open, (LENGTHS[0], other))
            for least in (0, 1):  # `x[:2]` may give less
                if any(map(is_shaped, flatten(found))):
                    with contextlib.suppress(Exception):
                        return self._spec_of_lengths(specs, is_open, (least, LENGTHS[0]))
        return found

    def _spec_of_ranks(self, specs: tuple[Element, ...]) -> Element:
        """The spec where leaves have any number of axes: what the first two that fit agree in."""
        found: list[Element] = []
        for rank in range(MOST_AXES):
            try:
                found.append(self.spec(*map_leaves(partial(of_rank, rank=rank), specs)))
            except Exception:
                if rank + 1 == MOST_AXES and not found:
                    raise
            if len(found) == 2:
                break
        return map_leaves(common_spec, *found)

    def _spec_of_lengths(
        self, specs: tuple[Element, ...], is_open: bool, lengths: tuple[int, int]
    ) -> Element:
        """The spec, with open lengths that are these."""
        samples = [
            tuple(map_leaves(partial(sample_of, length=length), one) for one in specs)
            for length in lengths
        ]
        looks: list[Callable[..., Element]] = [self._shapes, self._shapes_of_values]
        # A trace of known lengths tells all. Calls with values are always two: lengths may depend
        # on them.
        for look, count in zip(looks, (1 + is_open, len(samples))):
            try:
                found = []
                for length, sample in zip(lengths, samples[:count]):
                    with only_shapes(length if is_open else 0):
                        found.append(look(*sample))
                break
            except Exception:
                if look == looks[-1]:
                    raise
        return map_leaves(common_spec, *found)

    def _shapes_of_values(self, *elements: Element) -> Element:
        """What a call with values says of the result."""
        with jax.enable_x64(True):
            return specs_of(self._called(*elements))

    def _shapes(self, *elements: Element) -> Element:
        """What a trace says of the result; raises where the function can't be traced."""
        program = _Program(self.function, elements)
        leaves = [leaf for element in elements for leaf in flatten(element)]
        with jax.enable_x64(True):
            shapes, _ = jax.eval_shape(program.of_leaves, leaves)
        return unflatten(program.structure, (TensorSpec(one.shape, one.dtype) for one in shapes))


class _Program:
    """A function of leaves, for `jax.jit`; it learns how the result is nested when it is traced."""

    def __init__(self, function: Callable[..., Any], elements: tuple[Element, ...]) -> None:
        self.function, self.elements = function, elements
        self.structure: Element = None
        self.compiled = jax.jit(self.of_leaves)

    def of_leaves(self, leaves: list[Any]) -> tuple[list[Any], list[Any]]:
        """The result, and what did not hold, if something is asked for."""
        remaining = iter(leaves)
        given = [map_leaves(Tensor, unflatten(element, remaining)) for element in self.elements]
        with found_in_trace() as found, pure():
            result = packed(self.function(*_spread(given)))
        self.structure = map_leaves(lambda leaf: None, result)
        return [_traced(leaf) for leaf in flatten(result)], found

    def __call__(self, leaves: list[Any]) -> Element:
        outputs, found = self.compiled(leaves)
        for one in found:
            raise_for(one)
        return unflatten(self.structure, map(np.asarray, outputs))

    def of_many(self, columns: list[Any], count: int, most: int) -> list[np.ndarray] | None:
        """The function of so many rows; `None` if that makes too much, or does not hold."""
        many = jax.jit(jax.vmap(self.of_leaves))
        with jax.enable_x64(True):
            # One row tells how large all will be before anything is computed.
            shapes, _ = jax.eval_shape(many, [column[:1] for column in columns])
            if count * sum(one.size * one.dtype.itemsize for one in shapes) > most:
                return None
            made = [np.empty((count, *one.shape[1:]), one.dtype) for one in shapes]
            for first in range(0, count, ROWS):
                part = slice(first, first + ROWS)
                outputs, found = many([column[part] for column in columns])
                if any(np.asarray(one)[:, 0].any() for one in found):
                    return None  # the element that is refused has its turn when it is asked for
                for array_of_all, rows in zip(made, outputs):
                    array_of_all[part] = rows
        return made


def traced(
    function: Callable[..., Any], elements: tuple[Element, ...], leaves: list[Any]
) -> _Program | Exception:
    """The compiled function, or why it cannot be traced: then a call tells what it does."""
    program = _Program(function, elements)
    try:
        with jax.enable_x64(True):
            program.compiled(leaves)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        journal.find(Finding("OF116", where=_place(function), evidence=reason))
        return error
    return program


def _place(function: Callable[..., Any]) -> str:
    """The name of a function, and where it stands."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    name = getattr(function, "__name__", type(function).__name__)
    return name if code is None else f"{name}, {code.co_filename}:{code.co_firstlineno}"


def _differs(one: Any, other: np.ndarray) -> bool:
    """Whether two arrays of one shape and dtype have other bits."""
    # Bits, since NaN is not equal to itself, and -0.0 is equal to 0.0.
    return np.asarray(one).tobytes() != other.tobytes()


def packed(result: Any) -> Element:
    """What a user's function gave: a list counts as a tuple."""
    return tuple(result) if type(result) is list else result


def _spread(elements: list[Element]) -> tuple[Any, ...]:
    """The arguments of a user's function: of one element its parts, else the elements."""
    return arguments(elements[0]) if len(elements) == 1 else tuple(elements)


def _boxed(value: Any) -> Any:
    """A leaf of a result; a ragged tensor is one thing then, no longer a batch of rows."""
    leaf = array(value)
    return RaggedTensor(leaf._values, leaf._splits) if isinstance(leaf, RaggedTensor) else leaf


def _is_numeric(leaf: Any) -> bool:
    # bfloat16 and its like are of the kind V for NumPy.
    return isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind in "biufcV"


def _traced(leaf: Any) -> Any:
    """A leaf of a traced result; what no program gives raises."""
    leaf = leaf._array() if isinstance(leaf, Operators) else leaf
    if isinstance(leaf, jax.core.Tracer):
        return leaf
    made = array(leaf)
    if not _is_numeric(made):
        raise TypeError(f"Expected numbers. Received: {leaf!r}.")
    return jnp.asarray(made)
