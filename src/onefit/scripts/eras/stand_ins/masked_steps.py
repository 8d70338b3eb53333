"""At a step that a mask leaves out, `RNN` gives its last output once more, as in tf.keras 2.

Keras 3 on JAX gives the first state of the first cell in its place. For the cells of Keras that is
the last output; of several cells, or one of the script's own, it is something else.
Source: `rnn` in `backend.py` of Keras 2.15.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import keras
from keras import ops
from keras.src import tree

Function = Callable[..., Any]
_CELLS = (keras.layers.SimpleRNNCell, keras.layers.GRUCell, keras.layers.LSTMCell)
_thread = threading.local()


def of_any_cells(original: Function) -> Function:
    """The loop over the steps keeps the last output where the first state is not that.

    Args:
        original: `keras.layers.RNN.inner_loop`.
    """

    def inner_loop(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = vars(_thread).get("keeps", False)
        _thread.keeps = type(self.cell) not in _CELLS
        try:
            return original(self, *args, **kwargs)
        finally:
            _thread.keeps = before

    return inner_loop


def last_output(original: Function) -> Function:
    """The loop has its last output for a first state.

    Args:
        original: `rnn` of Keras's backend.
    """

    def rnn(
        step_function: Function, inputs: Any, initial_states: Any, *args: Any, **kwargs: Any
    ) -> Any:
        is_kept = vars(_thread).get("keeps", False) and kwargs.get("mask") is not None
        if not is_kept or kwargs.get("unroll") or kwargs.get("zero_output_for_mask"):
            return original(step_function, inputs, initial_states, *args, **kwargs)

        def step(rows: Any, states: Any) -> Any:
            output, new = step_function(rows, states[1:])
            return output, [output, *new]

        axis = 0 if kwargs.get("time_major") else 1
        first = tree.map_structure(lambda one: ops.take(one, 0, axis=axis), inputs)
        output, _ = step_function(first, tuple(initial_states))
        states = [ops.zeros_like(output), *initial_states]
        last, outputs, new = original(step, inputs, states, *args, **kwargs)
        return last, outputs, new[1:]

    return rnn
