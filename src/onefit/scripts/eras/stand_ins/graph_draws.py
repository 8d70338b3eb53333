"""Numbers that layers took from `np.random` when a graph was made of them, in Keras 1 and 2.

Each operation that draws in training, such as a dropout's, was given a seed by
`np.random.randint(10e6)` at the time of the call. What a script draws itself after that (noise for
a GAN, an order of rows), and the weights of the layers behind, are others without it. So did
`K.random_normal` in a `Lambda`, which was called twice where it was not told its output's shape.

Source: `dropout` and `random_normal` in `keras/backend/tensorflow_backend.py` of 1.2.2 and 2.2.4.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from keras.src import backend
from keras.src.backend.common.stateless_scope import get_stateless_scope

from onefit.scripts.eras.stand_ins import consumption
from onefit.scripts.layer_seeds import any_draws

Method = Callable[..., Any]

# As Keras wrote it: `10e6` is ten millions, not one.
BOUND = 10**7
_GATES = {"LSTM": 4, "ConvLSTM2D": 4, "GRU": 3, "SimpleRNN": 1}
_stacks: list[Any] = []
_DRAWN = "_layers_that_drew"
_OWN = "_draws_of_its_function"
_noted: list[list[Any]] = []
"""For each layer that is being called, the scopes of the passes in which its function has drawn."""


def note() -> None:
    """A function of the backend draws that was given no seed."""
    if _noted:
        _noted[-1].append(get_stateless_scope())


def _of_calls(masks: int) -> Callable[[Method], Method]:
    """A call with tensors of a graph draws as many seeds as operations draw in the layer.

    Args:
        masks: How many a recurrent layer had for the inputs of a gate.
    """

    def replace(original: Method) -> Method:
        def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
            if not args or not _is_of_graph(args[0]):
                return original(self, *args, **kwargs)
            _noted.append([])
            try:
                found = original(self, *args, **kwargs)
                _look(self, args[0])
            finally:
                _keep(self, _noted.pop())
            if _is_new(self):
                for _ in range(count_of(self, masks)):
                    np.random.randint(BOUND)
            return found

        return __call__

    return replace


# With `consume_less="cpu"`, the default of Keras 1, a gate's inputs had two masks: one that was
# used beforehand, and one among the constants of the steps.
of_keras1, of_keras2 = _of_calls(2), _of_calls(1)


def of_stacks(original: Method) -> Method:
    """A `Sequential` calls its layers anew with each `add`; then each was called once.

    Args:
        original: Keras's `build` of a `Sequential`.
    """

    def build(self: Any, *args: Any, **kwargs: Any) -> Any:
        _stacks.append(self)
        try:
            return original(self, *args, **kwargs)
        finally:
            _stacks.pop()

    return build


def _look(layer: Any, given: Any) -> None:
    """Keras 3 calls no `Lambda` that was told its output's shape, for which it draws as well."""
    is_told = isinstance(layer, keras.layers.Lambda) and layer._output_shape is not None
    if is_told and not _noted[-1] and any_draws([layer.function]):
        with contextlib.suppress(Exception):  # what it cannot be called on yet, it shows later
            backend.compute_output_spec(layer.call, given)


def _keep(layer: Any, scopes: list[Any]) -> None:
    """Remember how many operations of a layer's own function drew in a pass; it may run in many."""
    if scopes:
        is_asked = isinstance(layer, keras.layers.Lambda) and layer._output_shape is None
        in_first = sum(one is scopes[0] for one in scopes)
        # A `Lambda` that was told no output's shape was called once more only to find it out.
        object.__setattr__(layer, _OWN, (1 + is_asked) * in_first)


def _is_of_graph(given: Any) -> bool:
    first = given[0] if isinstance(given, list | tuple) and given else given
    return isinstance(first, keras.KerasTensor)


def _is_new(layer: Any) -> bool:
    """Whether the stack that is being built, if one is, calls the layer for the first time."""
    if not _stacks:
        return True
    drawn = vars(_stacks[-1]).setdefault(_DRAWN, set())
    is_new = id(layer) not in drawn
    drawn.add(id(layer))
    return is_new


def count_of(layer: Any, masks: int = 1) -> int:
    """How many operations drew in a call of a layer.

    Args:
        layer: The layer.
        masks: How many a recurrent layer had for the inputs of a gate. Defaults to 1.

    >>> count_of(keras.layers.Dropout(0.5)), count_of(keras.layers.Dropout(0.0))
    (1, 0)
    >>> count_of(keras.layers.Bidirectional(keras.layers.LSTM(2, dropout=0.5)))
    8
    """
    parts = list(_parts(layer))
    if parts:
        return sum(count_of(one, masks) for one in parts)
    # It drew noise of any size, 0 too, and knew no seed; a dropout of rate 0 drew nothing.
    if isinstance(layer, keras.layers.GaussianNoise):
        return 1
    if _OWN in vars(layer):
        return int(vars(layer)[_OWN])
    rate, seed = getattr(layer, "rate", None), getattr(layer, "seed", None)
    if isinstance(layer, _DROPPING):
        # With a seed of its own an operation took no number of `np.random`.
        return int(rate is not None and 0 < rate < 1 and seed is None)
    gates = next((n for kind, n in _GATES.items() if _is_a(layer, kind)), 0)
    if not gates:
        return 0
    of_inputs, of_states = (
        0 < (getattr(layer, name, 0) or 0) < 1 for name in ("dropout", "recurrent_dropout")
    )
    # `ConvLSTM2D` of Keras 1 prepared nothing beforehand, whatever it was given.
    is_prepared = consumption.way(layer) == "cpu" and not _is_a(layer, "ConvLSTM2D")
    return gates * ((masks if is_prepared else 1) * of_inputs + of_states)


_DROPPING = (
    keras.layers.AlphaDropout,
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
)


def _is_a(layer: Any, kind: str) -> bool:
    return isinstance(layer, getattr(keras.layers, kind))


def _parts(layer: Any) -> Iterator[Any]:
    """The layers that a layer calls."""
    if isinstance(layer, keras.layers.Bidirectional):
        yield from (layer.forward_layer, layer.backward_layer)
    elif isinstance(layer, keras.layers.Wrapper):
        yield layer.layer
    elif isinstance(layer, keras.Model):
        yield from layer.layers
