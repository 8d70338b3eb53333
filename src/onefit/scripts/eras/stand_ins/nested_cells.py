"""Recurrent layers whose cells take or give several tensors at each step.

tf.keras 2 let the inputs, the outputs and each state of a cell be nested and of any rank; Keras 3
has one tensor of features for each of the first two.

Source: `RNN` in `keras/src/layers/rnn/base_rnn.py` of Keras 2.15.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import jax
import keras
from keras import ops, tree

from onefit.training.host.keras_private import in_stateless_scope

Method = Callable[..., Any]


def of_nested_inputs(original: Method) -> Method:
    """`RNN.build` for one shape of each input."""

    def build(self: Any, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        if not _is_nested_shape(sequences_shape):
            return original(self, sequences_shape, initial_state_shape)
        steps = _map_shapes(lambda shape: (shape[0], *shape[2:]), sequences_shape)
        if isinstance(self.cell, keras.layers.Layer) and not self.cell.built:
            self.cell.build(steps)
            self.cell.built = True
        if self.stateful:
            self._create_state_variables(_first_shape(sequences_shape)[0])
        return None

    return build


def of_nested_outputs(original: Method) -> Method:
    """`RNN.compute_output_shape` for the sizes that a cell with several outputs tells."""

    def compute_output_shape(
        self: Any, sequences_shape: Any, initial_state_shape: Any = None
    ) -> Any:
        size = getattr(self.cell, "output_size", None)
        if not _is_nested_shape(sequences_shape) and not isinstance(size, list | tuple):
            return original(self, sequences_shape, initial_state_shape)
        rows, length = _first_shape(sequences_shape)[:2]
        before = (rows, length) if self.return_sequences else (rows,)
        size = self.state_size[0] if size is None else size
        outputs = _map_sizes(lambda one: (*before, *one), size)
        if not self.return_state:
            return outputs
        return outputs, *(_map_sizes(lambda one: (rows, *one), one) for one in self.state_size)

    return compute_output_shape


def scanned(original: Method) -> Method:
    """`RNN.call` over nested inputs, or with nested outputs."""

    def call(
        self: Any,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: Any = False,
        constants: Any = None,  # a subclass of the time hands on that there are none
    ) -> Any:
        size = getattr(self.cell, "output_size", None)
        if not tree.is_nested(sequences) and not isinstance(size, list | tuple):
            given = {"initial_state": initial_state, "mask": mask, "training": training}
            return original(self, sequences, **given)
        if any(one is not None for one in tree.flatten(mask)):
            raise NotImplementedError(
                "Expected a recurrent layer of nested inputs or outputs without a mask. "
                f"Received: mask={mask}. Leave the steps out of the data, or give the cell one "
                "tensor of features."
            )
        rows = ops.shape(tree.flatten(sequences)[0])[0]
        if initial_state is None:
            initial_state = self.states if self.stateful else self.get_initial_state(rows)
        states = tree.map_structure(ops.convert_to_tensor, list(initial_state))
        outputs, states = _over_steps(self, sequences, states, training)
        if self.stateful:
            for variable, state in zip(tree.flatten(self.states), tree.flatten(states)):
                variable.assign(state)
        if not self.return_sequences:
            outputs = tree.map_structure(lambda one: one[:, -1], outputs)
        return (outputs, *states) if self.return_state else outputs

    return call


def zeros(sizes: Any, rows: Any, dtype: str) -> list[Any]:
    """States of zeros, for sizes that may be shapes.

    Args:
        sizes: An integer, a `TensorShape`, or several of these, for each state.
        rows: How many rows a batch has.
        dtype: The dtype of the states.
    """
    return [_map_sizes(lambda one: ops.zeros((rows, *one), dtype), size) for size in sizes]


def _over_steps(layer: Any, sequences: Any, states: list[Any], training: Any) -> tuple[Any, Any]:
    """The outputs of all steps, and the states after the last one."""
    cell = layer.cell
    arguments = {"training": training} if getattr(cell, "_call_has_training_arg", False) else {}

    def step(states: Any, inputs: Any) -> tuple[Any, Any]:
        outputs, after = cell(inputs, states, **arguments)
        after = list(after) if isinstance(after, list | tuple) else [after]
        return after, outputs

    def swapped(one: Any) -> Any:
        return ops.swapaxes(one, 0, 1)

    # Variables that a step sets would hold values of the scan's trace.
    scope = contextlib.nullcontext() if in_stateless_scope() else keras.StatelessScope()
    with scope:
        states, outputs = jax.lax.scan(
            step, states, tree.map_structure(swapped, sequences), reverse=layer.go_backwards
        )
    outputs = tree.map_structure(swapped, outputs)
    # A reversed scan leaves each output at the place of its input; Keras gives them in the order in
    # which they were computed.
    if layer.go_backwards:
        outputs = tree.map_structure(lambda one: ops.flip(one, axis=1), outputs)
    return outputs, states


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(
        one is None or isinstance(one, int) for one in value
    )


def _is_nested_shape(shape: Any) -> bool:
    return isinstance(shape, dict) or (isinstance(shape, list | tuple) and not _is_shape(shape))


def _first_shape(shape: Any) -> Any:
    while _is_nested_shape(shape):
        shape = next(iter(shape.values() if isinstance(shape, dict) else shape))
    return shape


def _map_shapes(function: Callable[[Any], Any], shape: Any) -> Any:
    if isinstance(shape, dict):
        return {name: _map_shapes(function, one) for name, one in shape.items()}
    if _is_nested_shape(shape):
        return type(shape)(_map_shapes(function, one) for one in shape)
    return function(shape)


def _map_sizes(function: Callable[[tuple[int, ...]], Any], size: Any) -> Any:
    """The same for sizes: an integer, a `TensorShape`, or several of these."""
    if hasattr(size, "as_list"):
        return function(tuple(size.as_list()))
    if isinstance(size, list | tuple):
        return tuple(_map_sizes(function, one) for one in size)
    return function((size,))
