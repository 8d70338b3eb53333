"""The tables of the eras, against the released packages' signatures (record_signatures.py)."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import keras
import pytest

from onefit.scripts.eras.call import Happening, bind
from onefit.scripts.eras.era import named
from onefit.scripts.eras.positions import _OF, positions
from onefit.scripts.eras.registry import RULES
from onefit.scripts.eras.rule import Gone, Moved, Translated
from onefit.scripts.eras.stand_ins.normalization import with_mode
from onefit.scripts.eras.stand_ins.word_dropout import with_dropout
from onefit.scripts.eras.targets import by_target, home_of

FOLDER = Path(__file__).parent / "signatures"
SIGNATURES = {path.stem: json.loads(path.read_text())["signatures"] for path in FOLDER.iterdir()}
ROOMS = ("keras.layers.", "keras.optimizers.")
# Keras 2's own Conv2D took Keras 1's rows and columns in the place of its size
CONVOLUTIONS = (
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "SeparableConv2D",
    "ConvLSTM2D",
    "Dropout",
    "MaxPooling1D",
)


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


DEPTHWISE = [
    # Keras 2.2.4, and from 2.2.5 on
    ((3, 1, "same", 2, None, "relu", False, "ones"), (), {"activation": "relu", "use_bias": False}),
    ((3, 1, "valid", 1, None, None, True), (), {"activation": None, "use_bias": True}),
    ((3, 1, "same", 1, None, 2), (), {"dilation_rate": 2}),
    (
        (3, 1, "same", 1, None, (2, 2), "relu", False),
        (),
        {"dilation_rate": (2, 2), "activation": "relu", "use_bias": False},
    ),
    ((3, 1, "same", 1, None, 2), {"use_bias": False}, {"dilation_rate": 2, "use_bias": False}),
]


@pytest.mark.parametrize(("given", "named_ones", "expected"), DEPTHWISE)
def test_a_depthwise_convolution_tells_a_dilation_from_an_activation(given, named_ones, expected):
    target = "keras.layers.DepthwiseConv2D"
    names = positions(target, named("keras2"), print, False)
    found = translated("keras2", target, bind(names, given, dict(named_ones)))
    asked = ("dilation_rate", "activation", "use_bias")
    assert {name: found[name] for name in asked if name in found} == expected


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


OF_NUMBERS = ("layers", "optimizers", "losses", "metrics", "initializers", "regularizers")
LEFT_OUT = {
    "name": "a name of the optimizer's own",
    "decay": "a stand-in",
    "schedule_decay": "a stand-in",
    "forget_bias_init": "a stand-in",
    "weights": "a stand-in",
    "input_dim": "a stand-in",
    "input_shape": "a stand-in",
    "normalize": "an argument of the layer's, behind `**kwargs` today",
    "trainable": "an argument of every layer's",
    "activity_regularizer": "an argument of every layer's",
    "sparse": "False is None",
    "ragged": "False is None",
    "dtype": "float32 is None",
    "consume_less": "the same numbers",
    "l": "its default is that of `l1` or `l2`",
    "ema_overwrite_frequency": "means something with use_ema only, which Keras 3 wants to be told",
    "weight_decay": "0 is None",
}
"""Arguments whose defaults differ on paper only."""
DICTS = ("keras.src.losses.ALL_OBJECTS_DICT", "keras.src.metrics.ALL_OBJECTS_DICT")
_IN_THE_DOCS = """
ConvLSTM2DCell ConvRNN2D ConvRecurrent2D DenseFeatures EigenvalueRegularizer f1score fbeta_score
fscore Identity L1L2Regularizer MeanRelativeError MeanTensor matthews_correlation ParametricSoftplus
RandomHeight RandomWidth SReLU TFOptimizer
"""
_FOR_KERAS_ITSELF = """
clip_norm conv_input_length conv_output_length deserialize_keras_object func_dump func_load
get_from_module has_arg object_list_uid optimizer_from_config serialize_keras_object
time_distributed_dense to_list transpose_shape
"""
NOT_HERE = frozenset([*_IN_THE_DOCS.split(), *_FOR_KERAS_ITSELF.split()])
ADDED = {
    ("keras1", "BatchNormalization"): {
        "mode": inspect.signature(with_mode(print)).parameters["mode"].default
    },
    ("keras1", "Embedding"): {
        "dropout": inspect.signature(with_dropout(print)).parameters["dropout"].default
    },
}
"""Defaults of arguments that a stand-in gives to a class of Keras 3."""

ONE_AXIS = ("Conv1D", "Convolution1D", "Pool1D", "Pooling1D")
"""Layers that were `channels_last`, whatever keras.json said: a line of the docs' table."""


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf23", "tf2"])
def test_every_default_is_that_of_the_time(era):
    """A call without arguments is, after all rules, one with the defaults of the release."""
    of = "tf2" if era == "tf23" else era
    rules = [rule for rule in RULES if of in rule.eras]
    table = by_target(rules)
    moved = {rule.old: rule.new for rule in rules if isinstance(rule, Moved)}
    stand_ins = {rule.name for rule in rules if isinstance(rule, Gone)}
    for target, then in SIGNATURES[era].items():
        _, room, name = target.split(".", 2)
        today = class_of(moved.get(target, target))
        now = SIGNATURES["keras3"].get(today)
        if room not in OF_NUMBERS or name in ("get", "serialize", "deserialize", "Recurrent"):
            continue
        if now is None:
            in_place = (
                target in stand_ins
                or target in moved
                or {f"{path}.{name}" for path in DICTS} & stand_ins
            )
            assert in_place or name in NOT_HERE, target
            continue
        ours = {one[0]: one[1] for one in now if len(one) > 1} | passed(of, table, today, {})
        ours |= ADDED.get((era, name), {})
        given = {one[0]: one[1] for one in then if len(one) > 1}
        for argument, value in passed(of, table, today, given).items():
            if argument in LEFT_OUT or (argument == "data_format" and name.endswith(ONE_AXIS)):
                continue
            assert plain(ours[argument]) == plain(value), (target, argument)


def class_of(target):
    """The target under the class's own name: `AvgPool2D` is `AveragePooling2D`."""
    home, name = home_of(target)
    part = getattr(home, name, None)
    is_alias = inspect.isclass(part) and not name.islower()
    return f"{target.rpartition('.')[0]}.{part.__name__}" if is_alias else target


def passed(era, table, target, arguments):
    call = Happening(target, named(era), dict(arguments))
    for rule in table.get(target, ()):
        rule.translate(call)
    return call.arguments


def plain(value):
    """`2`, `(2, 2)` and `((2, 2), (2, 2))` are one size; `"zero"` and `Zeros` one initializer."""
    while isinstance(value, list | tuple) and value and all(one == value[0] for one in value):
        value = value[0]
    words = {"zero": "Zeros", "zeros": "Zeros", "one": "Ones", "ones": "Ones"}
    return words.get(value, value) if isinstance(value, str) else value
