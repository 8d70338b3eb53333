"""Hidden layers: activation, width, initial weights, dropout, penalties, normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.doctor.changes.change import Argument, Change
from onefit.doctor.changes.output import head_of
from onefit.doctor.costs import heavier
from onefit.doctor.setup import Setup, arrays
from onefit.training.observation.layers import activation

if TYPE_CHECKING:
    from keras import Layer, Model

WIDE = ("Dense", "Conv1D", "Conv2D", "Conv3D", "LSTM", "GRU", "SimpleRNN")
PLAIN = ("Dense", "Conv1D", "Conv2D", "Conv3D")
NORMS = ("BatchNormalization",)
USUAL = ("GlorotUniform", "HeNormal", "HeUniform", "GlorotNormal", "LecunNormal", "LecunUniform",
         "Orthogonal", "OrthogonalInitializer")  # fmt: skip
SQUASHING = ("sigmoid", "tanh", "softmax", "hard_sigmoid", "softsign")
BOTTLENECK = 8
"""How many times as narrow as the widest hidden layer one is that is widened by itself."""
MUCH = 0.6
"""A share of dropped units with which a training and an evaluation are two networks."""
PENALTIES = ("kernel_regularizer", "bias_regularizer", "activity_regularizer",
             "recurrent_regularizer")  # fmt: skip


def hidden(model: Model) -> list[Any]:
    """The layers with weights before the last one."""
    head = head_of(model)
    found = [one for one in model._flatten_layers(include_self=False) if _has_size(one)]
    return [one for one in found if head is None or one.name != head.dense]


def _has_size(layer: Layer) -> bool:
    return type(layer).__name__ in WIDE


def layer_changes(setup: Setup) -> list[Change]:
    """What may be tried inside a network."""
    inner = hidden(setup.model)
    return [
        *_activations(inner, setup.model),
        *([] if _gives_its_inputs(setup) else _widths(inner)),
        *_initialisers(setup.model),
        *_regularisation(setup.model),
    ]


def _gives_its_inputs(setup: Setup) -> bool:
    """Whether the network gives its inputs again, through a layer that is narrow on purpose."""
    first, y = arrays(setup.rows.x)[0], setup.rows.y
    return first.shape == y.shape and y.ndim > 1 and bool(np.array_equal(first[:32], y[:32]))


def _named(layers: list[Any]) -> str:
    names = [str(one.name) for one in layers]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _activations(inner: list[Any], model: Model) -> list[Change]:
    plain = [one for one in inner if type(one).__name__ in PLAIN]
    behind = [one for one in model.layers if type(one).__name__ == "Activation"]
    if not plain:
        # A relu has no upper end: in a recurrence what it gives can grow with each step.
        recurrent = [one for one in inner if activation(one) == "relu"]
        return [_activation("OF515", "tanh", recurrent)] if recurrent else []
    linear = [one for one in plain if activation(one) == ""]
    squashed = [one for one in plain if activation(one) in SQUASHING]
    relus = [one for one in plain if activation(one) in ("relu", "relu6")]
    found = []
    if linear and not behind and not squashed and not relus:
        found.append(_activation("OF518", "relu", linear))
    if squashed:
        # The slope of a sigmoid is a quarter at most. Through several of them a gradient vanishes;
        # one is only an unusual choice.
        code = "OF514" if len(squashed) >= 2 else "OF518"
        found.append(_activation(code, "relu", squashed))
    if relus:
        # Both have a slope below 0, so that a unit which answers 0 to every row can come back.
        found.append(_activation("OF513", "gelu", relus))
        found.append(_activation("OF513", "leaky_relu", relus))
    return found


def _activation(code: str, word: str, layers: list[Any]) -> Change:
    names = {one.name for one in layers}

    def edit(layer: Layer, config: dict[str, Any]) -> None:
        if layer.name in names:
            config["activation"] = word

    name = f'activation="{word}"'
    return Change(
        code, name, f"{name} in {_named(layers)}", lambda setup: setup.with_edit(edit),
        cause=_named(layers), arguments=_written(layers, activation=f'"{word}"'),
    )  # fmt: skip


def _written(layers: list[Any], **arguments: str) -> tuple[Argument, ...]:
    """Arguments of layers as a script has them."""
    return tuple(
        Argument(str(one.name), name, code) for one in layers for name, code in arguments.items()
    )


def _widths(inner: list[Any]) -> list[Change]:
    dense = [one for one in inner if type(one).__name__ == "Dense"]
    if not dense or max(one.units for one in dense) > 512:
        return []
    narrow = min(dense, key=lambda one: one.units)
    is_bottleneck = BOTTLENECK * narrow.units <= max(one.units for one in dense)
    wider_ones = [narrow] if is_bottleneck else dense
    names = {one.name for one in wider_ones}

    def edit(layer: Layer, config: dict[str, Any]) -> None:
        if layer.name in names:
            config["units"] = max(4 * config["units"], 16)

    def wider(setup: Setup) -> Setup:
        changed = setup.with_edit(edit)
        # Between two layers that are both four times as wide are sixteen times as many weights.
        more = 2.0 if is_bottleneck else 4.0 if len(dense) < 2 else 16.0
        return changed.but(heavier=setup.heavier * heavier(setup, more))

    shown = f"Dense({max(4 * narrow.units, 16)})"
    named = f"{shown} in {narrow.name}"
    return [
        Change(
            "OF518", named if is_bottleneck else f"{shown}: hidden layers four times as wide",
            named, wider, cause=str(narrow.name),
            arguments=tuple(
                Argument(str(one.name), "units", str(max(4 * one.units, 16))) for one in wider_ones
            ),
        )
    ]  # fmt: skip


def _initialisers(model: Model) -> list[Change]:
    strange = [
        one
        for one in model._flatten_layers(include_self=False)
        if type(one).__name__ in WIDE and not _starts_as_usual(one)
    ]
    if not strange:
        return []
    names = {one.name for one in strange}

    def edit(layer: Layer, config: dict[str, Any]) -> None:
        if layer.name in names:
            config["kernel_initializer"] = "glorot_uniform"
            if "bias_initializer" in config:
                config["bias_initializer"] = "zeros"

    name = 'kernel_initializer="glorot_uniform"'
    return [
        Change(
            "OF516", name, f"{name} in {_named(strange)}", lambda setup: setup.with_edit(edit),
            cause=_named(strange),
            # Without them Keras takes the same by itself.
            arguments=_written(strange, kernel_initializer="", bias_initializer=""),
        )
    ]  # fmt: skip


def _starts_as_usual(layer: Layer) -> bool:
    """Whether a layer starts as Keras would start it."""
    kernel, bias = getattr(layer, "kernel_initializer", None), getattr(layer, "bias_initializer", 0)
    return type(kernel).__name__ in USUAL and type(bias).__name__ in ("Zeros", "int", "NoneType")


def _regularisation(model: Model) -> list[Change]:
    flat = list(model._flatten_layers(include_self=False))
    drops = [one for one in flat if float(getattr(one, "rate", 0) or 0) > 0
             and "Dropout" in type(one).__name__]  # fmt: skip
    inner = [one for one in flat if float(getattr(one, "dropout", 0) or 0) > 0
             or float(getattr(one, "recurrent_dropout", 0) or 0) > 0]  # fmt: skip
    norms = [one for one in flat if type(one).__name__ in NORMS]
    punished = [one for one in flat if any(getattr(one, name, None) for name in PENALTIES)]
    found = []
    if drops or inner:
        names = {one.name for one in [*drops, *inner]}
        code = "OF524" if any(float(one.rate) > MUCH for one in drops) else "OF525"

        def no_dropout(layer: Layer, config: dict[str, Any]) -> None:
            if layer.name in names:
                config |= {key: 0.0 for key in ("rate", "dropout", "recurrent_dropout")
                           if key in config}  # fmt: skip

        found.append(
            Change(
                code, "without dropout", f"rate=0 in {_named([*drops, *inner])}",
                lambda setup: setup.with_edit(no_dropout), cause=_named([*drops, *inner]),
                arguments=(
                    *_written(drops, rate="0.0"),
                    *_written(inner, dropout="", recurrent_dropout=""),
                ),
            )
        )  # fmt: skip
    if punished:
        punished_names = {one.name for one in punished}

        def no_penalty(layer: Layer, config: dict[str, Any]) -> None:
            if layer.name in punished_names:
                config |= {key: None for key in PENALTIES if key in config}

        found.append(
            Change(
                "OF525", "without the penalties on weights",
                f"no kernel_regularizer in {_named(punished)}",
                lambda setup: setup.with_edit(no_penalty), cause=_named(punished),
                arguments=_written(punished, **dict.fromkeys(PENALTIES, "")),
            )
        )  # fmt: skip
    if norms:
        norm_names = {one.name for one in norms}

        def quicker(layer: Layer, config: dict[str, Any]) -> None:
            if layer.name in norm_names:
                # With Keras's 0.99, 298 steps leave a twentieth of the start; with 0.8, 14 do.
                config["momentum"] = 0.8

        found.append(
            Change(
                "OF524", "BatchNormalization(momentum=0.8)",
                f"momentum=0.8 in {_named(norms)}", lambda setup: setup.with_edit(quicker),
                cause=_named(norms), arguments=_written(norms, momentum="0.8"),
            )
        )  # fmt: skip
    return found
