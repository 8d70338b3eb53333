"""A function of the script's as one program: variables go in and come out as arguments do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.tensorflow.mode import here, tracing
from onefit.scripts.tensorflow.operation import nested
from onefit.scripts.tensorflow.operators import Operators
from onefit.scripts.tensorflow.recorder import evaluate, note_reads
from onefit.scripts.tensorflow.registry import FIRST, variables
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec

Array = Any


class Made(Exception):
    """Variables were made while a function was traced: it is traced again, with them."""


class Program:
    """One trace of a function, for tensors of given shapes.

    The variables hold tracers while the function is traced. Those that it has read are arguments
    of the program, those that it has changed are results.

    Args:
        function: Takes tensors; gives tensors, nested.
        tensors: Arrays, or shapes and dtypes.

    Raises:
        Made: If the function has made variables. These are in place then.
    """

    def __init__(self, function: Callable[..., Any], tensors: list[Any]) -> None:
        """Trace the function."""
        self._function = function
        held = variables()
        values = [one._value for one in held]
        self.structure: Any = None
        changed: list[int] = []

        def traced(values: list[Array], tensors: list[Array]) -> list[Array]:
            for variable, value in zip(held, values):
                variable._value = value
            with tracing(lifts=True):
                outputs = self._outputs(function(*map(Tensor, tensors)))
            changed[:] = [
                place for place, one in enumerate(held) if one._value is not values[place]
            ]
            return [*outputs, *(held[place]._value for place in changed)]

        before = here.made
        try:
            with jax.enable_x64(True):
                program = jax.make_jaxpr(traced)(values, tensors)
        finally:
            _restore(held, values)
        if here.made > before:
            raise Made
        jaxpr, consts = program.jaxpr, program.consts
        self.outputs = program.out_avals[: len(program.out_avals) - len(changed)]
        used = _used(jaxpr, len(held))
        self.variables = [held[place] for place in used]
        self.changed = [held[place] for place in changed]

        def run(values: list[Array], tensors: list[Array]) -> list[Array]:
            every: list[Any] = [None] * len(held)
            for place, value in zip(used, values):
                every[place] = value
            return evaluate(jaxpr, consts, *every, *tensors)

        self._compiled = jax.jit(run)

    def _outputs(self, result: Any) -> list[Array]:
        """The arrays of a result; what is no array keeps its place in the structure."""
        outputs: list[Array] = []
        again = {id(old): new for old, new in here.again}

        def kept(one: Any) -> Any:
            array = _array(one)
            if array is None:
                return one
            outputs.append(again.get(id(array), array))
            return _PLACE

        self.structure = nested(kept, result)
        return outputs

    def specs(self) -> Any:
        """The shapes and dtypes of the results."""
        remaining = iter(self.outputs)

        def spec(one: Any) -> Any:
            if one is not _PLACE:
                return one
            aval = next(remaining)
            return TensorSpec(aval.shape, aval.dtype)

        return nested(spec, self.structure)

    def __call__(self, tensors: list[Array]) -> Any:
        """Run the program; variables have their new values then."""
        note_reads(self.variables)
        with jax.enable_x64(True):
            outputs = self._compiled([one._value for one in self.variables], tensors)
        changed = self.changed
        for variable, value in zip(changed, outputs[len(outputs) - len(changed) :]):
            variable._direct_assign(value)
        remaining: Iterator[Array] = iter(outputs)
        return nested(lambda one: Tensor(next(remaining)) if one is _PLACE else one, self.structure)


_PLACE = object()


def _array(one: Any) -> Array | None:
    """What a function may give as a tensor; numbers become tensors, as in TensorFlow."""
    if isinstance(one, Operators):
        one = one._array()
    elif isinstance(one, keras.Variable):
        one = one.value
    elif isinstance(one, bool | int | float):
        kind = {bool: "bool", int: "int32", float: "float32"}[type(one)]
        return jnp.asarray(one, kind)
    elif isinstance(one, np.ndarray | np.generic) and one.dtype.kind in "biufc":
        return jnp.asarray(one)
    return one if isinstance(one, jax.Array) else None


def _restore(held: list[Any], values: list[Array]) -> None:
    """Give variables their values back; new ones keep their first."""
    for variable, value in zip(held, values):
        variable._value = value
    for one in variables():
        one._value = vars(one).pop(FIRST, one._value)


def _used(jaxpr: Any, count: int) -> list[int]:
    """The places among the first arguments that a program uses."""
    read = {id(one) for equation in jaxpr.eqns for one in equation.invars}
    read |= {id(one) for one in jaxpr.outvars}
    return [place for place, one in enumerate(jaxpr.invars[:count]) if id(one) in read]
