"""Each check against a number that Keras computes, a formula, or a case that looks alike."""

from __future__ import annotations

import dataclasses
import math

import keras
import numpy as np
import pytest
from keras.layers import (
    LSTM,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Lambda,
    Masking,
    Softmax,
)

from onefit.checks import certain, findings
from onefit.checks.case import Case, Output
from onefit.checks.task import task_of
from onefit.training.observation.case import case_of, given_of

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 4))


def case(layers, loss, y, x=X, optimizer="adam", history=None, metrics=(), **settings):
    model = keras.Sequential([keras.Input(x.shape[1:]), *layers])
    model.compile(optimizer, loss, metrics=list(metrics))
    return model, case_of(model, given_of(x, y, **settings), history)


def codes(found):
    return [one.code for one in found]


def number(found, word="below "):
    return float(found.evidence.split(word)[1].split()[0].rstrip(";,)"))


def set_bias(model, value):
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([0 * kernel, np.full_like(bias, value)])


# sigmoids for classes


@pytest.mark.parametrize("sparse", [True, False])
def test_under_a_categorical_cross_entropy_keras_does_not_see_how_large_sigmoids_are(sparse):
    classes, p = RNG.integers(0, 3, 60), RNG.uniform(0.1, 0.3, (60, 3))
    y = classes if sparse else np.eye(3)[classes]
    loss = "sparse_categorical_crossentropy" if sparse else "categorical_crossentropy"
    keras_says = keras.losses.get(loss)
    np.testing.assert_allclose(keras_says(y, p), keras_says(y, 3 * p), rtol=1e-5)

    layers, logged = [Dense(3, activation="sigmoid")], {"loss": [1.1, 1.0], "accuracy": [0.3, 0.5]}
    (found,) = findings(case(layers, loss, y, history=logged)[1])[:1]
    assert (found.code, found.grade) == ("OF504", "certain") and loss in found.evidence
    logged["accuracy"] = [0.3, 0.97]  # what it calls probabilities are none then, either
    assert findings(case(layers, loss, y, history=logged)[1])[0].grade == "certain"
    assert "OF504" not in codes(certain(case(layers, loss, y, history=logged)[1]))  # no verdict


def test_classes_that_are_asked_one_by_one_are_told_where_few_answers_are_right():
    y = np.eye(3)[RNG.integers(0, 3, 60)]
    for right, grade in ((0.5, "certain"), (0.97, "hunch")):
        logged = {"loss": [0.7, 0.6], "accuracy": [0.3, right]}
        told = findings(case([Dense(3, activation="sigmoid")], "bce", y, history=logged)[1])
        assert [one.grade for one in told if one.code == "OF504"] == [grade]


@pytest.mark.parametrize(("classes", "rate"), [(10, 0.5), (3, 0.2)])
def test_what_dropping_logits_costs_is_what_keras_has_for_the_best_logits(classes, rate):
    y = np.eye(classes)[RNG.integers(0, classes, 200_000)]
    best = 200.0 * (2 * y - 1)
    dropped = Dropout(rate, seed=1)(best, training=True)
    keras_says = keras.losses.CategoricalCrossentropy(from_logits=True)(y, dropped)
    layers = [Dense(classes), Dropout(rate), Activation("softmax")]
    told = case(layers, "categorical_crossentropy", y[:60])[1]
    (found,) = (one for one in certain(told) if one.code == "OF524")
    assert number(found) == pytest.approx(float(keras_says), rel=0.05)

    kept = case([Dropout(rate), Dense(classes, activation="softmax")], "mse", y[:60])[1]
    assert "OF524" not in codes(certain(kept))
    last = certain(case([Dense(1), Dropout(rate)], "mse", X[:, 0])[1])
    assert [one.evidence for one in last] == [f"it makes {rate:.0%} of the answers 0 in training"]


def test_a_class_whose_relu_gives_0_gets_no_gradient_through_the_softmax():
    """By Keras's own gradients; it is told as certain where few answers are right."""
    y = np.zeros((60, 3))
    y[:, 0] = 1.0
    layers = [Dense(3, activation="relu", bias_initializer=keras.initializers.Constant(-50.0))]
    model, _ = case([*layers, Softmax()], "categorical_crossentropy", y)
    before = model.layers[0].kernel.numpy()
    model.fit(X, y, verbose=0)
    np.testing.assert_array_equal(model.layers[0].kernel.numpy(), before)
    for accuracy, grade in ((0.4, "certain"), (0.95, "hunch")):
        told = case_of(model, given_of(X, y), {"loss": [1.1], "accuracy": [accuracy]})
        assert [one.grade for one in findings(told) if one.code == "OF503"] == [grade]


# what an output can reach


@pytest.mark.parametrize(("kind", "loss"), [("tanh", "mse"), ("sigmoid", "mae"), ("relu", "mse")])
def test_the_loss_that_stays_is_what_keras_has_at_best(kind, loss):
    """Targets on one side of the range: at its end Keras has the loss that is told."""
    y = RNG.uniform(7, 12, (60, 1)) * (-1 if kind == "relu" else 1)
    model, told = case([Dense(1, activation=kind)], loss, y)
    (found,) = [one for one in certain(told) if one.code in ("OF502", "OF503")]
    set_bias(model, -50.0 if kind == "relu" else 50.0)
    assert number(found) == pytest.approx(model.evaluate(X, y, verbose=0), rel=1e-3)


def test_a_softmax_cannot_reach_rows_that_do_not_add_up_to_1():
    """Equal targets of 1 for 4 units: the nearest row in reach has 1/4 each, by symmetry."""
    y = np.full((60, 4), 1.0) + RNG.normal(size=(60, 4)) * 1e-6
    model, told = case([Dense(4, activation="softmax")], "mse", y)
    (found,) = certain(told)
    set_bias(model, 0.0)
    assert number(found) == pytest.approx(model.evaluate(X, y, verbose=0), rel=1e-2)
    assert number(found) == pytest.approx((1 - 1 / 4) ** 2, rel=1e-3)


def test_targets_that_are_nearly_in_reach_draw_no_word():
    y = np.tanh(RNG.normal(size=(60, 1))) * 1.02
    assert certain(case([Dense(1, activation="tanh")], "mse", y)[1]) == []


def test_numbers_that_are_no_labels_are_out_of_reach_under_a_cross_entropy_too():
    y = np.linspace(-1, 1, 60)
    _, seen = case([Dense(1, activation="sigmoid")], "binary_crossentropy", y)
    assert codes(certain(seen)) == ["OF502"]
    _, seen = case([Dense(1, activation="sigmoid")], "binary_crossentropy", np.sign(y))
    assert codes(findings(seen))[:1] == ["OF303"]
    _, seen = case([Dense(3, activation="softmax")], "poisson", RNG.normal(size=(60, 3)))
    assert "OF303" not in codes(certain(seen)) and "OF502" in codes(certain(seen))


def test_inputs_that_are_the_targets_are_a_hunch():
    x = RNG.normal(size=(60, 2))

    def found(layers, y):
        return [one.grade for one in findings(case(layers, "mse", y, x)[1]) if one.code == "OF519"]

    assert found([Dense(4, activation="relu"), Dense(2)], x) == ["hunch"]
    assert found([Dense(4, activation="relu"), Dense(2)], x.copy()) == ["hunch"]
    assert found([Dense(4, activation="relu"), Dense(2)], x + 1) == []


def test_steps_that_may_be_masked_and_rows_that_are_weighted_are_no_proof():
    x, y = RNG.normal(size=(60, 5, 2)), np.where(RNG.random((60, 5, 1)) > 0.5, -1.0, 0.5)
    layers = [Masking(), LSTM(3, return_sequences=True), Dense(1, activation="sigmoid")]
    assert certain(case(layers, "mse", y, x=x)[1]) == []
    weighted = case([Dense(1, activation="sigmoid")], "mse", y[:, 0], sample_weight=np.ones(60))[1]
    assert certain(weighted) == [] and "OF502" in codes(findings(weighted))


# softmax and logits


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(1, activation="softmax")],
        [Dense(1), Activation("softmax")],
        [Dense(1), Softmax()],
    ],
    ids=["in Dense", "Activation", "Softmax"],
)
@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_a_softmax_over_one_unit_is_1(layers):
    model, told = case(layers, "binary_crossentropy", np.arange(60) % 2)
    assert codes(certain(told)) == ["OF501"]
    assert (model.predict(100 * X, verbose=0) == 1).all()


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_a_softmax_over_another_axis_is_something_else():
    layers = [Dense(1), Softmax(axis=1), Flatten(), Dense(1)]
    x = RNG.normal(size=(60, 5, 2))
    assert certain(case(layers, "mse", RNG.normal(size=(60, 1)), x=x)[1]) == []


@pytest.mark.filterwarnings("ignore:Exception encountered")
@pytest.mark.filterwarnings("ignore:You are using a softmax")
@pytest.mark.parametrize("end", [Softmax(axis=0), Softmax(axis=-2)])
@pytest.mark.parametrize("sparse", [True, False])
def test_a_softmax_over_the_rows_answers_a_row_by_the_others_of_its_batch(end, sparse):
    y = np.arange(60) % 3
    loss = "sparse_categorical_crossentropy" if sparse else "categorical_crossentropy"
    model, told = case([Dense(3), type(end)(axis=end.axis)], loss, y if sparse else np.eye(3)[y])
    (found,) = certain(told)
    assert (found.code, found.fix.count("axis=-1")) == ("OF502", 1)
    alone, among = model(X[:1].astype("float32")), model(X[:30].astype("float32"))[:1]
    np.testing.assert_allclose(alone, [[1, 1, 1]])  # Keras: a row by itself gets 1 for all
    assert float(np.sum(among)) < 1


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_a_softmax_over_rows_is_told_of_the_last_layer_and_of_classes_alone():
    y = np.arange(60) % 3
    for layers in ([Dense(3), Softmax()], [Dense(3), Softmax(axis=0), Dense(3, "softmax")]):
        assert certain(case(layers, "sparse_categorical_crossentropy", y)[1]) == []
    shares = RNG.uniform(size=(60, 3)) / 60  # of a whole batch
    assert "OF502" not in codes(certain(case([Dense(3), Softmax(axis=0)], "mse", shares)[1]))
    among = [Dense(32), Softmax(axis=0)]  # each row against all of its batch
    told = case(
        among, "sparse_categorical_crossentropy", np.arange(64) % 32, x=RNG.normal(size=(64, 4))
    )
    assert "OF502" not in codes(certain(told[1]))


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_loss_of_probabilities_taken_for_logits_has_a_floor(classes):
    y = np.arange(60) % classes
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    (found,) = certain(case([Dense(classes, activation="softmax")], loss, y)[1])
    best = loss(y, np.eye(classes)[y])  # Keras's loss of the best probabilities that there are
    assert found.code == "OF505" and number(found) == pytest.approx(float(best), rel=1e-3)


def test_a_script_for_tensorflow_has_its_logits_found():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    _, seen = case([Dense(3, activation="softmax")], loss, np.arange(60) % 3)
    assert certain(dataclasses.replace(seen, knows_logits=True)) == []


def test_the_floor_of_two_sigmoids():
    y = (np.arange(60) % 3 == 0).astype(float)[:, None]
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    (found,) = certain(case([Dense(1, activation="sigmoid")], loss, y)[1])
    assert number(found) == pytest.approx(float(loss(y, y)), rel=1e-3)


def test_logits_as_probabilities_and_the_right_pairs():
    y, hot = np.arange(60) % 3, np.eye(3)[np.arange(60) % 3]
    for loss, labels in (("sparse_categorical_crossentropy", y), ("categorical_crossentropy", hot)):
        assert codes(certain(case([Dense(3)], loss, labels)[1])) == ["OF505"]
        assert certain(case([Dense(3, activation="softmax")], loss, labels)[1]) == []
    right = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert certain(case([Dense(3)], right, y)[1]) == []
    unknown = [Dense(3), Lambda(lambda z: keras.ops.softmax(z))]
    assert certain(case(unknown, "sparse_categorical_crossentropy", y)[1]) == []


def test_what_is_computed_by_the_user_is_not_judged():
    """Own activations, losses and training steps may be anything, whatever their names are."""

    def mean_squared_error(y_true, y_pred):
        return keras.ops.mean((y_true - 10 * y_pred) ** 2)

    def sigmoid(z):
        return 20 * keras.ops.tanh(z)

    class Own(keras.Sequential):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return keras.ops.mean(y_pred)

    y = RNG.uniform(5, 9, (60, 1))
    assert certain(case([Dense(1, activation="tanh")], mean_squared_error, y)[1]) == []
    assert certain(case([Dense(1, activation=sigmoid)], "mse", y)[1]) == []
    model = Own([keras.Input((4,)), Dense(1, activation="tanh")])
    model.compile("adam", "mse")
    assert certain(case_of(model, given_of(X, y))) == []


# layers


def test_zeros_in_a_relu_layer_never_change():
    layers = [Dense(8, activation="relu", kernel_initializer="zeros"), Dense(1)]
    model, told = case(layers, "mse", X[:, :1])
    assert codes(certain(told)) == ["OF516"]
    before = model.layers[0].get_weights()
    model.fit(X, X[:, :1], epochs=5, verbose=0)
    for old, new in zip(before, model.layers[0].get_weights()):
        np.testing.assert_array_equal(old, new)


def test_equal_units_stay_equal_and_a_linear_start_of_zeros_does_not():
    layers = [
        Dense(3, activation="tanh", kernel_initializer="ones"),
        Dense(1, kernel_initializer="ones"),
    ]
    model, told = case(layers, "mse", X[:, :1])
    assert codes(certain(told)) == ["OF516"]
    model.fit(X, X[:, :1], epochs=5, verbose=0)
    kernel = model.layers[0].get_weights()[0]
    np.testing.assert_allclose(kernel, kernel[:, :1].repeat(3, axis=1), rtol=1e-5)
    assert certain(case([Dense(1, kernel_initializer="zeros")], "mse", X[:, :1])[1]) == []
    mixed = [Dense(3, activation="tanh", kernel_initializer="zeros"), Dense(1)]
    assert certain(case(mixed, "mse", X[:, :1])[1]) == []  # the outgoing weights differ


def test_a_dead_layer_gets_no_gradient():
    model, _ = case([Dense(8, activation="relu"), Dense(1)], "mse", X[:, :1])
    kernel, bias = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel, bias - 100])
    found = certain(case_of(model, given_of(X, X[:, :1])))
    assert codes(found) == ["OF513"] and "8 of 8 units" in found[0].evidence
    assert "the layer gets no gradient" in found[0].evidence  # there is none before it
    model.fit(X, X[:, :1], epochs=3, verbose=0)
    np.testing.assert_array_equal(model.layers[0].get_weights()[0], kernel)


def test_a_linear_network_on_xor():
    """The best linear function answers 0.5: squared error 0.25, as much as a constant."""
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    told = certain(case([Dense(8), Dense(1)], "mse", y, x=x)[1])
    assert codes(told) == ["OF518"] and number(told[0], "a loss of ") == pytest.approx(0.25)
    assert certain(case([Dense(8, activation="relu"), Dense(1)], "mse", y, x=x)[1]) == []
    assert certain(case([Dense(8), Dense(1)], "mse", X @ [[1.0], [2], [3], [4]])[1]) == []


def test_a_linear_network_on_a_wave_by_the_least_absolute_error():
    """As scikit-learn's median regression, which solves a linear program, has it."""
    from sklearn.linear_model import QuantileRegressor

    rows = np.random.default_rng(0)
    x = rows.uniform(-3, 3, (150, 2))
    y = np.cos(2 * x[:, 0]) + 0.1 * x[:, 1]
    best = QuantileRegressor(quantile=0.5, alpha=0.0).fit(x, y).predict(x)
    told = certain(case([Dense(4), Dense(1)], "mae", y, x=x)[1])
    assert codes(told) == ["OF518"]
    assert number(told[0], "error of ") == pytest.approx(np.abs(y - best).mean(), rel=0.01)
    assert certain(case([Dense(4), Dense(1)], "mae", x @ [1.0, 2.0], x=x)[1]) == []
    far = x[:, 0] + 1000 * (rows.random(150) < 0.1)  # a tenth is far away: not of a line's making
    assert certain(case([Dense(4), Dense(1)], "huber", far, x=x)[1]) == []


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_what_is_put_on_each_step_is_looked_at_as_without():
    x, y = RNG.normal(size=(20, 5, 3)), np.tile([[0.0], [1], [0], [1], [1]], (20, 1, 1))
    for end, known in (("softmax", ["OF501"]), ("sigmoid", [])):
        layers = [keras.layers.TimeDistributed(Dense(1, activation=end))]
        model, told = case(layers, "binary_crossentropy", y, x=x)
        assert codes(certain(told)) == known
        assert np.all(model.predict(x, verbose=0) == 1) == bool(known)


def test_a_validation_that_was_not_scaled_as_the_training_was():
    """Columns of unlike widths and places, brought to 0 and 1 in one of the two."""
    rows = np.random.default_rng(4)
    raw = rows.normal([10, 3, 700, 0.1], [4, 0.5, 300, 0.03], (300, 4))
    scaled = (raw[:200] - raw[:200].mean(0)) / raw[:200].std(0)
    y = (raw[:, 0] > 10).astype(float)

    def told(train, valid):
        data = (valid, y[200:])
        layers = [Dense(4, activation="relu"), Dense(1, activation="sigmoid")]
        held = case(layers, "binary_crossentropy", y[:200], x=train, validation_data=data)[1]
        return [(one.code, one.where) for one in certain(held)]

    with_train = (raw[200:] - raw[:200].mean(0)) / raw[:200].std(0)
    assert (
        told(scaled, raw[200:]) == told(raw[:200], scaled[:100]) == [("OF507", "validation_data")]
    )
    assert told(scaled, with_train) == told(raw[:200], raw[200:]) == []
    later = scaled[:100] / 2 + 5  # all of them have moved on, as lags of one price do
    assert told(scaled, later) == []


def test_targets_that_are_too_far_away_to_be_reached():
    """A squared error of 250 times the variance, after a thousand steps of a thousandth each."""
    y = 2000.0 + 100 * X[:, 0]
    model, _ = case([Dense(8, activation="relu"), Dense(1)], "mse", y)
    history = model.fit(X, y, epochs=500, verbose=0).history
    assert history["loss"][-1] > 3 * y.var()
    told = certain(case_of(model, given_of(X, y, epochs=500), history))
    assert codes(told) == ["OF508"]
    assert number(told[0], ") gets ") == pytest.approx(y.var(), rel=0.01)
    for loss, epochs in (([4e6, 9e3], 500), ([4e6, 4e5], 5), ([4e6, 5e6], 500)):
        losses = {"loss": np.linspace(*loss, epochs)}  # it got there; it had no time; it rose
        assert certain(case_of(model, given_of(X, y, epochs=epochs), losses)) == []


def test_sigmoids_and_a_squared_error_where_each_row_has_one_class():
    """Ten shares of 0.1 have a squared error of 0.1 * 0.9 = 0.09: no better is nothing learned."""
    y = np.eye(10)[np.arange(len(X)) % 10]
    for loss, known in (([0.2, 0.09], ["OF504"]), ([0.2, 0.02], []), ([], [])):
        history = {"loss": loss} if loss else None
        layers = [Dense(8, activation="relu"), Dense(10, activation="sigmoid")]
        told = certain(case(layers, "mse", y, history=history)[1])
        assert codes(told) == known
        assert not known or number(told[0], "means gets ") == pytest.approx(0.09, rel=0.02)
    several = (RNG.random((len(X), 10)) < 0.1).astype(float)  # any of ten may be right
    told = case([Dense(10, activation="sigmoid")], "mse", several, history={"loss": [0.2, 0.09]})
    assert certain(told[1]) == []


def test_frozen_layers_and_a_learning_rate_of_0():
    model, _ = case([Dense(3), Dense(1)], "mse", X[:, :1])
    model.trainable = False
    model.compile("adam", "mse")
    (found,) = certain(case_of(model, given_of(X, X[:, :1])))
    assert found.code == "OF528" and "`model.trainable = True` before `model.compile" in found.fix
    for frozen in (model, *model.layers):
        frozen.trainable = False
    model.trainable = True  # as it says: Keras has all weights to train again, from the next one on
    assert len(model.trainable_variables) == 4
    still = keras.optimizers.SGD(0.0)
    assert codes(certain(case([Dense(1)], "mse", X[:, :1], optimizer=still)[1])) == ["OF528"]
    schedule = [keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)]
    told = case(
        [Dense(1)], "mse", X[:, :1], optimizer=keras.optimizers.SGD(0.0), callbacks=schedule
    )
    assert certain(told[1]) == []


def test_the_numbers_of_an_embedding():
    layers = [Embedding(10, 2), Flatten(), Dense(1)]
    y = RNG.normal(size=(60, 1))
    for x, word in ((RNG.integers(1, 12, (60, 3)), "rows 0 to 9"), (RNG.random((60, 3)), "row 0")):
        found = certain(case(layers, "mse", y, x=x)[1])
        assert codes(found) == ["OF529"] and word in found[0].evidence
    assert (
        certain(case(layers, "mse", y, x=RNG.integers(0, 10, (60, 3)).astype("float32"))[1]) == []
    )


# rows, History, kinds of targets


def test_classes_that_only_the_last_rows_have():
    y = np.sort(np.arange(100) % 10)
    told = case([Dense(10, activation="softmax")], "sparse_categorical_crossentropy", y,
                x=RNG.normal(size=(100, 4)), validation_split=0.2)[1]  # fmt: skip
    (found,) = certain(told)
    assert found.code == "OF522" and found.evidence.startswith("2 of the 10 classes (8, 9) are")
    rare = np.append(np.arange(99) % 9, 9)  # one row of a class may well be among the last
    told = case([Dense(10, activation="softmax")], "sparse_categorical_crossentropy", rare,
                x=RNG.normal(size=(100, 4)), validation_split=0.2)[1]  # fmt: skip
    assert certain(told) == []


def test_last_rows_beyond_all_that_is_trained_on():
    """A parabola over sorted x: the end is steeper than all before it."""
    x = np.linspace(-3, 3, 200)[:, None]
    history = {"loss": [1.0, 0.01], "val_loss": [70.0, 20.0]}

    def told(x, y, **given):
        layers = [Dense(4, activation="tanh"), Dense(1)]
        given = {"history": history, "validation_split": 0.25, **given}
        return certain(case(layers, "mse", y, x=x, **given)[1])

    (found,) = told(x, x**2)
    assert found.code == "OF522" and "from -3 to 1.492 in the rows of training" in found.evidence
    assert number(found, "gets ") == pytest.approx(np.var(x[150:] ** 2), rel=1e-3)
    order = RNG.permutation(200)
    assert told(x[order], x[order] ** 2) == []
    assert told(x, x**2, history={"loss": [1.0, 0.01], "val_loss": [2.0, 0.02]}) == []  # it goes on
    assert told(x, x**2, history={"loss": [8.0, 7.0], "val_loss": [70.0, 20.0]}) == []


def test_one_class_that_is_left_to_train_on():
    output = [Dense(1, activation="sigmoid")]

    def told(y, share):
        x = RNG.normal(size=(len(y), 2))
        return certain(case(output, "binary_crossentropy", y, x=x, validation_split=share)[1])

    (found,) = told(np.array([1, 0]), 0.1)  # floor(2 * 0.9) = 1 row is trained on
    assert found.code == "OF522" and "the one row that is trained on is of class 1" in (
        found.evidence
    )
    assert "leave out" in found.fix
    (found,) = told(np.array([0] * 18 + [1, 0]), 0.1)
    assert "all 18 rows that are trained on are of class 0" in found.evidence
    assert told(np.array([0] * 17 + [1, 1, 0]), 0.1) == []
    assert told(np.zeros(20), 0.1) == []  # there is no other one


def test_a_loss_that_runs_away():
    y = RNG.normal(size=(60, 1))
    rates = {"history": {"loss": [1.0, 5.0, 40.0, 900.0]}, "optimizer": keras.optimizers.SGD(0.9)}
    found = certain(case([Dense(1)], "mse", y, **rates)[1])
    assert codes(found) == ["OF511"] and "learning_rate=0.09" in found[0].fix
    assert certain(case([Dense(1)], "mse", y, history={"loss": [1.0, 0.9, 5.0, 0.8]})[1]) == []


def test_metrics_that_count_what_is_never_equal():
    y = 10 * RNG.normal(size=(60, 1))
    model, _ = case([Dense(1)], "mse", y, metrics=["accuracy"])
    history = model.fit(X, y, verbose=0).history
    assert codes(certain(case_of(model, given_of(X, y), history))) == ["OF526"]
    labels = (X[:, 0] > 0).astype(int)
    own = [Dense(1, activation="sigmoid")]
    model, _ = case(own, "bce", labels, metrics=[keras.metrics.Accuracy()])
    history = model.fit(X, labels, verbose=0).history
    assert history["accuracy"] == [0.0]
    assert codes(certain(case_of(model, given_of(X, labels), history))) == ["OF526"]


def test_a_percentage_of_targets_that_are_0():
    y = np.where(RNG.random((60, 1)) > 0.5, 1.0, 0.0)
    model, told = case([Dense(1)], "mape", y)
    assert codes(certain(told)) == ["OF509"] and model.evaluate(X, y, verbose=0) > 1e5


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        ([0, 1, 1, 0], "binary"),
        ([0, 1, 2, 1, 0, 2, 1, 0, 2], "classes"),
        ([-1, 1, 1], "signed"),
        (np.eye(4)[[0, 3, 2]], "one-hot"),
        ([[1, 1, 0], [0, 0, 1], [0, 0, 0]], "multi-label"),
        (np.arange(50), "real"),
        ([0.5, 1.5], "real"),
        ([np.nan, 1.0], "unknown"),
        (["a", "b"], "unknown"),
    ],
    ids=range(9),
)
def test_the_kind_of_targets(y, kind):
    assert task_of(np.array(y)).kind == kind


def test_hunches_of_a_deep_network():
    """Moving averages after n steps still hold momentum ** n of their start."""
    layers = [
        *(Dense(8, activation="sigmoid") for _ in range(4)),
        BatchNormalization(),
        Dropout(0.9),
        Dense(1, activation="sigmoid"),
    ]
    told = case(layers, "bce", np.arange(60) % 2, epochs=5)[1]
    found = {(one.code, one.where.rstrip("'0123456789_")): one for one in findings(told)}
    assert certain(told) == [] and all(one.grade == "hunch" for one in found.values())
    assert f"{0.25**4:.2g}" in found["OF514", "layer 'dense"].evidence
    steps = 5 * math.ceil(60 / 32)
    assert f"= {0.99**steps:.0%} of" in found["OF524", "layer 'batch_normalization"].evidence
    assert f"{steps} updates" in found["OF510", "epochs"].evidence


def test_an_empty_case_and_a_subclassed_model_are_no_error():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = Dense(1)

        def call(self, x):
            return self.dense(x)

    model = Own()
    model.compile("adam", "mse")
    assert certain(case_of(model, given_of(X, X[:, :1]))) == []
    assert findings(Case()) == [] and findings(Case(outputs=[Output()])) == []
    assert certain(case_of(model, given_of(x for x in [X]))) == []


def test_pictures_without_scaling_are_a_hunch_with_the_line_to_paste():
    x = RNG.integers(0, 256, (60, 8, 8, 1)).astype("float32")
    layers = [Conv2D(4, 3, activation="relu"), Flatten(), Dense(10, activation="softmax")]
    told = case(layers, "sparse_categorical_crossentropy", np.arange(60) % 10, x=x, epochs=90)[1]
    (found,) = findings(told)
    assert (found.code, found.grade, found.fix) == ("OF507", "hunch", "`x = x / 255.0`")


def test_a_chain_is_one_through_nested_networks_and_two_inputs_are_none():
    inner = keras.Sequential([keras.Input((4,)), Dense(3, activation="relu")])
    _, told = case([inner, keras.Sequential([keras.Input((3,)), Dense(1)])], "mse", X[:, :1])
    assert told.is_sequence
    assert [one.kind for one in told.layers] == ["InputLayer", "Dense", "Dense"]
    a, b = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([a, b], Dense(1)(keras.layers.Add()([a, b])))
    model.compile("adam", "mse")
    assert not case_of(model, given_of([X, X], X[:, :1])).is_sequence


def test_a_class_of_the_users_may_be_another_loss():
    class Far(keras.losses.MeanSquaredError):
        def call(self, y_true, y_pred):
            return super().call(y_true, 10 * y_pred)

    assert certain(case([Dense(1, activation="tanh")], Far(), RNG.uniform(5, 9, (60, 1)))[1]) == []


def test_two_classes_by_other_numbers_are_numbered_anew():
    """1 and 2 under a binary cross-entropy: its least value is below 0, by the formula."""
    model = keras.Sequential([keras.Input((4,)), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    y = 1.0 + (X[:, 0] > 0)
    (found,) = certain(case_of(model, given_of(X, y)))
    assert found.code == "OF502" and found.fix == "`y = (y == 2).astype(int)`"
    assert float(keras.losses.binary_crossentropy([[2.0]], [[0.99]])[0]) < 0
