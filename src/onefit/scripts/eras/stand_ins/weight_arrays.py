"""Which arrays `get_weights` gave and `set_weights` took, and in which order.

Keras 1 had three arrays for each gate of a recurrent layer and kernels with other axes. Keras 1 and
2 put what is trained in a model inside a model before the rest of it. Sources: `Layer.weights` and
`Container.get_weights` in `keras/engine/topology.py` of 1.2.2 and 2.2.4, the `build` of its layers
in `keras/layers` of 1.2.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.stand_ins import consumption
from onefit.scripts.eras.stand_ins.grown_models import OF_LOSSES
from onefit.scripts.eras.stand_ins.merging import flat

Function = Callable[..., Any]
_Parts = Callable[[Any], "list[Part]"]


class Part(NamedTuple):
    """An array of then: a variable, or some of its columns, with axes in another order.

    Args:
        variable: What Keras 3 has.
        is_trained: Whether it belongs to what is trained.
        columns: Along the last axis. Defaults to all.
        axes: The order of the axes then, by their numbers today; `-1` is an axis of length one.
            Defaults to that of today.
    """

    variable: keras.Variable
    is_trained: bool
    columns: slice = slice(None)
    axes: tuple[int, ...] = ()

    def read(self) -> np.ndarray:
        """The array of then."""
        found = np.asarray(self.variable.numpy())  # of a variable of the script it is a number
        found = found[..., self.columns] if found.ndim else found
        kept = [axis for axis in self.axes if axis >= 0]
        found = found.transpose(kept) if kept else found
        return np.array(np.expand_dims(found, [n for n, at in enumerate(self.axes) if at < 0]))

    def write(self, whole: np.ndarray, array: Any) -> None:
        """Put an array of then into the whole of today."""
        given, then = np.asarray(array), self.read().shape
        if given.shape != then:
            raise ValueError(
                f"expected an array of the shape {then} for {self.variable.path}, as the "
                f"script's Keras had it; received {given.shape}. Give set_weights the arrays that "
                "get_weights gives"
            )
        given = given.squeeze(tuple(n for n, at in enumerate(self.axes) if at < 0))
        kept = [axis for axis in self.axes if axis >= 0]
        whole[..., self.columns] = given.transpose(np.argsort(kept)) if kept else given


def _getting(parts_of: _Parts) -> Callable[[Function], Function]:
    """`get_weights` of a time, by what the arrays of a layer were."""

    def replace(original: Function) -> Function:
        def get_weights(self: Any) -> list[np.ndarray]:
            return [part.read() for part in _of_whole(self, parts_of)]

        return get_weights

    return replace


def _setting(parts_of: _Parts) -> Callable[[Function], Function]:
    """`set_weights` of the same."""

    def replace(original: Function) -> Function:
        def set_weights(self: Any, weights: Any) -> None:
            _write(self, _of_whole(self, parts_of), weights)

        return set_weights

    return replace


def _write(layer: Any, parts: list[Part], weights: Any) -> None:
    is_enough = len(weights) >= len(parts) and isinstance(layer, keras.Model)
    if len(parts) != len(weights) and not is_enough:  # a model took what it needed
        raise ValueError(
            f'You called `set_weights(weights)` on layer "{layer.name}" with a  weight list of '
            f"length {len(weights)}, but the layer was expecting {len(parts)} weights."
        )
    variables = {id(part.variable): part.variable for part in parts}
    # Several arrays of Keras 1 may be parts of one variable, which is assigned once, as a whole.
    wholes = {key: np.array(one.numpy()) for key, one in variables.items()}
    for part, array in zip(parts, weights):
        part.write(wholes[id(part.variable)], array)
    for key, variable in variables.items():
        variable.assign(wholes[key])


def _of_whole(layer: Any, parts_of: _Parts) -> list[Part]:
    """The arrays of `layer.get_weights()`: a model's are those of its layers, one by one."""
    if isinstance(layer, keras.layers.TimeDistributed):
        return _of_whole(layer.layer, parts_of)
    if not isinstance(layer, keras.Model):
        return _within(layer, parts_of)
    is_asked = parts_of is _variables_of_keras1 and isinstance(layer, keras.Sequential)
    of_each = _of_whole if is_asked else _within  # Keras 1's Sequential asked for get_weights()
    return _with_own(layer, [part for one in _inside(layer) for part in of_each(one, parts_of)])


def _within(layer: Any, parts_of: _Parts) -> list[Part]:
    """The arrays of `layer.weights`, as part of a model: what is trained, then the rest."""
    inner: list[Any] = []
    if isinstance(layer, keras.Model):
        inner = _inside(layer)
    elif isinstance(layer, keras.layers.Bidirectional):
        inner = [layer.forward_layer, layer.backward_layer]
    elif isinstance(layer, keras.layers.TimeDistributed):
        inner = [layer.layer]
    parts = [part for one in inner for part in _within(one, parts_of)]
    parts = _with_own(layer, parts) if inner else parts_of(layer)
    # Python's sort is stable: within both halves the order stays.
    return sorted(parts, key=lambda part: not part.is_trained)


def _inside(model: Any) -> list[Any]:
    """A model's layers; those of a model inside it, which a loss of the graph reads, count once."""
    beside = vars(model).get(OF_LOSSES, [])
    return [one for one in flat(model) if one not in beside]


def _with_own(model: Any, parts: list[Part]) -> list[Part]:
    """The arrays of a model's layers, after variables that are the model's own."""
    known = {id(part.variable) for part in parts}
    own = [one for one in model.weights if id(one) not in known]
    return [Part(one, bool(one.trainable)) for one in own] + parts


def _whole_variables(layer: Any) -> list[Part]:
    return [Part(one, bool(one.trainable)) for one in layer.weights]


_GATES = {"LSTM": (0, 2, 1, 3), "ConvLSTM2D": (0, 2, 1, 3), "GRU": (0, 1, 2)}
"""Where Keras 1's gates, i c f o and z r h, are among the columns of today."""

_FIRST = "channels_first"
_AXES = {
    ("Conv1D", ""): (0, -1, 1, 2),
    ("Conv2DTranspose", ""): (0, 1, 3, 2),
    ("Conv2DTranspose", _FIRST): (2, 3, 0, 1),
    ("Conv2D", _FIRST): (3, 2, 0, 1),
    ("ConvLSTM2D", _FIRST): (3, 2, 0, 1),
    ("SeparableConv2D", _FIRST): (3, 2, 0, 1),
    ("Conv3D", _FIRST): (4, 3, 0, 1, 2),
}
"""Keras 1's axes of kernels, by the class of today and the order of its data."""


def _variables_of_keras1(layer: Any) -> list[Part]:
    parts = _whole_variables(layer)
    kind = type(layer).__name__
    order = _FIRST if getattr(layer, "data_format", "") == _FIRST else ""
    axes = _AXES.get((kind, "" if kind == "Conv1D" else order), ())
    if axes:
        rank = len([axis for axis in axes if axis >= 0])
        parts = [
            part._replace(axes=axes) if len(part.variable.shape) == rank else part for part in parts
        ]
    gates = () if consumption.way(layer) == "gpu" else _GATES.get(kind, ())
    size = parts[0].variable.shape[-1] // len(gates) if gates and parts else 0
    return [
        part._replace(columns=slice(gate * size, (gate + 1) * size))
        for gate in gates
        for part in parts
    ] or parts


trained_first, set_trained_first = _getting(_whole_variables), _setting(_whole_variables)
"""Those of Keras 2: models inside a model give what is trained first."""

of_keras1, set_of_keras1 = _getting(_variables_of_keras1), _setting(_variables_of_keras1)
"""Those of Keras 1, with arrays for each gate."""


_OTHER_ARRAYS = (
    "LSTM", "GRU", "ConvLSTM2D", "Convolution1D", "AtrousConvolution1D", "Deconvolution2D",
)  # fmt: skip


def listed(call: Call) -> None:
    """A source that handles arrays of such layers has to be looked at."""
    found = [name for name in _OTHER_ARRAYS if call.mentions(name)]
    found += ["layers with dim_ordering"] if call.mentions('="th"') else []
    if found and call.target.endswith("_weights"):
        raise ValueError(
            f"the arrays of {found[0]} were others in Keras 1 (three for each gate, kernels with "
            "other axes): change what is done with them"
        )
