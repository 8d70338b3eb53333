"""Columns that give the answer away, validations on another scale, units that start alike."""

import keras
import numpy as np
import pytest
from keras.layers import Dense, Dropout

from onefit.checks import certain, findings
from onefit.checks.labels import label_findings
from onefit.training.observation.case import case_of, given_of

RNG = np.random.default_rng(8)
X = RNG.normal(size=(120, 5))
CLASSES = RNG.integers(0, 2, 120)


def _model(*layers, features=5, loss="mse"):
    model = keras.Sequential([keras.Input((features,)), *layers])
    model.compile("adam", loss)
    return model


def _told(model, x, y, **given):
    return case_of(model, given_of(x, y, **given))


def _codes(found):
    return [one.code for one in found]


# a column that is the target


def test_a_label_that_was_left_in_the_table_is_told_with_its_column():
    """Whatever else the columns are, the answer that repeats that one is right in each row."""
    x = np.column_stack([X[:, :3], CLASSES, X[:, 3:]])
    told = _told(_model(Dense(1, "sigmoid"), features=6, loss="bce"), x, CLASSES)
    (found,) = certain(told)
    assert (found.code, found.where) == ("OF523", "x")
    assert "column 3 is the target itself" in found.evidence
    assert float(np.mean(x[:, 3] == CLASSES)) == 1.0


def test_a_price_among_small_numbers_is_told_and_a_column_taken_as_the_target_is_a_hunch():
    price = RNG.uniform(1e5, 9e5, 120)
    x = np.column_stack([X, price])
    assert _codes(certain(_told(_model(Dense(1), features=6), x, price))) == ["OF523"]
    toy = _told(_model(Dense(1)), X, X[:, :1])
    assert certain(toy) == [] and "OF523" in _codes(findings(toy))


@pytest.mark.parametrize(
    "y",
    [
        (X[:, 0] > 0).astype(int),  # the same only where it is chance
        np.r_[np.ones(3), np.zeros(117)],  # too few rows differ
    ],
)
def test_columns_that_only_look_like_the_target_draw_no_word(y):
    x = np.column_stack([X, np.r_[y[:-1], 1 - y[-1]]])
    model = _model(Dense(1, "sigmoid"), features=6, loss="bce")
    assert "OF523" not in _codes(findings(_told(model, x, y)))


def test_whole_numbers_among_whole_numbers_are_a_hunch():
    x = RNG.integers(0, 2, (64, 3))
    told = _told(_model(Dense(1, "sigmoid"), features=3, loss="bce"), x, x[:, 0])
    assert certain(told) == []


# a validation that is scaled otherwise


@pytest.mark.parametrize(
    ("train", "valid"),
    [(X, 255 * X), (255 * X, X), (X.reshape(120, 5, 1), 1000 * X.reshape(120, 5, 1))],
)
def test_inputs_of_a_validation_on_another_scale_are_told(train, valid):
    model = keras.Sequential([keras.Input(train.shape[1:]), keras.layers.Flatten(), Dense(1)])
    model.compile("adam", "mse")
    y = RNG.normal(size=120)
    (found,) = certain(_told(model, train, y, validation_data=(valid, y)))
    assert (found.code, found.where) == ("OF507", "validation_data")
    assert f"{valid.max():.4g}" in found.evidence and f"{train.max():.4g}" in found.evidence


@pytest.mark.parametrize(
    "valid",
    [5 * X, X + 100, np.column_stack([1000 * X[:, :1], X[:, 1:]]), (1000 * X)[:8]],
    ids=["wider", "moved", "one column", "few rows"],
)
def test_validations_that_differ_otherwise_are_not_called_unscaled(valid):
    y = RNG.normal(size=len(valid))
    told = _told(_model(Dense(1)), X, RNG.normal(size=120), validation_data=(valid, y))
    assert certain(told) == []


# units that start alike


def test_units_that_started_alike_are_told_after_the_fit_too():
    layers = [Dense(6, activation="tanh", kernel_initializer="zeros") for _ in range(2)]
    model = _model(*layers, Dense(1, activation="tanh"))
    history = model.fit(X, np.sign(X[:, 0]), epochs=4, verbose=0)
    told = case_of(model, given_of(X, np.sign(X[:, 0])), history.history)
    (found,) = certain(told)
    assert (found.code, found.where) == ("OF516", f"layer {model.layers[0].name!r}")
    first = model.layers[0].get_weights()[0]
    np.testing.assert_array_equal(first, first[:, :1].repeat(6, axis=1))


def test_a_network_that_left_its_start_draws_no_word():
    model = _model(Dense(6, activation="tanh", kernel_initializer="zeros"), Dense(1))
    history = model.fit(X, X[:, 0], epochs=4, verbose=0)
    told = case_of(model, given_of(X, X[:, 0]), history.history)
    assert "OF516" not in _codes(findings(told))
    noisy = [Dense(6, "tanh", kernel_initializer="ones"), Dropout(0.5)]
    model = _model(*noisy, Dense(1, kernel_initializer="ones"))
    history = model.fit(X, X[:, 0], epochs=4, verbose=0)
    assert certain(case_of(model, given_of(X, X[:, 0]), history.history)) == []


def test_biases_that_start_low_are_named_as_why_a_layer_is_dead():
    low = keras.initializers.Constant(-50.0)
    model = _model(Dense(8, activation="relu", bias_initializer=low), Dense(1))
    assert not np.maximum(X @ model.layers[0].get_weights()[0] - 50.0, 0).any()
    found = certain(_told(model, X, X[:, 0]))[0]
    assert (found.code, found.fix) == ("OF513", "leave `bias_initializer` out")


# what to write for labels


@pytest.mark.parametrize(
    ("loss", "units", "y", "fix"),
    [
        ("sparse_categorical_crossentropy", 3, [1, 2, 3] * 4, "`y = y - 1`"),
        ("sparse_categorical_crossentropy", 3, [0, 4, 7] * 4,
         "`y = np.unique(y, return_inverse=True)[1]`"),
        ("binary_crossentropy", 1, [1, 2] * 4, "`y = (y == 2).astype(int)`"),
        ("binary_crossentropy", 1, [-1, 1] * 4, "`y = (y == 1).astype(int)`"),
        ("hinge", 1, [1, 2] * 4, "`y = np.where(y == 2, 1, -1)`"),
    ],
)  # fmt: skip
def test_the_line_to_write_makes_the_labels_right(loss, units, y, fix):
    (found,) = label_findings(loss, (units,), np.array(y))
    assert found.fix == fix
    changed = {"y": np.array(y), "np": np}
    exec(fix.strip("`"), changed)
    assert label_findings(loss, (units,), changed["y"]) == []
    assert len(np.unique(changed["y"])) == len(set(y))


def test_one_number_a_row_on_ten_outputs_asks_for_the_layer_that_fits():
    (found,) = label_findings("mean_squared_error", (10,), np.linspace(0, 1, 40))
    assert found.fix == 'let the last layer be `Dense(1)` with `loss="mse"`'
    (found,) = label_findings("mean_squared_error", (10,), np.arange(40) % 4)
    assert 'Dense(4, activation="softmax")' in found.fix
