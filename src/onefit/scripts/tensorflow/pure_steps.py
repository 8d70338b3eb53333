"""A model's own steps as functions of state and batch, so that a program can be made of them.

A step is traced as a `tf.function` traces it. The variables that it reads or changes are arguments
and results of the trace: those of the model, and others, such as the moments of a second optimizer
or the state of a generator of random numbers.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.conversion import converted
from onefit.scripts.tensorflow.function import OF_LENGTHS, TRACES
from onefit.scripts.tensorflow.program import Made, Trace, filled
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.training.core.shapes import frozen, shapes
from onefit.training.host.own_steps import Impure, note_names
from onefit.training.host.variables import variables
from onefit.training.plan.fallbacks import takes_data_alone

Batch = Any
WIDE = frozenset(["int64", "uint64", "float64", "complex128"])


class PureSteps:
    """The own steps of a model; see `OwnSteps`.

    Args:
        model: A compiled model.
        element: What a step is given of the data of a batch.
    """

    def __init__(self, model: Any, element: Callable[[Batch], Any]) -> None:
        """Nothing is traced yet."""
        self._model, self._element = weakref.ref(model), element
        self._traces: dict[tuple[str, Any], tuple[Any, Trace]] = {}
        self.others: list[Any] = []

    def trace(self, verb: str, batches: Iterable[Batch]) -> None:
        """Trace a step for some batches; layers and optimizers that it makes are there then."""
        if not takes_data_alone(self._model(), f"{verb}_step"):
            return
        for batch in batches:
            kinds = frozen(batch)
            known = self._traces.get((verb, frozen(shapes(batch))))
            if known is None:
                found = self._traced(verb, batch)
                self._check(found, batch)
                note_names(self._model(), verb, found.structure)
                self._traces[verb, frozen(shapes(batch))] = kinds, found
            elif known[0] != kinds:
                raise Impure("its data had other dtypes before")
        self._find_others()

    def pure(self, verb: str) -> Callable[..., Any] | None:
        """The step as a function of state and batch."""
        if not takes_data_alone(self._model(), f"{verb}_step"):
            return None

        def step(state: Any, batch: Batch) -> tuple[Any, Any]:
            kinds, trace = self._traces[verb, frozen(shapes(batch))]
            groups = self._groups(verb)
            held = {id(v): a for v, a in zip(_flat(groups), _flat(state))}
            with jax.enable_x64(True):  # traced with int64 classes; programs hold 32 bits
                arrays = [
                    jnp.asarray(array, dtype)
                    for array, (_, dtype) in zip(jax.tree.leaves(batch), kinds[1])
                ]
                used = {place: held[id(trace.held[place])] for place in trace.used}
                outputs = trace(used, arrays)
            count = len(outputs) - len(trace.changed)
            logs = filled(trace.structure, [_narrow(one) for one in outputs[:count]])
            held |= {id(trace.held[at]): new for at, new in zip(trace.changed, outputs[count:])}
            after = tuple([held[id(one)] for one in group] for group in groups)
            return jax.tree.map(_array, logs, is_leaf=lambda one: type(one) is Tensor), after

        return step

    def _groups(self, verb: str) -> list[list[Any]]:
        """The variables of the state that a step is given."""
        found = variables(self._model())
        if verb == "train":
            return list(found)
        return [found.trainable, found.non_trainable, found.metrics]

    def _traced(self, verb: str, batch: Batch) -> Trace:
        """A trace in which nothing is made any more.

        Raises:
            Impure: If there is none.
            Exception: What the step raises.
        """
        leaves, structure = jax.tree.flatten(batch)
        model = self._model

        def step(data: Any) -> Any:
            return getattr(model(), f"{verb}_step")(data)

        called = converted(step)

        def function(*tensors: Tensor) -> Any:
            return called(self._element(jax.tree.unflatten(structure, tensors)))

        for _ in range(TRACES):
            try:
                return Trace(function, leaves)
            except Made:
                continue
            except OF_LENGTHS as error:
                raise Impure("it has arrays whose lengths depend on values") from error
        raise Impure("it makes new variables at each call")

    def _check(self, trace: Trace, batch: Batch) -> None:
        """See that 32 bits are enough for what goes round in a program.

        Raises:
            Impure: If not.
        """
        held = [trace.held[place] for place in {*trace.used, *trace.changed}]
        wide = [one.path for one in held if np.dtype(one._value.dtype).name in WIDE]
        if wide:
            raise Impure(f"variables have 64 bits: {', '.join(sorted(wide))}")
        leaves = jax.tree.leaves(batch)
        places = trace.jaxpr.invars[len(trace.held) :]
        wide_data = [one for one, leaf in zip(places, leaves) if leaf.dtype == np.float64]
        if not all(_is_narrowed(trace.jaxpr, one) for one in wide_data):
            raise Impure("it computes with the 64 bits of its data")
        if not isinstance(trace.structure, dict):
            raise Impure("it gives no dict of logs")
        if any(one.dtype == np.float64 for one in trace.outputs):
            raise Impure("its logs have 64 bits")

    def _find_others(self) -> None:
        model = self._model()
        self.others = []
        groups = variables(model)
        known, optimizer = {id(one) for one in _flat(groups)}, {id(one) for one in groups.optimizer}
        for (verb, _), (_, trace) in self._traces.items():
            if verb == "test" and any(id(trace.held[place]) in optimizer for place in trace.used):
                # an evaluation's state has none of them (`_groups`)
                raise Impure("test_step reads variables of the optimizer")
            for place in [*trace.used, *trace.changed]:
                variable = trace.held[place]
                if id(variable) not in known:
                    known.add(id(variable))
                    self.others.append(variable)


MOVES = frozenset(
    [
        *("reshape", "squeeze", "slice", "transpose", "rev", "broadcast_in_dim", "expand_dims"),
        *("dynamic_slice", "copy", "stop_gradient"),
    ]
)
"""What moves numbers, and computes nothing: to round before or after is the same."""


def _is_narrowed(jaxpr: Any, variable: Any) -> bool:
    """Whether all that is computed of an argument of 64 bits begins with its rounding to 32."""
    # What is a result as well leaves the program with its 64 bits.
    if any(one is variable for one in jaxpr.outvars):
        return False
    for equation in jaxpr.eqns:
        if not any(one is variable for one in equation.invars):
            continue
        name, out = equation.primitive.name, equation.outvars[0]
        rounds = name == "convert_element_type" and out.aval.dtype != np.float64
        if not rounds and not (name in MOVES and _is_narrowed(jaxpr, out)):
            return False
    return True


def _flat(groups: Iterable[Iterable[Any]]) -> Iterator[Any]:
    return (one for group in groups for one in group)


def _narrow(value: Any) -> Any:
    return value.astype(jax.dtypes.canonicalize_dtype(value.dtype))


def _array(one: Any) -> Any:
    return one._value if type(one) is Tensor else one
