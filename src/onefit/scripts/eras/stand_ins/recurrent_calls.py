"""How recurrent layers were made and called: states among the inputs, cells that are no layers.

Source: `RNN` and `_standardize_args` in `keras/layers/recurrent.py` of Keras 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Function = Callable[..., Any]


def with_states(original: Function) -> Function:
    """`layer([x, h, c])` is `layer(x, initial_state=[h, c])`."""

    def __call__(self: Any, sequences: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(sequences, list | tuple) and len(sequences) > 1:
            sequences, *states = sequences
            kwargs["initial_state"] = states
        return original(self, sequences, *args, **kwargs)

    return __call__


def of_any_cell(original: Function) -> Function:
    """A cell was any object with `call` and `state_size`; Keras 3 wants layers."""

    def __init__(self: Any, cell: Any, *args: Any, **kwargs: Any) -> None:
        several = isinstance(cell, list | tuple)
        cells = [_as_layer(one) for one in (cell if several else [cell])]
        original(self, cells if several else cells[0], *args, **kwargs)

    return __init__


def _as_layer(cell: Any) -> Any:
    is_cell = hasattr(cell, "call") and hasattr(cell, "state_size")
    return cell if callable(cell) or not is_cell else _Cell(cell)


class _Cell(keras.layers.Layer):
    """A cell that is no layer. What it makes in `build` is not trained, as it was then."""

    def __init__(self, cell: Any) -> None:
        """Keep the object, and its sizes."""
        super().__init__()
        self.plain, self.state_size = cell, cell.state_size
        if hasattr(cell, "output_size"):
            self.output_size = cell.output_size

    def build(self, input_shape: Any) -> None:
        """Build the object's own, if it has something to build."""
        if hasattr(self.plain, "build"):
            self.plain.build(input_shape)

    def call(self, inputs: Any, states: Any, **kwargs: Any) -> Any:
        """One step."""
        return self.plain.call(inputs, states, **kwargs)
