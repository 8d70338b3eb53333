"""The step of an optimizer of the script's own, by its `get_updates` of Keras 1 or 2.

Such a method was called once, when a model was compiled: it made the moments, and a list of what
each step assigns, computed of the gradients, which were parts of the graph. Here the gradients are
symbolic tensors; `apply`, which Keras 3 calls in each step, puts their values in. All that is
assigned is computed before anything is, as far as TensorFlow's graph had an order.

Source: `Optimizer` and `get_updates` in `keras/optimizers.py` of 1.2.2 and 2.2.4.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import jax
import keras
from keras import KerasTensor, ops
from keras.src.ops.function import Function as Graph
from keras.src.ops.operation import Operation
from keras.src.optimizers.base_optimizer import BaseOptimizer
from keras.src.utils.tracking import no_automatic_dependency_tracking

from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins import graph, weight_gradients
from onefit.scripts.eras.stand_ins.own_optimizers import FORMULA, is_own

Method = Callable[..., Any]


class Formula:
    """What a step assigns, as `get_updates` said it.

    Args:
        loss: What stood for the loss.
        gradients: What stood for the gradients.
        updates: The list that the script's method gave.
    """

    def __init__(self, loss: KerasTensor, gradients: list[KerasTensor], updates: Any) -> None:
        """Cut the graph from the gradients to what is assigned."""
        self.gradients = gradients
        self.assignments = list(graph.assignments_of(updates))
        self.inner = [one for one in updates if isinstance(one, weight_gradients.Update)]
        self.symbolic = [
            one.value for one in self.assignments if isinstance(one.value, KerasTensor)
        ]
        self.symbolic += [one for inner in self.inner for one in inner.gradients]
        if any(source is loss for one in self.symbolic for source in graph.sources(one)):
            raise refused(
                NotImplementedError,
                "OF204",
                "a get_updates that computes with gradients",
                "one that computes with the value of the loss",
                "Write the step with a loop of the script's own, where the loss is at hand.",
            )
        self.graph = Graph(gradients, self.symbolic) if self.symbolic else None

    def variables(self) -> Iterator[keras.Variable]:
        """What it assigns to, and what optimizers within it keep."""
        yield from (one.variable for one in self.assignments)
        for inner in self.inner:
            yield from inner.optimizer.variables

    def step(self, gradients: list[Any]) -> None:
        """Make a step.

        Args:
            gradients: Arrays, in the order of the symbolic ones.
        """
        found = list(self.graph(gradients) if self.graph else ())
        of_inner = found[len(found) - sum(len(one.gradients) for one in self.inner) :]
        graph.assign(self.assignments, iter(found))
        values = iter(of_inner)
        for inner in self.inner:
            taken = [next(values) for _ in inner.gradients]
            _of_keras(inner.optimizer).apply(inner.optimizer, taken, inner.variables)


def _of_keras(optimizer: Any) -> Any:
    """The class of an optimizer; of one of the script's own, the class of Keras behind it."""
    return next(one for one in type(optimizer).__mro__ if not is_own(one))


@no_automatic_dependency_tracking  # the list of updates names the model's weights, too
def build(self: Any, variables: list[keras.Variable]) -> None:
    """Ask the script's method for the updates of a model's weights."""
    if self.built:
        return
    loss = keras.Input(batch_shape=())
    gradients = [keras.Input(batch_shape=one.shape, dtype=one.dtype) for one in variables]
    of = {id(one): gradient for one, gradient in zip(variables, gradients)}
    with weight_gradients.known(loss, of), _constraints_of_graph(variables):
        updates = self.get_updates(**_arguments(self.get_updates, variables, loss))
    formula = Formula(loss, gradients, updates)
    for inner in formula.inner:  # one that the step is made with, or what the class is derived from
        if not inner.optimizer.built:
            _of_keras(inner.optimizer).build(inner.optimizer, inner.variables)
    if not self.built:
        BaseOptimizer.build(self, variables)
    vars(self)[FORMULA] = formula
    _share_rate(self)
    known = {id(one) for one in (*variables, *self._variables)}
    kept = [one for one in vars(self).values() if isinstance(one, keras.Variable)]
    for one in {id(one): one for one in (*kept, *formula.variables())}.values():
        if id(one) not in known:
            self._track_variable(one)
    names: set[str] = set()
    for one in self._variables:
        _narrow(one)
        _name_apart(one, names)


def _share_rate(self: Any) -> None:
    """The rate of an optimizer within it is its own, for callbacks that set one."""
    rate, own = self.lr, vars(self)["_learning_rate"]
    if isinstance(rate, keras.Variable) and isinstance(own, keras.Variable) and rate is not own:
        place = next(index for index, one in enumerate(self._variables) if one is own)
        list.__setitem__(self._variables, place, rate)
        object.__setattr__(self, "_learning_rate", rate)


def _narrow(variable: keras.Variable) -> None:
    """Let a count of 64 bits have those that JAX's programs give back."""
    found = jax.dtypes.canonicalize_dtype(variable._dtype).name
    if found != variable._dtype:
        variable._value, variable._dtype = variable._value.astype(found), found


def _name_apart(variable: keras.Variable, names: set[str]) -> None:
    """A file has each name once, and scripts gave their moments none."""
    name, path, count = variable.name, variable.path, 0
    while variable.path in names:
        count += 1
        variable._name, variable._path = f"{name}_{count}", f"{path}_{count}"
    names.add(variable.path)


class _Constrained(Operation):
    """A constraint of a weight as a part of a graph.

    Args:
        constraint: Keras 3's, or the script's, which may take arrays alone.
    """

    def __init__(self, constraint: Callable[[Any], Any]) -> None:
        super().__init__()
        self.constraint = constraint

    def call(self, weight: Any) -> Any:
        """The weight that satisfies it."""
        return self.constraint(weight)

    def compute_output_spec(self, weight: Any) -> KerasTensor:
        """As large as the weight."""
        return KerasTensor(weight.shape, weight.dtype)


@contextlib.contextmanager
def _constraints_of_graph(variables: list[keras.Variable]) -> Iterator[None]:
    """In this block constraints of variables take symbolic tensors."""
    kept = [(one, one.constraint) for one in variables if one.constraint is not None]
    for one, constraint in kept:
        one.constraint = _Constrained(constraint)
    try:
        yield
    finally:
        for one, constraint in kept:
            one.constraint = constraint


def _arguments(
    method: Method, variables: list[keras.Variable], loss: KerasTensor
) -> dict[str, Any]:
    """The arguments of a `get_updates`: Keras 1 had the constraints of the weights among them."""
    constraints = {one: one.constraint for one in variables if one.constraint is not None}
    given = {"loss": loss, "params": list(variables), "constraints": constraints}
    taken: dict[str, Any] = dict(inspect.signature(method).parameters)
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values()):  # **kwargs
        taken.update(loss=None, params=None)
    return {name: value for name, value in given.items() if name in taken}


def apply(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
    """A step by the script's formula: clipping, constraints and the count of steps are its own."""
    variables = self._trainable_variables if trainable_variables is None else trainable_variables
    build(self, list(variables))
    vars(self)[FORMULA].step(list(grads))
    return self._iterations


def get_weights(self: Any) -> list[Any]:
    """The arrays of what the script's method calls the optimizer's weights."""
    return [ops.convert_to_numpy(one) for one in self.weights]


def set_weights(self: Any, weights: Any) -> None:
    """Set what `get_weights` gave."""
    for one, value in zip(self.weights, weights):
        one.assign(value)
