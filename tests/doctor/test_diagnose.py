"""Diagnoses of networks of which it is known what is wrong with them."""

import random

import keras
import numpy as np
import pytest

import onefit
from onefit.doctor.changes.output import output_change
from onefit.doctor.evidence import fortune
from onefit.doctor.remedy import Remedy
from onefit.doctor.training import setup_of
from onefit.training.observation.case import given_of


def _network(hidden, end, loss, features, units=16, optimizer="adam"):
    model = keras.Sequential(
        [
            keras.Input((features,)),
            keras.layers.Dense(units, activation=hidden, name="hidden"),
            keras.layers.Dense(end[0], activation=end[1], name="last"),
        ]
    )
    model.compile(optimizer, loss)
    return model


def _two_clouds(rows=240, features=3):
    y = np.arange(rows) % 2
    x = np.random.default_rng(0).normal(size=(rows, features)) + 2.0 * y[:, None]
    return x.astype("float32"), y


def _verified(found):
    return [one.code for one in found.findings if one.grade == "verified"]


def test_the_tutorials_network_is_a_lottery():
    """Of 20,000 starts 49.8 % solve XOR (a simulation of the same network in plain JAX)."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[0], [1], [1], [0]], "float32")
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 2, units=4)
    found = onefit.diagnose(model, x, y, epochs=1000, time=4)
    good, count = fortune(found.examination)
    assert count >= 16  # 128 where nothing else runs
    assert 0.2 < good / count < 0.8
    assert found.findings[0].code == "OF517"
    assert "starts do well" in str(found)
    tried = {one.change.name: one for one in found.examination.alone}
    assert tried["Adam(0.01)"].chosen is False


def test_a_softmax_over_one_unit_is_shown_by_trying_another_output():
    x, y = _two_clouds()
    model = _network("relu", (1, "softmax"), "binary_crossentropy", 3)
    found = onefit.diagnose(model, x, y, epochs=100, time=6)
    assert found.findings[0].code == "OF501"
    assert "OF501" in [one.change.code for one in found.examination.chosen]
    assert float(np.median(found.examination.best.skills)) > 0.8


@pytest.mark.parametrize("behind", [keras.layers.Softmax(), keras.layers.Activation("softmax")])
def test_an_activation_that_is_a_layer_by_itself_goes_with_the_change(behind):
    x, y = _two_clouds()
    end = [keras.layers.Dense(1), behind]
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, "relu"), *end])
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    found = onefit.diagnose(model, x, y, epochs=20, time=1).findings[0]
    assert found.code == "OF501" and f"without {behind.name!r} behind it" in found.fix
    changed = found.apply()
    assert float(np.ptp(changed.predict(x, verbose=0))) > 0  # no softmax is left in it


def test_labels_from_1_are_mended_in_the_labels_whatever_the_loss_takes():
    x, y = _two_clouds()
    third = np.random.default_rng(1).normal(size=(120, 3)) - 4.0
    x, y = np.concatenate([x, third]).astype("float32"), np.concatenate([y + 1, np.full(120, 3)])
    order = np.random.default_rng(2).permutation(len(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = _network("relu", (3, None), loss, 3, optimizer=keras.optimizers.Adam(0.01))
    found = onefit.diagnose(model, x[order], y[order], epochs=20, time=3)
    assert [one.code for one in found.findings] == ["OF303"]
    assert found.findings[0].fix.strip("`") == "y = y - 1"


def test_a_class_that_no_row_has_is_no_mistake():
    x, y = _two_clouds()
    model = _network("relu", (4, "softmax"), "sparse_categorical_crossentropy", 3)
    found = onefit.diagnose(model, x, 3 * y, epochs=1, time=1)  # classes 0 and 3
    assert "OF303" not in [one.code for one in found.findings]


def test_a_learning_rate_that_is_too_high_is_shown_by_lower_ones():
    x, y = _two_clouds()
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 3, optimizer="sgd")
    model.optimizer.learning_rate = 500.0
    found = onefit.diagnose(model, x, y, epochs=10, time=3)
    assert "OF511" in _verified(found)


def test_of_a_network_that_learns_nothing_is_told():
    x, y = _two_clouds()
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 3)
    found = onefit.diagnose(model, x, y, epochs=150, time=2)
    assert found.is_healthy, str(found)
    assert "Nothing was found" in str(found)


def test_where_nothing_can_be_learned_no_change_is_praised_for_remembering_rows():
    rows = np.random.default_rng(3)
    x, y = rows.normal(size=(160, 8)).astype("float32"), rows.integers(0, 2, 160)
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 8)
    found = onefit.diagnose(model, x, y, epochs=60, time=2, hunches=True)
    assert found.examination.only_remembers
    assert _verified(found)[:1] == ["OF519"]
    assert "nearest rows" in found.findings[0].evidence
    assert not {"OF510", "OF518", "OF517"} & set(_verified(found))


def test_rows_learned_by_heart_are_told_where_others_are_not():
    rows = np.random.default_rng(3)
    x = rows.normal(size=(140, 20)).astype("float32")
    y = (x[:, :3].sum(axis=1) > 0).astype("float32")
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 20, 64)
    few, others = slice(0, 14), slice(14, None)
    found = onefit.diagnose(
        model, x[few], y[few], validation_data=(x[others], y[others]), epochs=300, time=2
    )
    assert _verified(found)[:1] == ["OF521"]
    assert "on its 14 rows" in found.findings[0].evidence


@pytest.mark.slow
def test_what_helps_only_together_is_tried_together():
    x, y = _two_clouds()
    layers = [keras.layers.Dense(8, activation="sigmoid", name=f"deep_{n}") for n in range(7)]
    last = keras.layers.Dense(1, activation="sigmoid", name="last")
    model = keras.Sequential([keras.Input((3,)), *layers, last])
    model.compile(keras.optimizers.SGD(0.003), "binary_crossentropy")
    found = onefit.diagnose(model, x, y, epochs=30, time=8)
    assert _verified(found)[:1] == ["OF514"]


def test_an_answer_that_does_not_fit_its_loss_is_mended_with_its_loss():
    """One-hot XOR by a linear output and MAE; whether that helps most depends on the time."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[1, 0], [0, 1], [0, 1], [1, 0]], "float32")
    setup = setup_of(_network("relu", (2, None), "mae", 2), given_of(x, y, batch_size=1))
    change = output_change(setup)
    assert change.code == "OF509"
    changed = Remedy(change.code, change=change, setup=setup).apply()
    assert changed.loss == "categorical_crossentropy"
    assert changed.layers[-1].activation is keras.activations.softmax


def test_nothing_of_the_users_is_changed():
    x, y = _two_clouds()
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 3)
    history = model.fit(x, y, epochs=3, verbose=0)
    weights = [one.copy() for one in model.get_weights()]
    moments = [keras.ops.convert_to_numpy(one) for one in model.optimizer.variables]
    keras.utils.set_random_seed(5)
    before = np.random.get_state()[1].copy(), random.getstate()
    seeds = keras.random.uniform((3,))
    keras.utils.set_random_seed(5)
    onefit.diagnose(model, x, y, time=1)
    assert model.history is history
    for mine, theirs in zip(weights, model.get_weights()):
        np.testing.assert_array_equal(mine, theirs)
    for mine, theirs in zip(moments, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(before[0], np.random.get_state()[1])
    assert before[1] == random.getstate()
    np.testing.assert_array_equal(seeds, keras.random.uniform((3,)))


def test_a_training_that_takes_hours_is_tried_for_some_epochs():
    """Its rows are too few to be cut; what a longer training may make good is not told."""
    x = np.random.default_rng(0).normal(size=(5, 50)).astype("float32")
    y = -100 * np.abs(x[:, :1])
    model = _network("relu", (1, "relu"), "mse", 50, units=256)
    found = onefit.diagnose(model, x, y, epochs=1_000_000, time=4)
    assert [one.code for one in found.findings] == ["OF503"]
    assert "of 1,000,000 epochs" in str(found)
    best = float(np.median(found.examination.best.skills))
    assert best > float(np.median(found.examination.baseline.skills))


def test_a_fit_that_goes_on_is_not_compared_with_fresh_starts():
    """One epoch with a small rate is right for a network that has learned already."""
    x, y = _two_clouds()
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 3)
    model.fit(x, y, epochs=150, verbose=0)
    model.optimizer.learning_rate = 1e-5
    history = model.fit(x, y, epochs=1, verbose=0)
    found = onefit.diagnose(model, x, y, history=history, epochs=1, time=1)
    assert found.is_healthy and "trained before this fit" in str(found)


def test_a_nan_in_the_data_comes_first():
    x, y = _two_clouds()
    x[7, 1] = np.nan
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 3)
    first = onefit.diagnose(model, x, y, epochs=2, time=1).findings[0]
    assert (first.code, first.where, first.grade) == ("OF302", "x, column 1", "certain")


def test_the_learning_rate_of_the_start_counts_where_a_callback_has_lowered_it():
    x, y = _two_clouds()
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 3)
    lower = keras.callbacks.LearningRateScheduler(lambda epoch: 0.01 if epoch < 25 else 1e-7)
    history = model.fit(x, y, epochs=30, verbose=0, callbacks=[lower])
    found = onefit.diagnose(model, x, y, history=history, time=1)
    assert found.is_healthy, str(found)
    assert found.examination.setup.rate == pytest.approx(0.01)


def test_mistakes_are_said():
    x, y = _two_clouds()
    bare = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(onefit.DiagnosisError, match="Expected a compiled model"):
        onefit.diagnose(bare, x, y, epochs=2)
    model = _network("relu", (1, "sigmoid"), "binary_crossentropy", 3)
    with pytest.raises(onefit.DiagnosisError, match="Expected `epochs`"):
        onefit.diagnose(model, x, y)
    for epochs in ("a", 0, 2.5, True):
        with pytest.raises(onefit.DiagnosisError, match="Expected `epochs` as a whole number"):
            onefit.diagnose(model, x, y, epochs=epochs)
    for wrong in ("foo", 3, [1.0], np.ones(2), {"loss": "low"}, {"loss": 0.5}, {"loss": [None]}):
        with pytest.raises(onefit.DiagnosisError, match=r"Expected `history`.*Received: .*Pass "):
            onefit.diagnose(model, x, y, history=wrong)
    found = onefit.diagnose(model, x, y, history={"loss": [0.7, 0.6]}, time=0)
    assert found.remarks == [] or "Expected" not in found.remarks[0]
    found = onefit.diagnose(model, (one for one in [(x, y)]), epochs=2, time=1)
    assert "can be read again" in found.remarks[0]
