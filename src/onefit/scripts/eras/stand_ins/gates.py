"""Recurrent layers whose gates have weights of their own at first, as Keras 1 had them.

Today the weights of all gates are one matrix and are drawn as one: its width lessens what
`glorot_uniform` draws. And Keras 1.2.2 drew the recurrent weights as those of the inputs, and
regularized them so, whatever `inner_init` and `U_regularizer` said. Source: `LSTM.build` and
`GRU.build` with `consume_less="cpu"`, the default, in `keras/layers/recurrent.py` of Keras 1.2.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import KerasTensor, ops

Method = Callable[..., Any]


@keras.saving.register_keras_serializable("onefit")
class OfEachGate(keras.initializers.Initializer):
    """Draws the columns of each gate by themselves.

    Args:
        initializer: Of the columns of one gate.
        gates: How many there are.
    """

    def __init__(self, initializer: Any, gates: int) -> None:
        """Keep them."""
        self.initializer = keras.initializers.get(initializer)
        self.gates = gates
        self.behind: OfEachGate | None = None
        self.kept: list[KerasTensor] = []

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> KerasTensor:
        """The columns of all gates, side by side."""
        found, self.kept = self.kept, []
        of_one = (*shape[:-1], shape[-1] // self.gates)
        for place in range(self.gates - len(found)):
            found.append(self.of_gate(place, of_one, dtype))
            if self.behind is not None:  # a gate's recurrent columns were drawn next
                square = (of_one[-1], of_one[-1])
                self.behind.kept.append(self.behind.of_gate(place, square, dtype))
        return ops.concatenate(found, axis=-1)

    def of_gate(self, place: int, shape: tuple[int, ...], dtype: Any) -> KerasTensor:
        """The columns of one gate; each has a seed of its own."""
        is_first = place == 0 or not hasattr(self.initializer, "clone")
        made = self.initializer if is_first else self.initializer.clone()
        if isinstance(made, keras.initializers.Initializer):
            return made(shape, dtype=dtype)
        # One of the script's own: Keras 1 gave it a name, and no dtype.
        code = getattr(made, "__code__", None)
        is_named = code is not None and "name" in code.co_varnames[: code.co_argcount]
        found = made(shape, name=None) if is_named else made(shape)
        return ops.convert_to_tensor(found, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {
            "initializer": keras.initializers.serialize(self.initializer),
            "gates": self.gates,
        }


def of_lstm(original: Method) -> Method:
    """Each of the four gates of an `LSTM` begins by itself."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if not hasattr(self, "step"):  # of a class of the script's with a `build` of its own
            _divide(self.cell, 4)

    return __init__


def of_gru(original: Method) -> Method:
    """Each of the three gates of a `GRU` begins by itself."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if not hasattr(self, "step"):  # of a class of the script's with a `build` of its own
            _divide(self.cell, 3)

    return __init__


def _divide(cell: Any, gates: int) -> None:
    """Draw and regularize both matrices of a cell as Keras 1 did those of the inputs."""
    first = cell.kernel_initializer
    if hasattr(first, "gates"):  # divided already: read back, or a way of a `Bidirectional`
        first.behind = cell.recurrent_initializer
        return
    other = first.clone() if hasattr(first, "clone") else first
    cell.kernel_initializer = OfEachGate(first, gates)
    cell.recurrent_initializer = OfEachGate(other, gates)
    cell.kernel_initializer.behind = cell.recurrent_initializer
    cell.recurrent_regularizer = cell.kernel_regularizer
