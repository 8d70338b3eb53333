"""Mistakes in what `fit_many` is given: told before anything runs, nothing touched."""

from __future__ import annotations

import random
import tracemalloc

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers
from nets import table
from sklearn import model_selection as ms

import onefit
from onefit.errors import PopulationError
from onefit.population.members.member_table import Wanted

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(40)
ROWS = np.arange(40)
TWO = {"p": Y, "q": Y}
WITH_NAN = np.where(ROWS == 3, np.nan, Y).astype("float32")
MANY_LABELS = np.stack([Y, Y, 1 - Y], 1)
FIVES = ROWS % 5
LAST = 2**32 - 1
STOP = keras.callbacks.EarlyStopping


def net(momentum=0.0, outputs=1):
    made = keras.Sequential(
        [keras.Input((5,)), layers.Dense(4, name="d"), layers.Dense(outputs, name="out")]
    )
    made.compile(keras.optimizers.SGD(0.1, momentum=momentum), "mse")
    return made


def two_outputs():
    inputs = keras.Input((5,))
    made = keras.Model(inputs, {name: layers.Dense(1, name=name)(inputs) for name in ("p", "q")})
    made.compile("sgd", "mse")
    return made


def needs(units):
    return net(outputs=units)


def may(units=1):
    return net(outputs=units)


class Broken:
    """A splitter that fails in a way of its own."""

    def split(self, x, y, groups):
        raise KeyError("nothing here")

    def __repr__(self):
        return "Broken()"


def said(build, arguments):
    """What is told of a mistake; the model and every random state are as they were."""
    model = build()
    before = [np.array(w) for w in model.get_weights()]
    numpy, python = np.random.get_state(), random.getstate()
    with pytest.raises(PopulationError) as raised:
        onefit.fit_many(model, **{"x": X, "y": Y, "epochs": 1, "verbose": 0, **arguments})
    for ours, own in zip(model.get_weights(), before):
        np.testing.assert_array_equal(ours, own)
    assert not model.optimizer.built or not int(model.optimizer.iterations.value)
    after = np.random.get_state()
    assert after[2:] == numpy[2:] and np.array_equal(after[1], numpy[1])
    assert random.getstate() == python
    text = str(raised.value)
    assert text.startswith("Expected ") and "eceived" in text and text.endswith(".")
    return text


NUMBERS = [
    ("restarts", [None, True, 0, -1, 1.5, "a"]),
    ("bootstrap", [True, 0, 1.5, "a"]),
    ("seed", [-1, 1.5, "a", None, True, 2**32]),
    ("epochs", [1.5, "3", True, 0, -1]),
    ("batch_size", [-1, 1.5, "3", 0, True]),
    ("validation_batch_size", [-1, 1.5, "3", 0]),
    ("validation_freq", [0, -1, 1.5, "a", None, ["a"], [0]]),
    ("validation_split", ["a", -0.1, 1.0, True, float("nan")]),
    ("folds", [True, 2.5, "abc", 1, 99]),
    ("stratify", ["yes", 1, None]),
    ("shuffle", ["batch", None]),
]


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in NUMBERS for value in values], ids=repr
)
def test_numbers(name, value):
    text = said(net, {name: value})
    got = value[0] if isinstance(value, list) else value
    assert f"`{name}" in text and repr(got) in text


@pytest.mark.parametrize(
    ("arguments", "counted"),
    [
        ({"seed": LAST, "restarts": 2}, "2"),
        ({"seed": LAST - 2, "restarts": 2, "bootstrap": 2}, "4"),
    ],
)
def test_seeds_beyond_numpys(arguments, counted):
    text = said(net, arguments)
    assert f"seed={arguments['seed']}" in text and f"{counted} are counted" in text


def test_the_last_seed_is_taken():
    nets = onefit.fit_many(net(), X, Y, seed=np.int64(LAST - 1), restarts=2, epochs=1, verbose=0)
    assert [member.seed for member in nets.members] == [LAST - 1, LAST]


ROWS_AND_CLASSES = {
    "stratify alone": ({"stratify": True}, ["`stratify=True`", "no `folds`"]),
    "stratify, bootstrap": ({"stratify": True, "bootstrap": 2}, ["`stratify=True`", "`bootstrap`"]),
    "stratify, KFold": ({"stratify": True, "folds": ms.KFold(3)}, ["`stratify`", "KFold(n_splits"]),
    "stratify, pairs": (
        {"stratify": True, "folds": [(ROWS[:9], ROWS[9:])]},
        ["`stratify`", "pairs of row numbers"],
    ),
    "stratify NaN": ({"stratify": True, "folds": 3, "y": WITH_NAN}, ["NaN in `y`", "row 3"]),
    "splitter NaN": ({"folds": ms.StratifiedKFold(3), "y": WITH_NAN}, ["NaN in `y`", "row 3"]),
    "no y": ({"stratify": True, "folds": 3, "y": None}, ["`y=None`"]),
    "groups, KFold": ({"folds": ms.KFold(3), "groups": FIVES}, ["`groups`", "KFold", "group 0"]),
    "groups, pairs": ({"folds": [(ROWS[:9], ROWS[9:])], "groups": FIVES}, ["`groups`", "pairs"]),
    "no groups": ({"folds": ms.GroupKFold(3)}, ["GroupKFold", "'groups'"]),
    "too many splits": ({"folds": ms.KFold(50)}, ["KFold", "n_splits=50"]),
    "a splitter's own": ({"folds": Broken()}, ["Broken()", "nothing here"]),
    "groups, TimeSeriesSplit": (
        {"folds": ms.TimeSeriesSplit(2), "groups": FIVES},
        ["`groups`", "TimeSeriesSplit", "group 0"],
    ),
    "a class": ({"folds": ms.KFold}, ["the class KFold", "`KFold(...)`"]),
    "no pairs": ({"folds": [(ROWS[:9], ROWS[9:], ROWS)]}, ["`folds`", "array([0, 1, 2"]),
    "no arrays": ({"folds": [(1, 2)]}, ["`folds`", "shape ()"]),
    "columns": ({"folds": [(ROWS[:9, None], ROWS[9:, None])]}, ["`folds`", "(9, 1)"]),
    "overlap": ({"folds": [(ROWS[:20], ROWS[15:])]}, ["`folds`", "5 of them, row 15"]),
    "masks overlap": ({"folds": [(ROWS < 20, ROWS > 15)]}, ["`folds`", "4 of them, row 16"]),
    "a long mask": ({"folds": [(np.ones(50, bool), ROWS)]}, ["`folds`", "bool of shape (50,)"]),
    "an empty mask": ({"folds": [(ROWS < 0, ROWS)]}, ["`folds`", "shape (0,)"]),
    "far rows": ({"folds": [([0, 1], [2, 99])]}, ["`folds`", "from 2 to 99"]),
    "None in groups": ({"folds": 2, "groups": ["a", 1, None, 2.0] * 10}, ["`groups`", "None"]),
    "NaN in groups": ({"bootstrap": 2, "groups": [1.0, np.nan] * 20}, ["`groups`", "NaN"]),
    "mixed groups": (
        {"folds": 2, "groups": np.array(["a", 1] * 20, object)},
        ["`groups`", "int and str"],
    ),
    "groups as text": ({"folds": 2, "groups": "abc"}, ["`groups`", "Received: ()"]),
    "no targets": ({"y": None}, ["`y=None`", "loss"]),
    "validation (x,)": ({"validation_data": (X,)}, ["`validation_data`", "tuple of 1"]),
    "validation x": ({"validation_data": X}, ["`validation_data`", "ndarray"]),
    "validation of 4": ({"validation_data": (X, Y, Y, Y)}, ["`validation_data`", "tuple of 4"]),
}


@pytest.mark.parametrize("name", ROWS_AND_CLASSES)
def test_rows(name):
    arguments, told = ROWS_AND_CLASSES[name]
    text = said(net, arguments)
    assert all(word in text for word in told), text


@pytest.mark.parametrize(
    "folds", [{"folds": 3, "stratify": True}, {"folds": ms.StratifiedKFold(3)}]
)
@pytest.mark.parametrize(
    ("build", "y", "told"),
    [
        (lambda: net(outputs=3), MANY_LABELS, "3 columns that do not add up to 1"),
        (lambda: net(outputs=2), X[:, :2], "2 columns that do not add up to 1"),
        (two_outputs, TWO, "several outputs"),
    ],
    ids=["many labels", "a regression", "several outputs"],
)
def test_rows_without_one_class_are_not_stratified(folds, build, y, told):
    text = said(build, {**folds, "y": y})
    assert "to stratify by" in text and told in text


SWEEPS = [
    (["a"], ["`sweep`", "list", "['a']"]),
    ("a", ["`sweep`", "str", "'a'"]),
    (3, ["`sweep`", "int", "3"]),
    ({1: [0.1]}, ["`sweep`", "Received: 1."]),
    ({"": [0.1]}, ["`sweep`", "''"]),
    ({"learning_rate": "abc"}, ["'learning_rate'", "'abc'"]),
    ({"learning_rate": [True]}, ["'learning_rate'", "True"]),
    ({"class_weight.a": [1.0]}, ["'class_weight.a'"]),
    ({"class_weight.": [1.0]}, ["'class_weight.'"]),
    ({"class_weight.1.2": [1.0]}, ["'class_weight.1.2'"]),
    ({"class_weight.7": [1.0]}, ["class 7", "0, 1"]),
    ({"class_weight.1": ["a"]}, ["'class_weight.1'", "'a'"]),
    ({"class_weight": ["balanced"]}, ["`class_weight`", "'balanced'"]),
    ({"class_weight": [1.0]}, ["`class_weight`", "1.0"]),
    ({"class_weight": [{"a": 1.0}]}, ["`class_weight`", "{'a': 1.0}"]),
    ({"class_weight": [{0: "a"}]}, ["`class_weight`", "{0: 'a'}"]),
    ({"class_weight": [None, {7: 2.0}]}, ["class 7", "0, 1"]),
    ({"class_weight": [{0: 1.0}], "class_weight.1": [2.0]}, ["'class_weight.1'", "once"]),
    (
        {"learning_rate": [0.1], "optimizer.learning_rate": [0.2]},
        ["'learning_rate'", "'optimizer.learning_rate'", "once"],
    ),
]


@pytest.mark.parametrize(("sweep", "told"), SWEEPS, ids=lambda part: repr(part)[:50])
def test_sweeps(sweep, told):
    text = said(net, {"sweep": sweep})
    assert all(word in text for word in told), text


@pytest.mark.parametrize(
    ("build", "arguments", "told"),
    [
        (net, {"class_weight": "balanced"}, ["`class_weight`", "'balanced'"]),
        (net, {"class_weight": [1, 2]}, ["`class_weight`", "[1, 2]"]),
        (net, {"class_weight": {0: 1.0, 7: 1.0}}, ["class 7", "0, 1"]),
        (net, {"class_weight": {0: 1.0}, "sample_weight": np.ones(40)}, ["class weights", "both"]),
        (
            net,
            {"sweep": {"class_weight.0": [1.0]}, "sample_weight": np.ones(40)},
            ["class weights", "both"],
        ),
        (two_outputs, {"class_weight": {0: 1.0}, "y": TWO}, ["class weights", "several outputs"]),
        (two_outputs, {"sweep": {"class_weight.0": [1.0]}, "y": TWO}, ["several outputs"]),
    ],
)
def test_class_weights(build, arguments, told):
    text = said(build, arguments)
    assert all(word in text for word in told), text


@pytest.mark.parametrize(
    ("build", "arguments", "told"),
    [
        (needs, {}, ["'units'", "no sweep", "takes: units"]),
        (needs, {"sweep": {"unts": [1]}}, ["'units'", "'unts'", "takes: units"]),
        (may, {"sweep": {"unts": [1]}}, ["'unts'", "takes: units"]),
        (dict, {}, ["'dict'", "`def`"]),
        (net, {"y": None}, ["`y=None`", "loss"]),
    ],
)
def test_functions_that_build(build, arguments, told):
    state = np.random.get_state()
    with pytest.raises(PopulationError) as raised:
        onefit.fit_many(build, **{"x": X, "y": Y, "epochs": 1, "verbose": 0, **arguments})
    assert all(word in str(raised.value) for word in told), raised.value
    assert np.array_equal(np.random.get_state()[1], state[1])


@pytest.mark.parametrize(
    ("callback", "told"),
    [
        (STOP, ["the class EarlyStopping itself", "`EarlyStopping(...)`"]),
        (keras.callbacks.ModelCheckpoint, ["the class ModelCheckpoint itself", "Leave it out"]),
        ("stop", ["Received: str"]),
        (keras.callbacks.CSVLogger("log.csv"), ["Received: CSVLogger", "Leave it out"]),
    ],
    ids=["class with advice", "class", "text", "object"],
)
def test_callbacks(callback, told):
    text = said(net, {"callbacks": [callback]})
    assert all(word in text for word in told), text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("a", 1, 2), ["low='a'"]),
        ((0, 1, 2), ["low=0"]),
        ((1, 1, 2), ["high=1"]),
        ((1, float("inf"), 2), ["high=inf"]),
        ((1, 2, 2.5), ["`n`", "2.5"]),
        ((1, 2, 0), ["`n`", "0"]),
        ((1, 2, 3, -1), ["`seed`", "-1"]),
        ((1, 2, 3, 2**32), ["seed", str(2**32)]),
    ],
    ids=str,
)
def test_log_uniform(arguments, told):
    with pytest.raises(PopulationError) as raised:
        onefit.log_uniform(*arguments)
    assert all(word in str(raised.value) for word in told), raised.value


@pytest.mark.parametrize(
    "arguments",
    [
        {"restarts": 10**9},
        {"bootstrap": 10**9},
        {"epochs": 10**12},
        {"folds": 40, "restarts": 10**8},
        {"sweep": {f"layers.d.{name}": range(1000) for name in "abcd"}},
    ],
    ids=lambda arguments: next(iter(arguments)),
)
@pytest.mark.parametrize("build", [net, lambda: net], ids=["model", "function"])
def test_more_members_than_fit_in_memory_are_not_even_counted_out(arguments, build, monkeypatch):
    def never(*_):
        raise AssertionError("members were made")

    monkeypatch.setattr(Wanted, "parts", never)
    model = build()
    tracemalloc.start()
    try:
        with pytest.raises(PopulationError, match="fit in memory") as raised:
            onefit.fit_many(model, X, Y, **{"epochs": 1, "verbose": 0, **arguments})
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()
    assert "MiB are free" in str(raised.value)


def test_a_splitter_with_more_folds_than_fit_is_refused_before_its_members_are_made(monkeypatch):
    monkeypatch.setattr(Wanted, "_every", lambda *_: pytest.fail("members were made"))
    with pytest.raises(PopulationError, match="fit in memory"):
        onefit.fit_many(net(), X, Y, folds=ms.KFold(20), restarts=10**8 // 2, epochs=1, verbose=0)


def test_states_that_do_not_fit_are_not_drawn(monkeypatch):
    wide = keras.Sequential([keras.Input((5,)), layers.Dense(1000), layers.Dense(1)])
    wide.compile("adam", "mse")
    monkeypatch.setattr("onefit.population.members.free_memory.available", lambda: 4_000_000)
    monkeypatch.setattr(
        "onefit.population.models.initial_weights.Starts.of", lambda *_: pytest.fail("drawn")
    )
    told = r"fit in memory. Received: 100 of about 16\d\.\d KiB"
    with pytest.raises(PopulationError, match=told):
        onefit.fit_many(wide, X, Y, restarts=100, epochs=1, verbose=0)


HOLE = X.copy()
HOLE[7, 3] = np.nan


DATES = np.full(40, np.datetime64("2020-01-01"))
VALUES = {
    "y of nothing": ({"y": []}, ["`y`", "empty list"]),
    "y of rank 0": ({"y": np.array(3.0)}, ["`y`", "shape ()"]),
    "x of rank 0": ({"x": np.array(3.0)}, ["`x`", "shape ()"]),
    "no x": ({"x": None}, ["`x`", "None"]),
    "text": ({"x": "text"}, ["`x`", "str"]),
    "words": ({"y": np.array(["a"] * 40)}, ["`y`", "text", "numpy.unique"]),
    "a list of words": ({"y": ["no", "yes"] * 20}, ["`y`", "40 words, such as 'no'"]),
    "words as objects": ({"y": np.array(["no"] * 40, object)}, ["`y`", "str", "numpy.unique"]),
    "a column of words": (
        {"x": pd.DataFrame({"age": ROWS * 1.0, "town": ["Ulm", "Bern"] * 20})},
        ["`x`", "town (str)", "get_dummies"],
    ),
    "a list of labels": ({"y": Y.tolist()}, ["`y`", "40 numbers", "numpy.asarray(y"]),
    "a long list": ({"x": np.zeros((4000, 9)).tolist()}, ["`x`", "4,000 rows", "numpy.asarray(x"]),
    "a stream beside y": ({"x": iter([(X, Y)])}, ["`y`", "iterator", "Leave it out"]),
    "a stream as y": ({"y": iter([Y])}, ["`y`", "of which batches are read from `x`"]),
    "an empty stream": ({"x": iter([]), "y": None}, ["`x`", "without a batch"]),
    "single numbers": ({"x": iter([(1.0, 0.0)]), "y": None}, ["batches of rows", "single numbers"]),
    "no epochs": ({"epochs": None}, ["`epochs`", "EarlyStopping"]),
    "one NaN in x": ({"x": HOLE}, ["x, column 3 (1 of 40 values, the first in row 7)", "row 7"]),
    "one NaN in a table": (
        {"x": pd.DataFrame(HOLE, columns=list("abcde"))},
        ["column 'd' (1 of 40", "row 7"],
    ),
    "one NaN in y": ({"y": WITH_NAN}, ["NaN or infinity in y (1 of 40 values", "row 3"]),
    "one NaN to validate on": (
        {"validation_data": (HOLE, Y)},
        ["validation_data: x, column 3 (1 of 40", "row 7"],
    ),
    "a set": ({"y": {1, 2}}, ["`y`", "set"]),
    "numbers as objects": (
        {"y": np.zeros(40).astype(object)},
        ["numbers, each a Python object", "astype('float32')"],
    ),
    "lists in a column": (
        {"x": pd.DataFrame({"a": [[1.0, 2.0]] * 40, "b": [1.0] * 40})},
        ["lists in column 'a'", "a column of its own"],
    ),
    "ragged": ({"x": np.array([np.zeros(i % 3) for i in range(40)], object)}, ["unequal lengths"]),
    "dates": ({"y": DATES}, ["`y`", "dates", "2020-01-01"]),
    "complex": ({"x": X.astype("complex64")}, ["`x`", "complex64"]),
    "other bytes": ({"x": X.astype(">f4")}, ["`x`", "byte order"]),
    "masked": ({"x": np.ma.array(X)}, ["`x`", "masked"]),
    "fewer labels": ({"y": Y[:30]}, ["40 in `x`", "30 in `y`"]),
    "fewer weights": ({"sample_weight": np.ones(3)}, ["3 in `sample_weight`"]),
    "a weight": ({"sample_weight": 1.0}, ["`sample_weight`", "float"]),
    "no rows": ({"x": X[:0], "y": Y[:0]}, ["`x`", "(0, 5)"]),
    "x of NaN": ({"x": X * np.nan}, ["`x`", "NaN"]),
    "y of NaN": ({"y": Y * np.nan}, ["`y`", "NaN"]),
    "weights of NaN": ({"sample_weight": np.full(40, np.nan)}, ["`sample_weight`", "NaN"]),
    "validation of nothing": ({"validation_data": ([], [])}, ["`validation_data: x`"]),
    "validation of text": ({"validation_data": ("a", "b")}, ["`validation_data: x`", "str"]),
    "validation rows": ({"validation_data": (X, Y[:3])}, ["3 in `validation_data: y`"]),
    "a tiny split": ({"validation_split": 1e-9}, ["`validation_split`", "1e-09 of 40"]),
    "verbose": ({"verbose": "x"}, ["`verbose`", "'x'"]),
    "weights below 0": ({"class_weight": {0: -1.0}}, ["`class_weight`", "-1.0", "at least 0"]),
    "without end": ({"sweep": {"learning_rate": range(10**9)}}, ["1,000,000,000"]),
}


def test_rows_with_nan_are_taken_where_the_model_is_made_for_them():
    def without_gaps(y, predicted):
        known = keras.ops.logical_not(keras.ops.isnan(y))
        error = keras.ops.square(keras.ops.where(known, y, 0.0) - predicted)
        return keras.ops.mean(keras.ops.where(known, error, 0.0))

    made = keras.Sequential([keras.Input((5,)), layers.Dense(1)])
    made.compile("sgd", without_gaps)
    nets = onefit.fit_many(made, X, WITH_NAN[:, None], restarts=2, epochs=2, verbose=0)
    assert np.isfinite(nets.history["loss"]).all()


MEANT = {
    "cv": "`folds`",
    "n_splits": "`folds`",
    "fold": "`folds`",
    "n_restarts": "`restarts`",
    "n_estimators": "`restarts`",
    "lr": "'learning_rate'",
    "random_state": "`seed`",
    "param_grid": "`sweep`",
    "restrats": "`restarts`",
    "n_jobs": "all cores",
    "n_iter": "`epochs`",
    "learning_rate": "`sweep={'learning_rate'",
    "metrics": "`compile`",
}


@pytest.mark.parametrize("name", MEANT)
def test_names_of_other_tools(name):
    with pytest.raises(TypeError) as raised:
        onefit.fit_many(net(), X, Y, epochs=1, **{name: 5})
    assert repr(name) in str(raised.value) and MEANT[name] in str(raised.value)
    with pytest.raises(TypeError) as plain:
        onefit.fit_many(net(), X, Y, epochs=1, nothing_like_it=5)
    assert "Did you mean" not in str(plain.value)


def test_a_range_is_for_a_search():
    text = said(net, {"sweep": {"learning_rate": onefit.log_uniform(1e-3, 1e-1)}})
    assert "Received: a range" in text and "n=20" in text and "onefit.search" in text


def test_a_member_is_printed_on_one_line():
    nets = onefit.fit_many(net(), X, Y, folds=3, epochs=1, verbose=0)
    rows = len(X)
    assert repr(nets.members[1]) == (
        f"Member(number=1, seed=0, restart=0, fold=1, train={rows - rows // 3} rows, "
        f"held={rows // 3} rows, valid={rows // 3} rows)"
    )


def test_a_swept_name_of_another_tool():
    assert "Did you mean 'learning_rate'?" in said(net, {"sweep": {"lr": [0.1]}})
    assert "Did you mean 'layers.d.units'" not in said(net, {"sweep": {"units": [1]}})


@pytest.mark.parametrize("name", VALUES)
def test_values(name):
    arguments, told = VALUES[name]
    text = said(net, arguments)
    assert all(word in text for word in told), text


RATES = keras.callbacks.LearningRateScheduler
CALLBACKS = [
    (STOP("loss", patience="3"), ["`patience` of EarlyStopping", "'3'"]),
    (STOP("loss", patience=float("nan")), ["`patience`", "nan"]),
    (STOP(None), ["`monitor` of EarlyStopping", "None"]),
    (STOP("loss", baseline="a"), ["`baseline`", "'a'"]),
    (STOP("loss", restore_best_weights="yes"), ["`restore_best_weights`", "'yes'"]),
    (keras.callbacks.ReduceLROnPlateau("loss", min_lr="a"), ["`min_lr`", "'a'"]),
    (RATES(lambda epoch, rate: "x"), ["epoch 0", "Got: x"]),
    (RATES(lambda epoch, rate: rate if epoch < 2 else 1 / 0), ["epoch 2", "ZeroDivisionError"]),
    (RATES(lambda epoch, rate: float("nan")), ["nan in epoch 0"]),
]


@pytest.mark.parametrize(("callback", "told"), CALLBACKS, ids=range(len(CALLBACKS)))
def test_settings_of_callbacks(callback, told):
    text = said(net, {"callbacks": [callback], "epochs": 3})
    assert all(word in text for word in told), text


class Gap(keras.metrics.Mean):
    """The mean distance; the base of the others."""

    def __init__(self, name="gap", **given):
        super().__init__(name=name, **given)

    def update_state(self, y, p, sample_weight=None):
        return super().update_state(keras.ops.abs(y - p))


class Counts(Gap):
    """Counts its epochs, and adds their number to its result."""

    epochs = 0

    def reset_state(self):
        self.epochs += 1
        super().reset_state()

    def result(self):
        return super().result() + self.epochs


class Prints(Gap):
    def reset_state(self):
        print("reset")
        super().reset_state()


class Asks(Gap):
    """Asks a value whether it is true: nothing that a trace knows."""

    def reset_state(self):
        if self.count > 2:
            super().reset_state()


class Resets(keras.Sequential):
    """Counts its passes in a weight of its own."""

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.passes = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def reset_metrics(self):
        super().reset_metrics()
        self.passes.assign_add(1.0)


def measured(metric=Gap, kind=keras.Sequential):
    made = kind([keras.Input((5,)), layers.Dense(1)])
    made.compile("sgd", "mse", metrics=[metric()])
    return made


@pytest.mark.parametrize("as_function", [False, True])
@pytest.mark.parametrize(
    ("metric", "told"),
    [
        (Counts, "Counts.reset_state, which runs Python"),
        (Prints, "Prints.reset_state, which runs Python"),
        (Asks, "TracerBoolConversionError"),
    ],
)
def test_metrics_that_run_python_between_epochs(metric, told, as_function, capsys):
    """With plain Keras each member would count its own epochs, and each epoch would be printed."""
    if as_function:
        with pytest.raises(PopulationError) as raised:
            onefit.fit_many(lambda: measured(metric), X, Y, epochs=3, restarts=2, verbose=0)
        text = str(raised.value)
    else:
        text = said(lambda: measured(metric), {"epochs": 3, "restarts": 2})
    assert told in text and "one by one with `fit`" in text
    assert capsys.readouterr().out == ""


def test_a_model_that_counts_its_passes():
    with pytest.raises(PopulationError, match="reset_metrics"):
        onefit.fit_many(lambda: measured(kind=Resets), X, Y, epochs=2, verbose=0)


def test_a_metric_that_does_not_take_its_own_config():
    class Bare(Gap):
        def __init__(self):
            super().__init__()

    text = said(lambda: measured(Bare), {})
    assert "Received: Bare" in text and "'name'" in text


def test_a_model_that_is_not_compiled():
    with pytest.raises(PopulationError, match="Expected a compiled model"):
        onefit.fit_many(
            keras.Sequential([keras.Input((5,)), layers.Dense(1)]), X, Y, epochs=1, verbose=0
        )


# what is taken


class Best(Gap):
    """Keeps the smallest mean of all epochs so far in a variable."""

    def __init__(self, **given):
        super().__init__(**given)
        self.best = self.add_variable((), keras.initializers.Constant(9.0), name="best")

    def reset_state(self):
        mean = keras.ops.where(self.count > 0, self.total / self.count, 9.0)
        self.best.assign(keras.ops.minimum(self.best, mean))
        self.total.assign(0.0)
        self.count.assign(0)

    def result(self):
        return self.best + 0.0


def test_a_metric_that_keeps_a_value_in_a_variable_does_what_it_does_in_keras():
    nets = onefit.fit_many(measured(Best), X, Y, epochs=4, restarts=2, verbose=0)
    for number, member in enumerate(nets.members):
        keras.utils.set_random_seed(member.seed)
        history = measured(Best).fit(X, Y, epochs=4, verbose=0).history
        expected = history["gap"]
        assert expected[0] == 9.0 > expected[-1]
        np.testing.assert_allclose(nets.history["gap"][number], expected, rtol=1e-6)


def test_batches_beyond_all_rows():
    nets = onefit.fit_many(
        net(), X, Y, folds=2, batch_size=10**12, validation_batch_size=10**12, epochs=1, verbose=0
    )
    assert np.isfinite(nets.history["val_loss"]).all()


@pytest.mark.parametrize("splitter", [ms.KFold(3), ms.ShuffleSplit(2, random_state=0)], ids=str)
def test_splitters_that_do_not_stratify_take_several_outputs(splitter):
    nets = onefit.fit_many(two_outputs(), X, TWO, folds=splitter, epochs=2, verbose=0)
    expected = list(splitter.split(X))
    assert len(nets) == len(expected)
    for member, (train, held) in zip(nets.members, expected):
        np.testing.assert_array_equal(member.train, train)
        np.testing.assert_array_equal(member.held, held)
    assert np.isfinite(nets.history["val_loss"]).all()


def test_masks_are_what_their_row_numbers_are():
    pairs = list(ms.KFold(3).split(X))
    masks = [(np.isin(ROWS, train), np.isin(ROWS, held).tolist()) for train, held in pairs]
    by_mask, by_number = (
        onefit.fit_many(net(), X, Y, folds=folds, epochs=2, verbose=0) for folds in (masks, pairs)
    )
    for ours, theirs in zip(by_mask.members, by_number.members):
        np.testing.assert_array_equal(ours.train, theirs.train)
        np.testing.assert_array_equal(ours.held, theirs.held)
    np.testing.assert_array_equal(by_mask.history["val_loss"], by_number.history["val_loss"])


def test_a_splitter_that_stratifies_is_told_the_classes_of_one_hot_columns():
    one_hot = np.stack([1 - Y, Y], 1)
    splitter = ms.StratifiedKFold(3)
    nets = onefit.fit_many(
        net(outputs=2), X, one_hot, folds=splitter, stratify=True, epochs=1, verbose=0
    )
    for member, (train, _) in zip(nets.members, splitter.split(X, Y)):
        np.testing.assert_array_equal(member.train, train)


def test_folds_that_keep_groups_whole_are_taken():
    pairs = [(each != FIVES, each == FIVES) for each in range(2)]
    nets = onefit.fit_many(net(), X, Y, folds=pairs, groups=FIVES, epochs=1, verbose=0)
    assert len(nets) == 2


def test_whole_numbers_among_others_reach_a_function_as_floats():
    nets = onefit.fit_many(net, X, Y, sweep={"momentum": [0, 0.9]}, epochs=1, verbose=0)
    assert [nets[at].optimizer.momentum for at in range(2)] == [0.0, 0.9]
    knob = onefit.fit_many(net(), X, Y, sweep={"optimizer.momentum": [0, 1]}, epochs=1, verbose=0)
    assert [knob[at].optimizer.momentum for at in range(2)] == [0.0, 1.0]


def test_an_argument_of_a_function_may_be_called_as_a_number_is():
    def build(learning_rate, class_weight):
        made = net(momentum=class_weight)
        made.optimizer.learning_rate = learning_rate
        return made

    sweep = {"learning_rate": [0.1, 0.2], "class_weight": [0.5]}
    nets = onefit.fit_many(
        build, X, Y, sweep=sweep, class_weight={0: 1.0, 1: 3.0}, epochs=1, verbose=0
    )
    keras.utils.set_random_seed(0)
    alone = build(0.2, 0.5)
    history = onefit.fit(alone, X, Y, class_weight={0: 1.0, 1: 3.0}, verbose=0)
    assert nets.history["loss"][1, 0] == pytest.approx(history.history["loss"][0], rel=1e-5)


def test_numbers_of_numpy_are_numbers():
    nets = onefit.fit_many(
        net(),
        X,
        Y,
        restarts=np.int64(2),
        epochs=np.int32(2),
        batch_size=np.int64(8),
        seed=np.uint8(3),
        folds=np.int64(2),
        validation_freq=np.int64(2),
        verbose=0,
    )
    assert nets.history["loss"].shape == (4, 2)
    assert np.isnan(nets.history["val_loss"]).tolist() == [[True, False]] * 4


def test_targets_are_not_needed_where_layers_add_their_own_loss():
    class Own(layers.Layer):
        def call(self, inputs):
            self.add_loss(keras.ops.mean(inputs**2))
            return inputs

    def build():
        made = keras.Sequential([keras.Input((5,)), layers.Dense(2), Own()])
        made.compile("sgd")
        return made

    nets = onefit.fit_many(build, X, restarts=2, epochs=2, verbose=0)
    assert (nets.history["loss"][:, 1] < nets.history["loss"][:, 0]).all()
