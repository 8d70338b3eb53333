"""The outputs of a model as the checks look at them: activations, losses, targets."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import Model, tree

from onefit.checks.case import Array, Layer, Output
from onefit.training.observation.case_layers import is_own, plain
from onefit.training.observation.layers import by_step, inner
from onefit.training.observation.outputs import Output as Seen
from onefit.training.observation.outputs import outputs_of

PASSING = ("Reshape", "Flatten", "Permute", "RepeatVector", "Identity")
"""Layers that leave the numbers as they are."""

NAMED = {
    "Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu",
    "Sigmoid": "sigmoid", "Tanh": "tanh", "Relu": "relu",
}  # fmt: skip
"""Layers and functions of `keras.ops` that are an activation by themselves."""

STEPWISE = ("LSTM", "GRU", "SimpleRNN")

Targets = tuple[Sequence[Array | None], Sequence[Array | None]]


def case_outputs(model: Model, layers: Sequence[Layer], targets: Targets) -> list[Output]:
    """The outputs of a model, each with its targets.

    Args:
        model: The model, compiled or not.
        layers: Its layers, for one that is not built yet.
        targets: The targets of training, and of validation, for each output.
    """
    found = []
    compiled = getattr(model, "optimizer", None) is not None
    seen = outputs_of(model) if compiled else [Seen("") for _ in _last(model)]
    last = _last(model) if len(_last(model)) == len(seen) else [None] * len(seen)
    for place, one in enumerate(seen):
        operation = _computing(last[place])
        shape, activation = one.shape, _activation(operation)
        if last[place] is not None and not shape:
            shape = _known_shape(last[place], layers)
        found.append(
            Output(
                name=one.name,
                layer=str(getattr(operation, "name", "")),
                activation=activation,
                shape=shape,
                loss=one.loss if one.is_keras else "",
                loss_settings={name: plain(value) for name, value in one.settings.items()},
                from_logits=one.logits,
                ignored=one.ignored,
                weight=one.weight,
                logged=one.logged,
                y=targets[0][place] if place < len(targets[0]) else None,
                valid_y=targets[1][place] if place < len(targets[1]) else None,
            )
        )
    return found


def _last(model: Model) -> list[Any]:
    """The operation behind each output; none for a subclassed model."""
    with contextlib.suppress(Exception):  # a subclassed model has no outputs
        return [one._keras_history.operation for one in tree.flatten(inner(model).outputs)]
    if isinstance(model, keras.Sequential) and model.layers:
        return [model.layers[-1]]
    return [None]


def _computing(operation: Any) -> Any:
    """The operation whose numbers an output has, behind reshapes and in nested models."""
    # Models within models have an end; a bound, because a graph could lead round in a circle.
    for _ in range(100):
        if isinstance(operation, keras.Model):
            last = _last(operation)
            operation = last[0] if len(last) == 1 else None
        elif type(operation).__name__ in PASSING and is_own(operation):
            try:
                operation = operation.input._keras_history.operation
            except Exception:  # it is not built, or is used several times
                return None
        else:
            return operation
    return None


def _activation(operation: Any) -> str:
    """The name of the activation that an operation ends with; `"?"` where it is not certain."""
    operation = by_step(operation)
    if operation is None or not is_own(operation):
        return "?"
    kind, function = type(operation).__name__, getattr(operation, "activation", None)
    if kind in NAMED and not _is_changed(operation):
        return NAMED[kind]
    if function is None or not is_own(function):
        return "?"
    name = str(getattr(function, "__name__", "?"))
    if kind in STEPWISE:
        return name if name == "tanh" else "?"
    return "" if name == "linear" else name


def _is_changed(operation: Any) -> bool:
    """Whether a layer such as `ReLU` is another function than its name says."""
    usual: Mapping[str, Any] = {"max_value": None, "threshold": 0.0, "axis": -1}
    is_relu = type(operation).__name__ == "ReLU"
    slope: float = getattr(operation, "negative_slope", 0.0) if is_relu else 0.0
    return bool(slope) or any(getattr(operation, k, v) not in (v, None) for k, v in usual.items())


def _known_shape(operation: Any, layers: Sequence[Layer]) -> tuple[int | None, ...]:
    name = str(operation.name)
    return next((one.shape for one in reversed(layers) if one.name == name), ())
