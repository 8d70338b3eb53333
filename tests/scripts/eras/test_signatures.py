"""The tables of the eras, against the released packages' signatures (record_signatures.py)."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import keras
import pytest

from onefit.scripts.eras.call import Happening, bind
from onefit.scripts.eras.era import named
from onefit.scripts.eras.positions import _OF, bound, positions
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


NOT_BY_PLACE = ("get", "serialize", "deserialize", "CallbackList", "ProgbarLogger", "Recurrent")
OF_ITS_OWN = {"keras.optimizers.Optimizer", "keras.layers.Identity", "keras.metrics.cosine"}
"""What Keras calls itself by its own order, and a function that was another one."""
ATROUS = ("AtrousConv1D", "AtrousConvolution1D", "AtrousConv2D", "AtrousConvolution2D")
"""Other names of convolutions today, with `atrous_rate` at the eighth place then."""


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_every_argument_has_its_place_of_then(era):
    rules = [rule for rule in RULES if era in rule.eras]
    moved = {rule.old: rule.new for rule in rules if isinstance(rule, Moved)}
    gone = {rule.name for rule in rules if isinstance(rule, Gone)}
    for target, then in SIGNATURES[era].items():
        owner, _, name = target.rpartition(".")
        today = class_of(moved.get(target, target))
        part = getattr(*home_of(today), None)
        is_own = era == "keras2" and today.rpartition(".")[2] in CONVOLUTIONS
        is_other = is_own or name in NOT_BY_PLACE or target in OF_ITS_OWN | gone
        if part is None or is_other or owner == "keras.Sequential":
            continue
        released = [one[0] for one in then]
        is_method = inspect.isclass(part) or owner == "keras.Model"
        called = part.__init__ if inspect.isclass(part) else part
        ours = list(positions(today, named(era), called, is_method))
        count = 7 if name in ATROUS else len(released)
        if name in ("l1", "l2", "activity_l1", "activity_l2", "maxnorm"):  # one number
            ours[0] = released[0]
        assert ours[:count] == released[:count], target


GIVEN = [
    ("keras1", "layers.Embedding", (5, 3, "uniform", None, None, None, None, True), "mask_zero"),
    ("keras1", "layers.BatchNormalization", (1e-5, 0, 1, 0.9), "momentum"),
    ("tf2", "losses.BinaryCrossentropy", (True, 0, "none"), "reduction"),
    ("tf2", "losses.BinaryCrossentropy", (True, 0, -1, "none"), "reduction"),
    ("tf2", "losses.SparseCategoricalCrossentropy", (True, "none"), "reduction"),
    ("tf2", "optimizers.SGD", (0.1, 0.9, True, "mine"), "name"),
    ("tf2", "callbacks.TensorBoard", ("logs", 0, True, False, "batch"), "update_freq"),
    ("tf2", "Model.load_weights", ("w.h5", True), "by_name"),
]


@pytest.mark.parametrize(("era", "path", "given", "last"), GIVEN)
def test_the_last_argument_is_the_one_of_then(era, path, given, last):
    target = f"keras.{path}"
    home, name = home_of(target)
    part = getattr(home, name)
    called = part.__init__ if inspect.isclass(part) else part
    names = positions(target, named(era), called, True)
    table = by_target([rule for rule in RULES if era in rule.eras])
    assert (
        passed(era, table, target, bound(target, named(era), names, given, {}))[last] == given[-1]
    )


@pytest.mark.parametrize("named_ones", [{}, {"epsilon": 1.0}])
def test_arguments_that_no_call_of_then_had_are_refused(named_ones):
    target, era = "keras.layers.BatchNormalization", named("keras1")
    names = positions(target, era, print, True)
    given = [1] * (1 if named_ones else 10)
    with pytest.raises(TypeError, match=r"OF203"):
        bound(target, era, names, given, named_ones)


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
