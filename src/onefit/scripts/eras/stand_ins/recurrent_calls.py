"""How recurrent layers were made and called: states among the inputs, cells that are no layers.

Source: `RNN` and `_standardize_args` in `keras/layers/recurrent.py` of Keras 2.2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.stand_ins import nested_cells

Function = Callable[..., Any]


def with_states(original: Function) -> Function:
    """`layer([x, h, c])` is `layer(x, initial_state=[h, c])`."""

    def __call__(self: Any, sequences: Any, *args: Any, **kwargs: Any) -> Any:
        # A list alone: the tensors of a tuple are what the cell takes at each step.
        if isinstance(sequences, list) and len(sequences) > 1:
            sequences, *states = sequences
            kwargs["initial_state"] = states
        return original(self, sequences, *args, **kwargs)

    return __call__


def in_a_list(original: Function) -> Function:
    """`return_state=True` gave a list, `[output, h, c]`, to which scripts add others."""

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(self, *args, **kwargs)
        return list(found) if isinstance(found, tuple) else found

    return __call__


def states_for_inputs(original: Function) -> Function:
    """`layer.get_initial_state(x)` is told the inputs, of which it wants the number of rows."""

    def get_initial_state(self: Any, inputs: Any = None, batch_size: Any = None, **_: Any) -> Any:
        size = inputs if batch_size is None else batch_size
        # Inputs have axes. A number of rows, which may be a tensor in a traced step, has none.
        rows = ops.shape(size)[0] if len(getattr(size, "shape", ())) else size
        has_shapes = any(hasattr(one, "as_list") for one in self.state_size)
        if has_shapes and not hasattr(self.cell, "get_initial_state"):
            return nested_cells.zeros(self.state_size, rows, self.cell.compute_dtype)
        return original(self, rows)

    return get_initial_state


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


def with_constants(original: Function) -> Function:
    """`layer(x, constants=c)`: what a cell is given at every step beside its inputs and states.

    They travel as states that no step changes.
    """

    def __call__(self: Any, sequences: Any, *args: Any, **kwargs: Any) -> Any:
        given = kwargs.pop("constants", None)
        if given is None:
            return original(self, sequences, *args, **kwargs)
        constants = list(given) if isinstance(given, list | tuple) else [given]
        states = kwargs.pop("initial_state", None)
        states = [] if states is None else states
        states = list(states) if isinstance(states, list | tuple) else [states]
        if not isinstance(self.cell, _WithConstants):
            # A scan over the steps hands on states and nothing else.
            self.cell = _WithConstants(self.cell, [tuple(one.shape) for one in constants])
        return original(self, sequences, *args, initial_state=[*states, *constants], **kwargs)

    return __call__


def without_constants(original: Function) -> Function:
    """The states that such a layer begins with, and gives, are those of its cell."""

    def call(self: Any, sequences: Any, initial_state: Any = None, **kwargs: Any) -> Any:
        kwargs.pop("constants", None)  # a subclass of the time hands on that there are none
        if not isinstance(self.cell, _WithConstants):
            return original(self, sequences, initial_state=initial_state, **kwargs)
        count = len(self.cell.shapes)
        states, constants = initial_state[:-count], initial_state[-count:]
        if not states:
            states = self.get_initial_state(batch_size=ops.shape(sequences)[0])
        found = original(self, sequences, initial_state=[*states, *constants], **kwargs)
        return found[:-count] if self.return_state else found

    return call


class _WithConstants(keras.layers.Layer):
    """A cell whose last states are constants.

    Args:
        cell: The cell, whose `call` takes `constants`.
        shapes: The shapes of the constants.
        **settings: As of `Layer`.
    """

    def __init__(self, cell: Any, shapes: list[tuple[int, ...]], **settings: Any) -> None:
        """Keep it."""
        super().__init__(**settings)
        self.inner, self.shapes = cell, [tuple(one) for one in shapes]
        self.state_size = cell.state_size
        if hasattr(cell, "output_size"):
            self.output_size = cell.output_size

    def get_config(self) -> dict[str, Any]:
        """The cell, and the shapes."""
        inner = keras.saving.serialize_keras_object(self.inner)
        return {**super().get_config(), "cell": inner, "shapes": self.shapes}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> _WithConstants:
        """The layer of a config."""
        inner = keras.saving.deserialize_keras_object(config["cell"])
        return cls(**{**config, "cell": inner})

    def get_initial_state(self, batch_size: Any = None) -> Any:
        """The states of the cell, without the constants."""
        own = getattr(self.inner, "get_initial_state", None)
        if own is not None:
            return own(batch_size=batch_size)
        # A cell of the script's own need not say how it begins: Keras 2 began with zeros.
        sizes = self.state_size if isinstance(self.state_size, list | tuple) else [self.state_size]
        return [ops.zeros((batch_size, size), self.compute_dtype) for size in sizes]

    def build(self, input_shape: Any) -> None:
        """Build the cell, which is told the shapes of the constants, too."""
        if not self.inner.built:
            own = type(self.inner).build is not keras.layers.Layer.build
            self.inner.build([input_shape, *self.shapes] if own else input_shape)
            self.inner.built = True

    def call(self, inputs: Any, states: Any, **kwargs: Any) -> Any:
        """One step."""
        count = len(self.shapes)
        own, constants = list(states[:-count]), list(states[-count:])
        outputs, new = self.inner.call(inputs, own, constants=constants, **kwargs)
        return outputs, [*(new if isinstance(new, list | tuple) else [new]), *constants]
