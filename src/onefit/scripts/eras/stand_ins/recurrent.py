"""Recurrent layers of the script's own that are no cells: they define `step(x, states)`.

Up to Keras 2.0 all recurrent layers were made so, and `Recurrent` was there up to 2.2. It calls
`get_constants` and `preprocess_input` once with all steps, and `step` at each of them with the
states, behind which the constants stand.

Source: `Recurrent` in `keras/layers/recurrent.py` of 1.2.2 and `keras/legacy/layers.py` of 2.2.4.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.refusal import refused

Function = Callable[..., Any]
_PARTS = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
"""How many parts the inputs and the states have for each kind, one for each gate."""


class Recurrent(keras.layers.Layer):
    """The base of such layers.

    Args:
        return_sequences: Whether the outputs of all steps are given.
        return_state: Whether the states are given too.
        go_backwards: Whether the last step is the first.
        stateful: Whether a batch goes on from the states of the last one, which is refused.
        unroll: Changes no number.
        implementation: The same.
        consume_less: The same, in Keras 1.
        input_dim: The features of a step, of a first layer.
        input_length: The steps, of a first layer.
        **settings: Those of every layer.
    """

    def __init__(
        self,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        implementation: int = 0,
        consume_less: str = "cpu",
        input_dim: int | None = None,
        input_length: int | None = None,
        **settings: Any,
    ) -> None:
        """Keep what was told."""
        if input_dim is not None:
            settings.setdefault("input_shape", (input_length, input_dim))
        super().__init__(**settings)
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful, self.unroll = go_backwards, stateful, unroll
        self.implementation, self.consume_less = implementation, consume_less
        self.input_dim, self.input_length = input_dim, input_length
        self.supports_masking = True
        self.dropout = self.recurrent_dropout = 0
        self.input_spec, self.state_spec = [keras.layers.InputSpec(ndim=3)], None

    def step(self, inputs: Any, states: Any) -> Any:
        """The output of a step and the new states."""
        raise NotImplementedError

    def get_constants(self, inputs: Any, training: Any = None) -> list[Any]:
        """What `step` finds behind the states."""
        return []

    def get_initial_state(self, inputs: Any) -> list[Any]:
        """Zeros for each state."""
        return _zeros(self, inputs)

    def get_initial_states(self, inputs: Any) -> list[Any]:
        """The same in Keras 1."""
        return self.get_initial_state(inputs)

    def preprocess_input(self, inputs: Any, training: Any = None) -> Any:
        """All steps before the first one is made."""
        return inputs

    def reset_states(self, states: Any = None) -> None:
        """Only of `stateful` ones."""
        raise _stateful(type(self).__name__)

    def __call__(self, inputs: Any, initial_state: Any = None, **settings: Any) -> Any:
        """With its first states, which stand behind the inputs then."""
        if initial_state is not None:
            inputs = [inputs, *keras.tree.flatten(initial_state)]
        return super().__call__(inputs, **settings)

    def _assert_input_compatibility(self, inputs: Any) -> None:
        # What a script's `build` puts into `input_spec` is that of the inputs alone.
        super()._assert_input_compatibility(inputs[0] if isinstance(inputs, list) else inputs)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The outputs, with the states where they are asked for."""
        inputs, *first = inputs if isinstance(inputs, list) else [inputs]
        mask = mask[0] if isinstance(mask, list) else mask
        return by_steps(self, inputs, first, mask)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """By the number of units."""
        rows = input_shape[0] if isinstance(input_shape, list) else input_shape
        units = self.units if hasattr(self, "units") else self.output_dim
        shape = (*rows[:2], units) if self.return_sequences else (rows[0], units)
        return [shape, *((rows[0], units) for _ in self.states)] if self.return_state else shape

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the inputs, of all steps."""
        mask = mask[0] if isinstance(mask, list) else mask
        mask = mask if self.return_sequences else None
        return [mask, *(None for _ in self.states)] if self.return_state else mask

    def get_config(self) -> dict[str, Any]:
        """What it was told."""
        names = "return_sequences return_state go_backwards stateful unroll implementation"
        return {**super().get_config(), **{name: getattr(self, name) for name in names.split()}}


def by_steps(layer: Any, inputs: Any, first: list[Any], mask: Any) -> Any:
    """Call a layer's `step` for all steps, one after the other.

    Args:
        layer: The layer.
        inputs: Rows of steps.
        first: The states before the first step. Zeros where it is empty.
        mask: Which steps count; all do where it is `None`.
    """
    if layer.stateful:
        raise _stateful(type(layer).__name__)
    if not first:
        own = _own(type(layer))
        names = [one for one in ("get_initial_states", "get_initial_state") if one in own]
        first = list(getattr(layer, names[0])(inputs) if names else _zeros(layer, inputs))
    told = {"training": None}
    constants = list(_told(layer.get_constants, inputs, told))

    def step(rows: Any, states: Any) -> Any:
        output, new = layer.step(rows, [*states, *constants])
        return output, list(new)

    last, outputs, states = keras.backend.rnn(
        step,
        _told(layer.preprocess_input, inputs, told),
        first,
        go_backwards=layer.go_backwards,
        mask=mask,
    )
    found = outputs if layer.return_sequences else last
    return [found, *states] if layer.return_state else found


def by_own_step(original: Function) -> Function:
    """A class derived from `LSTM`, `GRU` or `SimpleRNN` with a `step` and a `build` of its own.

    Args:
        original: Keras's `RNN.call`.
    """

    def call(
        self: Any, sequences: Any, initial_state: Any = None, mask: Any = None, **settings: Any
    ) -> Any:
        if not has_own_step(type(self)):
            return original(self, sequences, initial_state=initial_state, mask=mask, **settings)
        return by_steps(self, sequences, keras.tree.flatten(initial_state or []), mask)

    return call


def has_own_step(kind: type) -> bool:
    """Whether a class has a `step` and a `build` that are a script's."""
    return {"step", "build"} <= _own(kind)


def get_constants(self: Any, inputs: Any, training: Any = None) -> list[Any]:
    """What `step` of a class derived from Keras's finds behind the states: masks of dropout."""
    if self.dropout or self.recurrent_dropout:
        raise refused(
            ValueError,
            "OF204",
            "get_constants in a class that defines step and drops inputs",
            f"{type(self).__name__} without it",
            "Define it, or leave the dropout out.",
        )
    parts = next(n for name, n in _PARTS.items() if isinstance(self, getattr(keras.layers, name)))
    return [[1.0] * parts, [1.0] * parts]


def preprocess_input(self: Any, inputs: Any, training: Any = None) -> Any:
    """All steps before the first one; Keras's own multiplied them by its kernel."""
    raise refused(
        ValueError,
        "OF204",
        "preprocess_input beside step",
        f"{type(self).__name__} without it",
        "Define it, and give the inputs back if step multiplies them by the kernel.",
    )


def _zeros(layer: Any, inputs: Any) -> list[Any]:
    units = layer.units if hasattr(layer, "units") else layer.output_dim
    return [ops.zeros((ops.shape(inputs)[0], units), inputs.dtype) for _ in layer.states]


def _own(kind: type) -> set[str]:
    """The methods of a script's that a class has."""
    of_script = (
        one for one in kind.__mro__ if not one.__module__.startswith(("keras.", "onefit."))
    )
    return {name for one in of_script if one is not object for name in vars(one)}


def _told(method: Function, inputs: Any, told: dict[str, Any]) -> Any:
    """Call a method with `training=`, which those of Keras 1 do not take."""
    takes = inspect.signature(method).parameters
    return method(inputs, **(told if "training" in takes else {}))


def _stateful(name: str) -> ValueError:
    return refused(
        ValueError,
        "OF204",
        "stateful=False of a layer that defines step",
        f"{name} with stateful=True",
        "Write its step as a cell, `keras.layers.RNN(cell, stateful=True)`.",
    )
