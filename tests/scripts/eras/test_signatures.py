"""The tables of the eras, against the released packages' signatures (record_signatures.py)."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import pytest

from onefit.scripts.eras.call import Happening
from onefit.scripts.eras.era import named
from onefit.scripts.eras.positions import _OF, positions
from onefit.scripts.eras.registry import RULES
from onefit.scripts.eras.rule import Translated

FOLDER = Path(__file__).parent / "signatures"
SIGNATURES = {path.stem: json.loads(path.read_text())["signatures"] for path in FOLDER.iterdir()}
ROOMS = ("keras.layers.", "keras.optimizers.")
# Keras 2's own Conv2D took Keras 1's rows and columns in the place of its size
CONVOLUTIONS = ("Conv2D", "Conv2DTranspose", "Conv3D", "SeparableConv2D", "Dropout", "MaxPooling1D")


def translated(era, target, arguments=()):
    """A call after all rules."""
    call = Happening(target, named(era), dict(arguments))
    for rule in RULES:
        if isinstance(rule, Translated) and era in rule.eras and target in _spread(rule):
            rule.translate(call)
    return call.arguments


def _spread(rule):
    names = set()
    for target in rule.targets:
        names |= (
            {f"{target[:-1]}{name}" for name in dir(keras.optimizers)}
            if target == "keras.optimizers.*"
            else {target}
        )
    return names


OPTIMIZERS = ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam")


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_defaults_of_optimizers(era, name):
    target = f"keras.optimizers.{name}"
    then = {one[0]: one[1] for one in SIGNATURES[era][target] if len(one) > 1}
    now = {one[0]: one[1] for one in SIGNATURES["keras3"][target] if len(one) > 1}
    then["learning_rate"] = then.pop("lr", then.get("learning_rate"))
    ours = now | translated(era, target)
    for argument in now.keys() & then.keys() - {"name", "ema_overwrite_frequency", "weight_decay"}:
        expected = 1e-7 if argument == "epsilon" and then[argument] is None else then[argument]
        assert ours[argument] == expected, argument


RECURRENT = ("LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "ConvLSTM2D", "Bidirectional")


@pytest.mark.parametrize("name", RECURRENT)
@pytest.mark.parametrize("era", ["keras2", "tf2"])
def test_defaults_of_recurrent_layers(era, name):
    target = f"keras.layers.{name}"
    then = {one[0]: one[1] for one in SIGNATURES[era][target] if len(one) > 1}
    now = {one[0]: one[1] for one in SIGNATURES["keras3"][target] if len(one) > 1}
    ours = now | translated(era, target)
    for argument in now.keys() & then.keys() - {"strides", "dilation_rate", "name"}:
        assert ours[argument] == then[argument], argument


POSITIONS = [
    (era, target) for era, table in _OF.items() for target in table if target in SIGNATURES[era]
]


@pytest.mark.parametrize(("era", "target"), POSITIONS)
def test_positions_are_those_of_the_release(era, target):
    if target.rpartition(".")[2] in CONVOLUTIONS:
        return
    released = [one[0] for one in SIGNATURES[era][target]]
    ours = positions(target, named(era), print, False)
    assert list(ours)[: len(released)] == released[: len(ours)]


@pytest.mark.parametrize("era", ["keras2", "tf2"])
def test_every_other_order_is_written_down(era):
    """Where no table has a target, its first arguments had the same names in the same order."""
    for target, then in SIGNATURES[era].items():
        now = SIGNATURES["keras3"].get(target)
        if now is None or target in _OF[era] or not target.startswith(ROOMS):
            continue
        if target == "keras.optimizers.Optimizer":  # Keras itself calls it, by its own order
            continue
        renamed = {"lr": "learning_rate", "alpha": "negative_slope"}
        common = [renamed.get(one[0], one[0]) for one in then]
        order = [one[0] for one in now if one[0] in common]
        assert [one for one in common if one in order][:3] == order[:3], target
