"""What members predict, who diverged, and which is the best."""

from __future__ import annotations

import copy
from dataclasses import replace

import keras
import numpy as np
import pytest
from nets import alone, table

import onefit
from onefit.population.results.directions import is_max
from onefit.training.host.stock import FIT

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


def small(*middle, optimizer="sgd", loss="mse", metrics=None, outputs=1):
    net = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(4, name="first"),
            *middle,
            keras.layers.Dense(outputs),
        ]
    )
    net.compile(optimizer, loss, metrics=metrics)
    return net


NUMBERS = {
    "layers.middle.scale": keras.layers.Rescaling(1.0, name="middle"),
    "layers.middle.epsilon": keras.layers.BatchNormalization(name="middle"),
    "layers.middle.threshold": keras.layers.ReLU(threshold=0.1, name="middle"),
    "layers.middle.negative_slope": keras.layers.ReLU(
        threshold=0.1, negative_slope=0.1, name="middle"
    ),
}


@pytest.mark.parametrize("path", NUMBERS)
def test_predictions_use_each_members_own_numbers(path):
    x, y = table(40)
    nets = onefit.fit_many(
        small(NUMBERS[path]), x, y, sweep={path: [0.2, 2.0]}, folds=2, epochs=2, verbose=0
    )
    own = np.stack([net.predict(x, verbose=0) for net in nets])
    assert np.abs(own[0] - own[2]).max() > 1e-3
    np.testing.assert_allclose(nets.predict_each(x), own, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(nets.predict_each(x, batch_size=7), own, rtol=1e-5, atol=1e-7)
    held = nets.members[0].held
    expected = own[nets.choose().members[0]][held]  # of the chosen one, who was kept from them
    np.testing.assert_allclose(nets.out_of_fold()[held], expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("stops", [False, True])
def test_averages_of_the_optimizer_are_the_weights_where_keras_has_them(stops):
    x, y = table(40)

    def arguments():
        stop = keras.callbacks.EarlyStopping(
            "loss", patience=1, min_delta=10.0, restore_best_weights=True
        )
        return {"epochs": 4, "callbacks": [stop] if stops else []}

    def build():
        return small(optimizer=keras.optimizers.SGD(0.05, use_ema=True))

    nets = onefit.fit_many(build, x, y, restarts=2, exact=True, verbose=0, **arguments())
    net, _ = alone(build, nets.members[1], x, y, fit=FIT, **arguments())
    expected = net.predict(x, verbose=0)
    np.testing.assert_array_equal(nets[1].predict(x, verbose=0), expected)
    np.testing.assert_allclose(nets.predict_each(x)[1], expected, rtol=1e-6, atol=1e-7)


@pytest.fixture(scope="module")
def partly():
    x, y = table(40)
    rates = [1e-2, 1e30, 2e-2]
    return onefit.fit_many(
        small(), x, y, sweep={"learning_rate": rates}, batch_size=40, epochs=1, verbose=0
    )


def as_starts(nets):
    """The same members, as if they differed by their starts alone."""
    made = copy.copy(nets)
    made.members = [replace(member, configuration=0) for member in nets.members]
    return made


def test_absurd_weights_are_divergence_though_the_loss_is_still_finite(partly):
    assert np.isfinite(partly.history["loss"]).all()
    assert partly.diverged.tolist() == [False, True, False]
    assert partly.best_number() == 0


def test_diverged_members_are_left_out_and_told_of(partly):
    x, _ = table(40)
    np.testing.assert_allclose(partly.predict(x), partly[0].predict(x, verbose=0), rtol=1e-5)
    partly = as_starts(partly)
    sound = np.stack([partly[n].predict(x, verbose=0) for n in (0, 2)])
    with pytest.warns(UserWarning, match="1 of 3 members diverged"):
        mean = partly.predict(x)
    np.testing.assert_allclose(mean, sound.mean(0), rtol=1e-5)
    for members in (None, 3):
        with pytest.warns(UserWarning, match="1 of 3 members diverged"):
            net = partly.ensemble(members)
        np.testing.assert_allclose(net.predict(x, verbose=0), sound.mean(0), rtol=1e-5)
    with pytest.warns(UserWarning, match="left out of the ensemble"):
        net = partly.ensemble(weights=[1, 5, 3])
    expected = (sound[0] + 3 * sound[1]) / 4
    np.testing.assert_allclose(net.predict(x, verbose=0), expected, rtol=1e-5)


def test_a_validation_loss_tells_of_divergence_too():
    x, y = table(40)
    nets = onefit.fit_many(
        small(), x[:20], y[:20], validation_data=(x, y), batch_size=20, epochs=1, verbose=0,
        sweep={"learning_rate": [1e-2, 1e5]},
    )  # fmt: skip
    assert nets.diverged.tolist() == [False, True]
    with pytest.raises(onefit.OnefitError, match="all of which have"):
        onefit.fit_many(
            small(optimizer=keras.optimizers.SGD(1e9)), x, y, epochs=9, verbose=0
        ).predict(x)


def test_a_setting_of_which_a_fold_diverged_has_no_mean():
    x, y = table(40)
    x[:20] *= 1e4  # only who trains on these rows diverges
    nets = onefit.fit_many(
        small(),
        x,
        y,
        folds=[(np.arange(20), np.arange(20, 40)), (np.arange(20, 38), np.arange(38, 40))],
        sweep={"learning_rate": [1e-12, 1e-2]},
        epochs=3,
        verbose=0,
    )
    assert nets.diverged.tolist() == [False, False, True, False]
    over = nets.table(over_folds=True)
    assert over["folds"].tolist() == [2, 2] and over["diverged"].tolist() == [0, 1]
    assert np.isnan(over["val_loss_mean"]).tolist() == [False, True]


def test_the_direction_of_a_metric_is_that_of_keras():
    x, y = table(40)
    known = {
        "mean_squared_error": False,
        "cosine_similarity": True,
        "pearson_correlation": True,
        "val_concordance_correlation": True,
        "val_mean_io_u": True,
        "one_hot_io_u": True,
        "top_k_categorical_accuracy": True,
        "val_account_loss": False,
        "val_recall_loss": False,
        "a_accuracy_loss": False,
    }
    assert {name: is_max(name, "auto") for name in known} == known
    metrics = [keras.metrics.R2Score(name="plain"), keras.metrics.MeanSquaredError("accuracy")]
    nets = onefit.fit_many(small(metrics=metrics), x, y, restarts=4, epochs=2, verbose=0)
    assert nets.best_number("plain") == int(nets.history["plain"][:, -1].argmax())
    assert nets.best_number("accuracy") == int(nets.history["accuracy"][:, -1].argmin())


def test_hyper_parameters_named_like_columns():
    x, y = table(40)

    def build(loss="mse", seed=0, epochs=1, fold=0, member=0):
        return small(loss=loss)

    sweep = {"loss": ["mse", "mae"], "seed": [3], "epochs": [4], "fold": [5], "member": [6]}
    nets = onefit.fit_many(
        build, x, y, sweep=sweep, folds=2, validation_split=0.2, epochs=1, verbose=0
    )
    frame = nets.table()
    assert frame["sweep.loss"].tolist() == ["mse", "mse", "mae", "mae"]
    assert frame["loss"].tolist() == nets.history["loss"][:, -1].tolist()
    assert frame["member"].tolist() == [0, 1, 2, 3] and set(frame["sweep.member"]) == {6}
    assert nets.table(over_folds=True)["sweep.loss"].tolist() == ["mse", "mae"]
    assert set(nets.nested().columns) >= {"fold", "member", "sweep.loss", "loss"}


def test_metrics_with_several_values_are_in_history_and_table():
    x, _ = table(40)
    y = np.eye(3, dtype="float32")[np.arange(40) % 3]

    def build():
        metric = keras.metrics.F1Score(average=None)
        return small(loss="mse", metrics=[metric], outputs=3)

    nets = onefit.fit_many(
        build, x, y, restarts=2, validation_split=0.2, epochs=3, exact=True, verbose=0
    )
    keras.utils.set_random_seed(1)
    history = FIT(build(), x, y, validation_split=0.2, epochs=3, verbose=0).history
    assert nets.history["f1_score"].shape == (2, 3, 3)
    for name in ("f1_score", "val_f1_score"):
        np.testing.assert_array_equal(nets.history[name][1], np.stack(history[name]))
    assert nets.table()["val_f1_score[2]"][1] == history["val_f1_score"][-1][2]
    assert nets.best_number("f1_score[1]") == int(nets.history["f1_score"][:, -1, 1].argmax())
