"""Gradients with respect to weights in a graph, and an optimizer's updates by them.

`K.function([model.input, actions], [loss], updates=optimizer.get_updates(loss, weights))` was how
scripts trained by a loss of their own before there was a tape. Source: `Optimizer.get_gradients`
and `get_updates` in `keras/optimizers.py` of 1.2.2 and 2.2.4.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jax
import keras
from keras import KerasTensor, ops
from keras.src.models import functional
from keras.src.ops.function import Function as Graph
from keras.src.ops.operation import Operation

from onefit.scripts.eras.stand_ins import graph


class WeightGradients(Operation):
    """The gradients of a scalar of a graph with respect to variables of its layers.

    Args:
        scalar: The graph from what it begins with to the scalar.
        variables: The variables.
    """

    _call_context_args = frozenset({"training"})

    def __init__(self, scalar: Graph, variables: Sequence[keras.Variable]) -> None:
        """Keep the graph."""
        super().__init__()
        self.graph = scalar
        self.held = tuple(variables)  # a tuple, which Keras does not track

    def call(self, *sources: Any, training: bool | None = None) -> Any:
        """The gradients at values of what the graph begins with."""

        def loss(values: list[Any]) -> Any:
            scope = graph.without_updates()
            scope.state_mapping.update({id(one): value for one, value in zip(self.held, values)})
            with scope:
                found = self.graph._run_through_graph(
                    list(sources), lambda one: functional.operation_fn(one, training=training)
                )
            return ops.sum(found[0] if isinstance(found, list | tuple) else found)

        return jax.grad(loss)([one.value for one in self.held])

    def compute_output_spec(self, *_: Any, **__: Any) -> Any:
        """A gradient is as large as its variable."""
        return [KerasTensor(tuple(one.shape), one.dtype) for one in self.held]


_known: list[tuple[KerasTensor, Mapping[int, KerasTensor]]] = []


@contextlib.contextmanager
def known(loss: KerasTensor, gradients: Mapping[int, KerasTensor]) -> Iterator[None]:
    """In this block the gradients of a loss are known.

    Args:
        loss: The loss.
        gradients: Those with respect to variables, by the `id` of each.
    """
    _known.append((loss, gradients))
    try:
        yield
    finally:
        _known.pop()


def with_respect_to(loss: KerasTensor, variables: Sequence[keras.Variable]) -> list[KerasTensor]:
    """The gradients of a loss with respect to variables of the layers before it.

    Args:
        loss: A symbolic tensor; its sum is what is differentiated.
        variables: The variables.
    """
    for one, gradients in _known:
        if one is loss:
            return [gradients[id(variable)] for variable in variables]
    sources = graph.sources(loss)
    found: list[KerasTensor] = WeightGradients(Graph(sources, loss), variables)(*sources)
    return found


def get_gradients(self: Any, loss: Any, params: Any) -> list[Any]:
    """The gradients of a loss, clipped as the optimizer does it."""
    found = graph.gradients(loss, list(params))
    # Keras 1 and 2 clipped by the norm of all gradients; of their own optimizers the rules have
    # made Keras 3's word for it, of the script's they have not.
    whole = self.global_clipnorm or self.clipnorm
    if whole:
        norm = ops.sqrt(sum(ops.sum(ops.square(one)) for one in found))
        found = [one * whole / ops.maximum(norm, whole) for one in found]
    if self.clipvalue:
        found = [ops.clip(one, -self.clipvalue, self.clipvalue) for one in found]
    return found


class Update:
    """What `K.function` does with an optimizer after it has computed.

    Args:
        optimizer: The optimizer.
        variables: What it changes.
        gradients: The gradients, as tensors of the graph.
    """

    def __init__(self, optimizer: Any, variables: Any, gradients: list[Any]) -> None:
        """Keep them."""
        self.optimizer, self.variables, self.gradients = optimizer, list(variables), gradients

    def make(self, gradients: list[Any]) -> None:
        """Make the step, with the values of the gradients."""
        self.optimizer.apply(gradients, self.variables)


def get_updates(self: Any, *args: Any, **kwargs: Any) -> list[Any]:
    """One step of the optimizer, for the `updates` of `K.function`.

    Keras 1 took `(params, constraints, loss)`, Keras 2 `(loss, params)` and the former as well.
    """
    is_first = len(args) == 3 or (bool(args) and isinstance(args[0], list | tuple))
    order = ("params", "constraints", "loss") if is_first else ("loss", "params")
    given = {**dict(zip(order, args)), **kwargs}
    params = list(given["params"])
    if any(one is given["loss"] for one, _ in _known):  # for a class of the script's
        from onefit.scripts.eras.stand_ins import keras_formulas

        found = keras_formulas.of_keras(self, given["loss"], params)
        if found is not None:
            return found
    return [Update(self, params, graph.gradients(given["loss"], params))]
