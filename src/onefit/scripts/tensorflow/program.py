"""A function of the script's as one program: variables go in and come out as arguments do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import jax

from onefit.scripts.tensorflow.computed_firsts import give_first_values, unknown_value
from onefit.scripts.tensorflow.graph_gradients import NotNoted, noted
from onefit.scripts.tensorflow.mode import here, tracing
from onefit.scripts.tensorflow.operation import nested
from onefit.scripts.tensorflow.program_checks import FOUND, checked, raise_for, this_level
from onefit.scripts.tensorflow.recorder import evaluate, note_reads
from onefit.scripts.tensorflow.registry import FIRST, variables
from onefit.scripts.tensorflow.results import array_of, text_of
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec
from onefit.scripts.tensorflow.turns import of_trace
from onefit.scripts.tensorflow.undefined import Undefined

Array = Any


class Made(Exception):
    """Variables were made while a function was traced: it is traced again, with them.

    Args:
        by_script: Whether others were made than the states of seeds.
    """

    def __init__(self, by_script: bool) -> None:
        """Keep it."""
        super().__init__()
        self.by_script = by_script


class Trace:
    """A function of the script's, traced once: variables are arguments and results of it.

    The variables hold tracers meanwhile. Functions may be traced inside of another trace.

    Args:
        function: Takes tensors; gives tensors, nested.
        tensors: Arrays, or shapes and dtypes.

    Raises:
        Made: If the function has made variables. These are in place then.
    """

    def __init__(self, function: Callable[..., Any], tensors: list[Any]) -> None:
        """Trace the function."""
        before, to_draw = here.made, here.made_to_draw
        self.structure: Any = None
        with contextlib.nullcontext() if here.traced else of_trace():
            try:
                program, changed = self._program(function, tensors)
            except NotNoted:
                if self.firsts:
                    raise unknown_value() from None
                program, changed = self._program(function, tensors, noted)
        if made := here.made - before:
            values = [one._value for one in self.held]
            give_first_values(self.firsts, program, [*values, *tensors])
            raise Made(by_script=made > here.made_to_draw - to_draw)
        self.jaxpr, self.consts = program.jaxpr, program.consts
        self.changed = changed
        self.outputs = program.out_avals[: len(program.out_avals) - len(changed)]
        self.used = _used(self.jaxpr, len(self.held))

    def _program(
        self,
        function: Callable[..., Any],
        tensors: list[Any],
        block: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> tuple[Any, list[int]]:
        """What the function computes, and the places of the variables that it changes."""
        self.held = held = variables()
        values = [one._value for one in held]
        changed: list[int] = []
        self.firsts: list[Any] = []
        outer, here.firsts = here.firsts, []

        def traced(values: list[Array], tensors: list[Array]) -> list[Array]:
            for variable, value in zip(held, values):
                variable._value = value
            with tracing(lifts=True), this_level(), block():
                outputs = self._outputs(function(*map(Tensor, tensors)))
            # What was assigned to holds another tracer by now.
            changed[:] = [
                place for place, one in enumerate(held) if one._value is not values[place]
            ]
            firsts = [value for _, value in here.firsts]
            return [*outputs, *(held[place]._value for place in changed), *firsts]

        try:
            with jax.enable_x64(True):
                return jax.make_jaxpr(traced)(values, tensors), changed
        finally:
            self.firsts, here.firsts = [variable for variable, _ in here.firsts], outer
            _restore(held, values)

    def __call__(
        self, values: dict[int, Array], tensors: list[Array], consts: list[Array] | None = None
    ) -> list[Array]:
        """Compute the results, and then the new values of the variables that are changed.

        Args:
            values: The value of each variable that is used, by its place among those held.
            tensors: The arguments.
            consts: The arrays that the function takes from elsewhere, if other ones stand for
                them. Defaults to `None`.
        """
        # `None` stands for those that the program does not read.
        every = [values.get(place) for place in range(len(self.held))]
        return evaluate(self.jaxpr, self.consts if consts is None else consts, *every, *tensors)

    def filled(self, outputs: list[Array]) -> Any:
        """The result as the function gave it, with these arrays in it."""
        return filled(self.structure, outputs)

    def _outputs(self, result: Any) -> list[Array]:
        """The arrays of a result; what is no array keeps its place in the structure."""
        outputs: list[Array] = []
        again = {id(old): new for old, new in here.again}

        def kept(one: Any) -> Any:
            if isinstance(one, Undefined):
                one.used()
            array = array_of(one)
            if array is None:
                return text_of(one)
            outputs.append(again.get(id(array), array))
            return PLACE

        self.structure = nested(kept, result)
        return outputs


class Program:
    """A function of the script's, compiled for tensors of given shapes.

    The variables that it has read are arguments of the program, those that it has changed results.

    Args:
        function: Takes tensors; gives tensors, nested.
        tensors: Arrays, or shapes and dtypes.

    Raises:
        Made: If the function has made variables. These are in place then.
    """

    def __init__(self, function: Callable[..., Any], tensors: list[Any]) -> None:
        """Trace the function."""
        with checked():
            self._trace = trace = Trace(function, tensors)
        self._used = [trace.held[place] for place in trace.used]
        self._changed = [trace.held[place] for place in trace.changed]

        sizes = [getattr(one, "nbytes", 0) for one in trace.consts]
        self._large = {n: trace.consts[n] for n, size in enumerate(sizes) if size >= LARGE}

        def run(values: list[Array], tensors: list[Array], large: dict[int, Array]) -> list[Array]:
            consts = [large.get(place, one) for place, one in enumerate(trace.consts)]
            return trace(dict(zip(trace.used, values)), tensors, consts)

        self._compiled = jax.jit(run)

    def specs(self) -> Any:
        """The shapes and dtypes of the results."""
        remaining = iter(self._trace.outputs)

        def spec(one: Any) -> Any:
            if one is not PLACE:
                return one
            aval = next(remaining)
            return TensorSpec(aval.shape, aval.dtype)

        return nested(spec, self._trace.structure)

    def __call__(self, tensors: list[Array]) -> Any:
        """Run the program; variables have their new values then."""
        note_reads(self._used)
        with jax.enable_x64(True):
            values = [one._value for one in self._used]
            outputs = self._compiled(values, tensors, self._large)
        changed = self._changed
        values = outputs[len(outputs) - len(changed) :]
        # It is the first of all variables (`registry.variables`), so that what did not hold is told
        # before any variable has its new value.
        if changed and changed[0] is FOUND:
            raise_for(values[0])
        for variable, value in zip(changed, values):
            variable._direct_assign(value)
        return self._trace.filled(outputs)


PLACE = object()
# XLA copies a constant, and takes long to compile a large one.
LARGE = 2**20
"""Bytes from which on an array is an argument of the program, and not a constant in its code."""


def filled(structure: Any, arrays: list[Array]) -> Any:
    """A nest with tensors in its places."""
    remaining: Iterator[Array] = iter(arrays)
    return nested(lambda one: Tensor(next(remaining)) if one is PLACE else one, structure)


def _restore(held: list[Any], values: list[Array]) -> None:
    """Give variables their values back; new ones keep their first."""
    for variable, value in zip(held, values):
        variable._value = value
    before = set(map(id, held))  # some of them were made by the trace around this one
    for one in variables():
        if id(one) not in before:
            # What the trace has made holds a tracer by now, which means nothing outside of it.
            one._value = vars(one).pop(FIRST, one._value)


def _used(jaxpr: Any, count: int) -> list[int]:
    """The places among the first arguments that a program uses."""
    # The inner programs of an equation get what they use as its inputs: no need to look into them.
    read = {id(one) for equation in jaxpr.eqns for one in equation.invars}
    read |= {id(one) for one in jaxpr.outvars}
    return [place for place, one in enumerate(jaxpr.invars[:count]) if id(one) in read]
