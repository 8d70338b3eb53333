"""Functions and gradients of a built graph: `K.function`, `K.gradients`, `K.learning_phase`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import jax
import keras
import numpy as np
from keras import KerasTensor, ops
from keras.src.backend.common.stateless_scope import get_stateless_scope
from keras.src.models import functional
from keras.src.ops.function import Function as Graph
from keras.src.ops.operation import Operation

from onefit.scripts.assignments import Assignment
from onefit.scripts.eras.refusal import refused


class Phase:
    """Whether layers train: an input of `K.function`, a number elsewhere.

    >>> bool(Phase(1)), int(Phase(0))
    (True, 0)
    """

    def __init__(self, value: int = 0) -> None:
        """0 for use, 1 for training."""
        self.value, self.is_set = value, False

    def __repr__(self) -> str:
        """The number, as `K.learning_phase()` of tf.keras is printed."""
        return str(self.value)

    def __int__(self) -> int:
        """The number."""
        return self.value

    def __bool__(self) -> bool:
        """Whether it is 1."""
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        """Whether it has this number."""
        return self is other or self.value == other

    def __hash__(self) -> int:
        """By identity: its value changes."""
        return id(self)


_PHASE = Phase()


def learning_phase() -> Phase:
    """Whether layers train: 0 unless `set_learning_phase` said otherwise."""
    return _PHASE


def set_learning_phase(value: int) -> None:
    """Have functions of a graph, and layers that are called from now on, train (1) or not (0)."""
    _PHASE.value, _PHASE.is_set = int(value), True


def phase_that_was_set() -> int | None:
    """The phase that `set_learning_phase` said; `None` where the script has not called it."""
    return _PHASE.value if _PHASE.is_set else None


@contextlib.contextmanager
def learning_phase_scope(value: int) -> Iterator[None]:
    """`set_learning_phase` for a block."""
    before = _PHASE.value, _PHASE.is_set
    set_learning_phase(value)
    try:
        yield
    finally:
        _PHASE.value, _PHASE.is_set = before


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`x` in training, `alt` in use; either may be a function without arguments."""
    chosen = x if (_PHASE if training is None else training) else alt
    return chosen() if callable(chosen) else chosen


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`x` in use, `alt` in training."""
    return in_train_phase(alt, x, training)


class function:
    """A function from some tensors of a graph to others: `K.function`.

    Args:
        inputs: Symbolic tensors, and `K.learning_phase()` among them or not.
        outputs: A symbolic tensor, or a list of them.
        updates: Those of `optimizer.get_updates`, and pairs of a variable and its next value;
            `K.update` has assigned when it was called.

    >>> x = keras.Input((2,))
    >>> double = function([x], [x * 2])
    >>> double([np.ones((1, 2))])[0].tolist()
    [[2.0, 2.0]]
    """

    def __init__(self, inputs: Any, outputs: Any, updates: Any = None, **_: Any) -> None:
        """Cut the graph."""
        self.inputs = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        self.is_list = isinstance(outputs, list | tuple)
        self.outputs = list(outputs) if self.is_list else [outputs]
        self.updates = [one for one in updates or () if hasattr(one, "gradients")]
        self.assignments = list(assignments_of(updates or ()))
        tensors = [one for one in self.inputs if isinstance(one, KerasTensor)]
        symbolic = [one for one in self.outputs if isinstance(one, KerasTensor)]
        symbolic += [one for update in self.updates for one in update.gradients]
        symbolic += [one.value for one in self.assignments if isinstance(one.value, KerasTensor)]
        self.model = keras.Model(tensors, symbolic) if symbolic else None

    def __call__(self, inputs: Any) -> Any:
        """NumPy arrays for the outputs, in their order."""
        values = inputs if isinstance(inputs, list | tuple) else [inputs]
        # The phase is read at the call: `set_learning_phase` may come after `K.function`.
        training, given = bool(_PHASE), []
        for tensor, value in zip(self.inputs, values):
            if isinstance(tensor, Phase):
                training = bool(value)
            else:
                given.append(ops.convert_to_tensor(value, dtype=tensor.dtype))
        found = iter(())
        if self.model is not None:
            computed = self.model(given, training=training)
            found = iter(computed if isinstance(computed, list | tuple) else [computed])
        results = [
            # A copy: NumPy's view of a JAX array cannot be written to, a session's results could.
            np.array(ops.convert_to_numpy(next(found) if isinstance(one, KerasTensor) else one))
            for one in self.outputs
        ]
        steps = [[next(found) for _ in update.gradients] for update in self.updates]
        assign(self.assignments, found)
        for update, gradients in zip(self.updates, steps):
            update.make(gradients)
        return results if self.is_list else results[0]


def assign(assignments: Sequence[Assignment], computed: Iterator[Any]) -> None:
    """Make assignments; all values are computed before anything is assigned.

    Args:
        assignments: The assignments.
        computed: The values of the symbolic tensors among what they assign, in their order.
    """
    values = [
        next(computed) if isinstance(one.value, KerasTensor) else _array_of(one.value)
        for one in assignments
    ]
    for one, value in zip(assignments, values):
        getattr(one.variable, one.how)(value)


def _array_of(value: Any) -> Any:
    """The value of an expression now; a number as it is."""
    return value._array() if hasattr(value, "_array") else value


def assignments_of(updates: Iterable[Any]) -> Iterator[Assignment]:
    """The assignments among updates: those that were noted, and pairs of a variable and a value.

    Args:
        updates: What an optimizer's `get_updates` gave, or the script's own list.
    """
    for one in updates:
        if isinstance(one, Assignment):
            yield one
        elif isinstance(one, tuple) and len(one) == 2:
            yield Assignment(*one)


def without_updates() -> keras.StatelessScope:
    """A scope that reads variables as they are now, and forgets what is assigned to them."""
    scope, outer = keras.StatelessScope(), get_stateless_scope()
    if outer is not None:
        # Within a training step the variables hold symbols of that step, which the new scope has
        # to see.
        scope.state_mapping.update(outer.state_mapping)
    return scope


class Gradient(Operation):
    """The gradient of a scalar of a graph with respect to one of the graph's tensors.

    The layers between them train if the model does in which it stands; what they count on the way
    is counted by the model's own pass.

    Args:
        graph: The graph from the tensor, and what else it begins with, to the scalar.
    """

    # By it `operation_fn` hands `training` on to an operation, as Keras does to layers.
    _call_context_args = frozenset({"training"})

    def __init__(self, graph: Graph) -> None:
        """Keep the graph."""
        super().__init__()
        self.graph = graph

    def call(self, tensor: Any, *others: Any, training: bool | None = None) -> Any:
        """The gradient at a value of the tensor."""

        def loss(value: Any) -> Any:
            # Moving averages and seeds on the way are moved on by the model's own pass, and once a
            # step.
            with without_updates():
                found = self.graph._run_through_graph(
                    [value, *others], lambda one: functional.operation_fn(one, training=training)
                )
            return ops.sum(found[0] if isinstance(found, list | tuple) else found)

        return jax.grad(loss)(ops.convert_to_tensor(tensor))

    def compute_output_spec(self, tensor: Any, *others: Any, **_: Any) -> Any:
        """A gradient is as large as the tensor."""
        return KerasTensor(tensor.shape, tensor.dtype)


def gradients(loss: Any, variables: Any) -> list[Any]:
    """The gradients of a loss with respect to tensors of its graph: `K.gradients`.

    Args:
        loss: A symbolic tensor, or a list of them; their sum is what is differentiated.
        variables: A symbolic tensor, or a list of them.

    Returns:
        A symbolic tensor for each.

    Raises:
        NotImplementedError: For what is no tensor of the graph and no weight, and within a loss
            that is computed.

    >>> x = keras.Input((2,))
    >>> run = function([x], gradients(ops.sum(x * x), x))
    >>> run([np.ones((1, 2))])[0].tolist()
    [[2.0, 2.0]]
    """
    wanted = list(variables) if isinstance(variables, list | tuple) else [variables]
    if isinstance(loss, list | tuple) and loss and all(isinstance(x, KerasTensor) for x in loss):
        loss = loss[0] if len(loss) == 1 else sum(ops.sum(one) for one in loss)
    if not isinstance(loss, KerasTensor):
        raise refused(
            NotImplementedError,
            "OF210",
            "a tensor of the graph, such as model.output",
            f"a value of type {type(loss).__name__}, for K.gradients, as in a loss of compile",
            "Write a train_step with tf.GradientTape or jax.grad for a gradient penalty.",
        )
    for one in wanted:
        if not isinstance(one, KerasTensor | keras.Variable):
            raise refused(
                NotImplementedError,
                "OF210",
                "a tensor of the graph, such as model.input or layer.output, or a weight",
                f"{one}, for K.gradients",
                "Give K.gradients what a layer gives.",
            )
    weights = [one for one in wanted if isinstance(one, keras.Variable)]
    of_weights: Iterator[Any] = iter(())
    if weights:
        from onefit.scripts.eras.stand_ins import weight_gradients

        of_weights = iter(weight_gradients.with_respect_to(loss, weights))
    return [
        next(of_weights) if isinstance(one, keras.Variable) else _gradient(loss, one)
        for one in wanted
    ]


def _gradient(loss: KerasTensor, tensor: KerasTensor) -> Any:
    others = sources(loss, tensor)
    return Gradient(Graph([tensor, *others], loss))(tensor, *others)


def sources(loss: KerasTensor, without: KerasTensor | None = None) -> Sequence[KerasTensor]:
    """The graph's inputs that a tensor needs beside another one.

    Args:
        loss: The tensor.
        without: The other one. Defaults to none.
    """
    waiting, seen, found = [loss], {id(without)}, []
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        operation, place, _ = tensor._keras_history
        node = operation._inbound_nodes[place]
        if node.is_input:
            found.append(tensor)
        else:
            waiting.extend(node.input_tensors)
    return found
