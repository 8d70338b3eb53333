"""What `onefit.last_run` knows of a fit: constants, judged rows, findings about data and labels."""

from __future__ import annotations

import jax.numpy as jnp
import keras
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import onefit
from onefit.checks.labels import label_findings
from onefit.runs.recorder import RECORDER
from onefit.training.observation.caller import caller
from onefit.training.observation.checks import before

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
GIVEN = dict.fromkeys(
    ("x", "y", "sample_weight", "class_weight", "validation_data", "callbacks"), None
)


def _net(loss, units=1, activation=None, metrics=(), rate=0.01):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, activation=activation)])
    model.compile(keras.optimizers.SGD(rate), loss, metrics=list(metrics))
    return model


def _fit(model, x, y, **settings):
    onefit.fit(model, x, y, **{"epochs": 2, "verbose": 0} | settings)
    return onefit.last_run().fits[-1]


def _codes(fit):
    return [one.code for one in fit.findings]


def test_the_best_constants_are_what_a_constant_network_gets():
    """A network of zeros, with the bias set to the answer, scores the constant by Keras itself."""
    y = RNG.normal(size=(40, 1)) + 3
    model = _net("mse", metrics=["mae"])
    fit = _fit(model, X, y, validation_split=0.25)
    for rows, prefix in ((y[:30], ""), (y[30:], "val_")):
        for name, answer in (("loss", rows.mean()), ("mae", np.median(rows))):
            model.set_weights([np.zeros((3, 1)), np.array([answer])])
            scores = model.evaluate(X[: len(rows)], rows, verbose=0, return_dict=True)
            assert fit.constants[prefix + name].value == pytest.approx(scores[name], rel=1e-5)
    assert (fit.rows, fit.validation_rows, fit.validation) == (30, 10, "split")


def test_the_commonest_class():
    y = np.array([2] * 25 + [0] * 10 + [1] * 5)
    fit = _fit(_net("sparse_categorical_crossentropy", 3, "softmax", ["accuracy"]), X, y)
    assert fit.constants["accuracy"].value == 25 / 40
    assert fit.constants["accuracy"].answer == '"2"'
    one_hot = np.eye(3)[y]
    other = _fit(_net("categorical_crossentropy", 3, "softmax", ["accuracy"]), X, one_hot)
    for name, one in fit.constants.items():
        assert other.constants[name].value == pytest.approx(one.value)


def test_values_that_are_not_finite_are_named():
    x = pd.DataFrame(X.copy(), columns=["age", "height", "weight"])
    x.loc[[5, 9], "height"] = np.nan
    fit = _fit(_net("mse"), x, X[:, :1])
    told = next(one for one in fit.findings if one.code == "OF302")
    assert told.where == "x, column 'height'"
    assert told.evidence.startswith("2 of 40 values, the first in row 5")
    assert "OF307" in _codes(fit)  # and so the loss is none


def test_columns_that_are_no_numbers_are_named():
    x = pd.DataFrame({"age": pd.array([1, 2], "Int64"), "name": ["a", "b"], "size": [1.0, 2.0]})
    with pytest.raises((TypeError, ValueError)):
        onefit.fit(_net("mse"), x, np.ones(2), verbose=0)
    fit = onefit.last_run().fits[-1]
    assert fit.ended == "failed"
    told = next(one for one in fit.findings if one.code == "OF301")
    assert told.evidence.startswith("age (Int64), name (") and "size" not in told.evidence


PLAIN = {"bool": [True, False], "int8": np.int8([1, 2]), "float16": np.float16([1, 2])}
STRANGE = {
    "Int64": pd.array([1, None], "Int64"),
    "Float64": pd.array([1.0, 2.0], "Float64"),
    "boolean": pd.array([True, False], "boolean"),
    "string": pd.array(["a", "b"], "string"),
    "objects": np.array([1, 2.5], object),
    "category": pd.Categorical([1, 2]),
    "date": pd.date_range("2020", periods=2),
    "span": pd.to_timedelta([1, 2], unit="s"),
    "sparse": pd.arrays.SparseArray([0.0, 1.0]),
}


@pytest.mark.parametrize("kind", [*PLAIN, *STRANGE])
def test_exactly_the_columns_that_keras_refuses_are_named(kind):
    table = pd.DataFrame({"size": [1.0, 2.0], kind: (PLAIN | STRANGE)[kind]})
    try:
        _net("mse").fit(table[[kind, "size", "size"]], np.ones(2), verbose=0)
        refused = False
    except (TypeError, ValueError):
        refused = True
    told = before(_net("mse"), GIVEN | {"x": table, "validation_data": (table, np.ones(2))})
    assert [one.where for one in told] == ["x", "validation_data[0]"] * refused
    assert all(one.code == "OF301" and one.evidence.startswith(f"{kind} (") for one in told)
    (series,) = before(_net("mse"), GIVEN | {"x": table[kind]}) or [None]
    assert (series is not None) == refused
    if kind == "Int64":
        assert told[0].evidence == "Int64 (Int64, 1 missing)"
        assert series.evidence == "its values (Int64, 1 missing)"


ONE_HOT = np.eye(3)[np.arange(40) % 3]


@pytest.mark.parametrize(
    ("loss", "units", "y", "told"),
    [
        ("sparse_categorical_crossentropy", 3, np.arange(40) % 4, "3 units can mean 0 to 2"),
        ("sparse_categorical_crossentropy", 1, np.arange(40) % 2, "1 unit can mean 0 only"),
        ("sparse_categorical_crossentropy", 3, ONE_HOT, "y is one-hot"),
        ("sparse_categorical_crossentropy", 3, X[:, 0], "are no class numbers"),
        ("categorical_crossentropy", 3, np.arange(40) % 3, "one class number a row"),
        ("categorical_crossentropy", 3, np.ones((40, 3)), "add up to 3;"),
        ("categorical_crossentropy", 1, np.arange(40) % 2, "with one unit"),
        ("binary_crossentropy", 1, np.arange(40) % 2 + 1, "y has labels from 1 to 2"),
        (keras.losses.BinaryCrossentropy(), 1, np.full(40, 2), "y has labels that are all 2"),
        ("binary_crossentropy", 1, np.array(["cat", "dog"] * 20), "y has words, such as cat"),
        ("hinge", 1, np.arange(40) % 3, "hinge losses expect -1 and 1"),
        ("kld", 3, 2 * ONE_HOT, "kl_divergence expects probabilities"),
        ("poisson", 1, np.arange(40) - 1, "none below 0"),
        ("mse", 3, X[:, :1], "y has 1 number a row, the output has 3 numbers"),
        ("mae", 1, X[:, :2], "y has 2 numbers a row, the output has 1 number"),
    ],
)
def test_labels_that_the_output_cannot_mean(loss, units, y, told):
    """They are told before a step is run, where the network is built."""
    model = _net(loss, units, "softmax" if units > 1 else "sigmoid")
    found = before(model, GIVEN | {"x": X, "y": y})
    assert [one.code for one in found] == ["OF303"] and told in found[0].evidence


@pytest.mark.parametrize(
    ("loss", "units", "y"),
    [
        (keras.losses.SparseCategoricalCrossentropy(ignore_class=-1), 3, np.arange(40) % 4 - 1),
        ("sparse_categorical_crossentropy", 3, np.arange(40) % 3),
        ("categorical_crossentropy", 3, ONE_HOT),
        ("binary_crossentropy", 3, np.ones((40, 3))),
        ("hinge", 1, np.arange(40) % 2),
        ("mse", 3, X),
        ("mse", 1, X[:, 0]),
        (None, 1, X),
    ],
)
def test_labels_that_the_output_can_mean(loss, units, y):
    model = _net(loss, units, "softmax" if units > 1 else "sigmoid")
    assert before(model, GIVEN | {"x": X, "y": y}) == []


def test_a_sequence_may_be_filled_up_with_rows_of_zeros():
    y = np.zeros((4, 5, 3))
    y[:, :3, 1] = 1
    assert label_findings("categorical_crossentropy", (5, 3), y) == []
    y[0, 0, 2] = 1
    assert len(label_findings("categorical_crossentropy", (5, 3), y)) == 1


def test_the_labels_of_a_model_that_computes_its_own_loss_are_its_own_matter():
    class Own(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return keras.ops.mean((y_pred[:, :1] - x[:, :1]) ** 2)

    inputs = keras.Input((3,))
    model = Own(inputs, keras.layers.Dense(2)(inputs))
    model.compile("sgd", "mse")
    assert before(model, GIVEN | {"x": X, "y": X}) == []
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    model.compile("sgd", "mse")
    assert [one.code for one in before(model, GIVEN | {"x": X, "y": X})] == ["OF303"]


def test_labels_are_told_of_a_network_that_is_built_by_its_fit():
    model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    fit = _fit(model, X, np.arange(40) % 4)
    assert [one.where for one in fit.findings if one.code == "OF303"] == [model.loss]


@pytest.mark.parametrize(
    ("name", "bad", "told"),
    [
        ("x", jnp.array([[1.0], [np.nan]]), "1 of 2 values, the first in row 1"),
        ("x", jnp.array([[1.0], [np.inf]], "bfloat16"), "the first in row 1"),
        ("x", [[1.0, 2.0], [3.0, float("nan")]], "the first in row 1"),
        ("y", [1.0, float("inf"), 2.0], "1 of 3 values, the first in row 1"),
        ("x", {"a": np.ones((2, 1)), "b": np.array([[np.nan], [0.0]])}, "the first in row 0"),
        ("x", sparse.csr_array(np.array([[0.0, 1.0], [np.nan, 0.0]])), "1 of 2 rows, "),
        ("sample_weight", np.array([1.0, np.nan]), "the first in row 1"),
        ("x", np.array([[1, "a"], [2, "b"]], object), "column 1 (str)"),
        ("x", np.array([[1, 2], [3, 4]], object), "each a Python object"),
        ("x", np.array(["2026-01-01"], "datetime64[D]"), "dates, such as 2026-01-01"),
        ("x", np.full((3, 8), np.nan), "the first in row 0"),
    ],
)
def test_data_that_is_no_table_is_looked_at_too(name, bad, told):
    found = before(_net("mse"), GIVEN | {name: bad})
    assert found and all(one.code in ("OF301", "OF302") for one in found)
    assert told in found[0].evidence


def test_a_model_that_is_not_compiled_gets_keras_error_and_no_word_of_ours(monkeypatch):
    monkeypatch.setattr(RECORDER, "failure", "")  # of this process, and so of other tests
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    assert before(model, GIVEN | {"x": X, "y": X[:, 0]}) == []
    with pytest.raises(ValueError, match="compile"):
        _fit(model, X, X[:, 0])
    assert "could not be recorded" not in RECORDER.failure


def test_data_that_keras_refuses_are_its_error_alone(monkeypatch):
    monkeypatch.setattr(RECORDER, "failure", "")
    with pytest.raises(ValueError, match="expected to be in format"):
        _fit(_net("mse"), X, X[:, :1], validation_data=())
    with pytest.raises((TypeError, ValueError)):
        _fit(_net("mse"), X, X[:, :1], class_weight={0: "a"})
    assert RECORDER.failure == ""


def test_a_class_weight_that_is_no_number():
    found = before(
        _net("mse"), GIVEN | {"y": np.arange(4) % 2, "class_weight": {0: 1.0, 1: np.nan}}
    )
    assert [(one.code, one.where) for one in found] == [("OF302", "class_weight[1]")]


def test_several_outputs_have_a_constant_each():
    """The answers are put into the biases of a network of zeros, and scored by Keras itself."""
    inputs = keras.Input((3,))
    size = keras.layers.Dense(1, name="size")(inputs)
    kind = keras.layers.Dense(3, activation="softmax", name="kind")(inputs)
    model = keras.Model(inputs, [size, kind])
    losses = {"size": "mse", "kind": "sparse_categorical_crossentropy"}
    model.compile("sgd", losses, {"size": 2.0, "kind": 0.5}, metrics={"kind": ["accuracy"]})
    y = [RNG.normal(size=40) + 3, np.array([2] * 25 + [0] * 10 + [1] * 5)]
    fit = _fit(model, X, y, validation_data=(X, y))
    shares = np.array([10, 5, 25]) / 40
    for layer, bias in (("size", [y[0].mean()]), ("kind", np.log(shares))):
        kernel = model.get_layer(layer).kernel
        model.get_layer(layer).set_weights([np.zeros(kernel.shape), np.array(bias)])
    scores = model.evaluate(X, y, verbose=0, return_dict=True)
    assert set(scores) == {"loss", "size_loss", "kind_loss", "kind_accuracy"}
    for name, score in scores.items():
        assert fit.constants[name].value == pytest.approx(score, rel=1e-5), name
        assert fit.constants[f"val_{name}"].value == pytest.approx(score, rel=1e-5)
    assert fit.findings == []
    wrong = {"kind": np.full(40, 3), "size": y[0]}
    fit = _fit(model, X, wrong)
    assert "y['kind'] has labels that are all 3" in fit.findings[0].evidence


def test_class_weights_for_no_class():
    y = np.arange(40) % 2
    fit = _fit(_net("binary_crossentropy", 1, "sigmoid"), X, y, class_weight={0: 1.0, 2: 3.0})
    assert [one.where for one in fit.findings if one.code == "OF304"] == ["class_weight[2]"]


def _batches(count):
    for place in range(count):
        yield X[place : place + 4], X[place : place + 4, :1]


class _Steps(keras.callbacks.Callback):
    """Counts the batches of each epoch and of each validation."""

    def __init__(self):
        super().__init__()
        self.trained, self.validated, self.count = [], [], 0

    def on_epoch_begin(self, epoch, logs=None):
        self.count = 0

    def on_train_batch_end(self, batch, logs=None):
        self.count += 1

    def on_epoch_end(self, epoch, logs=None):
        self.trained.append(self.count)

    def on_test_begin(self, logs=None):
        self.validated.append(0)

    def on_test_batch_end(self, batch, logs=None):
        self.validated[-1] += 1


def _supply(make, epochs, **settings):
    """What is told of data that ended, and how many batches stock Keras reads in each epoch."""
    steps = _Steps()
    _net("mse").fit(**make(), epochs=epochs, verbose=0, callbacks=[steps], **settings)
    fit = _fit(_net("mse"), y=None, epochs=epochs, **make(), **settings)
    told = [(one.where, one.evidence) for one in fit.findings if one.code == "OF305"]
    return told, steps.trained, steps.validated


@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras's own, which does not say that much
def test_a_generator_that_ends():
    again = "from epoch 2 on Keras had only its first two batches again"
    assert _supply(lambda: {"x": _batches(3)}, 3) == ([("generator", again)], [3, 2, 2], [])
    assert _supply(lambda: {"x": _batches(3)}, 1) == ([], [3], [])
    short = (
        "which ended before the 20 batches that steps_per_epoch=5 and epochs=4 ask for; "
        "then Keras had its first two again, or none"
    )
    ten = _supply(lambda: {"x": _batches(10)}, 4, steps_per_epoch=5)
    assert ten == ([("generator", short)], [5, 5, 0, 2], [])
    twenty = _supply(lambda: {"x": _batches(20)}, 4, steps_per_epoch=5)
    assert twenty == ([], [5, 5, 5, 5], [])
    one = _supply(lambda: {"x": _batches(1)}, 1, steps_per_epoch=1)
    assert one == ([], [1], [])
    once = "which ended before the 20 batches that steps_per_epoch=20 and epochs=1 ask for"
    told = _supply(lambda: {"x": _batches(10)}, 1, steps_per_epoch=20)
    assert told == ([("generator", once)], [10], [])


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_generator_of_validation_data_that_ends():
    def given():
        return {"x": _batches(20), "steps_per_epoch": 2, "validation_data": _batches(5)}

    again = "from the second validation on Keras had only its first two batches again"
    assert _supply(given, 4) == ([("validation_data", again)], [2] * 4, [5, 2, 2, 2])
    assert _supply(given, 4, validation_freq=4) == ([], [2] * 4, [5])
    assert _supply(given, 4, validation_steps=2) == ([], [2] * 4, [2] * 4)
    assert _supply(given, 3, validation_steps=3) == ([], [2] * 3, [3] * 3)
    ended = "which ended, and the later validations had only its first two batches again"
    told = _supply(given, 5, validation_steps=3)
    assert told == ([("validation_data", ended)], [2] * 5, [3, 3, 3, 2, 2])


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_data_with_a_length_of_which_an_epoch_has_less():
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 10

        def __getitem__(self, place):
            return X[:4], X[:4, :1]

    model, steps = _net("mse"), _Steps()
    model.fit(X, X[:, :1], batch_size=4, epochs=4, steps_per_epoch=8, callbacks=[steps], verbose=0)
    assert steps.trained == [8, 2, 8, 2]
    fit = _fit(_net("mse"), X, X[:, :1], batch_size=4, epochs=4, steps_per_epoch=8)
    told = "which has 10 batches: epoch 2 had 2 instead of 8"
    assert [(one.where, one.evidence) for one in fit.findings] == [("x", told)]
    whole = _supply(lambda: {"x": Batches()}, 4, steps_per_epoch=8)
    assert whole == ([("Batches", told)], [8, 2, 8, 2], [])
    assert _supply(lambda: {"x": Batches()}, 4, steps_per_epoch=5) == ([], [5] * 4, [])
    assert _supply(lambda: {"x": Batches()}, 1, steps_per_epoch=8) == ([], [8], [])


def test_a_layer_that_refuses_its_input_is_quoted():
    """Not the line that Keras puts in front of every such error."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="expected axis -1"), onefit.installed():
        model.fit(np.ones((8, 3)), np.ones(8), verbose=0)
    error = onefit.last_run().fits[-1].error
    assert error.startswith("ValueError: Input 0 with name")


def test_a_plateau_on_a_schedule():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    watch = keras.callbacks.ReduceLROnPlateau("loss", patience=5)
    fit = _fit(_net("mse", rate=schedule), X, X[:, :1], callbacks=[watch])
    assert "OF306" in _codes(fit)


def test_a_healthy_fit_has_no_findings():
    fit = _fit(_net("mse", metrics=["mae"]), X, X[:, :1], validation_data=(X + 1, X[:, :1]))
    assert fit.findings == [] and (fit.validation, fit.validation_rows) == ("data", 40)


def test_calls_in_a_loop_are_one_training():
    model = _net("mse")
    losses = []
    for _ in range(5):
        history = onefit.fit(model, X, X[:, :1], epochs=2, verbose=0)
        losses += history.history["loss"]
    fit = onefit.last_run().fits[-1]
    assert (fit.calls, fit.history["loss"], fit.asked) == (5, losses, 10)


def test_looking_draws_nothing_and_changes_nothing():
    np.random.seed(3)
    onefit.fit(_net("mse"), X, X[:, :1], epochs=1, verbose=0, shuffle=False)
    expected = np.random.RandomState(3).random_sample()
    assert np.random.random_sample() == expected


def test_the_line_is_the_one_that_called():
    fit = _fit(_net("mse"), X, X[:, :1])
    assert fit.file == __file__ and fit.line > 0
    assert caller(None) == ("", 0)


def test_validation_on_rows_that_were_trained_on_is_noticed():
    y = RNG.normal(size=(40, 1))
    trained = X[:20], y[:20]
    cases = {
        "the same array": (trained, "training rows"),
        "a part of it": ((X[:10], y[:10]), "training rows"),
        "a copy": ((X[:20].copy(), y[:20]), "training rows"),
        "other rows of the table": ((X[20:], y[20:]), "data"),
        "other numbers": ((X[:20] + 1, y[:20]), "data"),
    }
    for name, (data, expected) in cases.items():
        assert _fit(_net("mse"), *trained, validation_data=data).validation == expected, name


def test_weights_that_early_stopping_has_restored_are_told():
    stop = keras.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    fit = _fit(_net("mse", rate=2.0), X, X[:, :1], epochs=20, callbacks=[stop])
    what = [event.what for event in fit.events]
    assert what == ["stopped the training", f"the weights are those of epoch {stop.best_epoch + 1}"]
