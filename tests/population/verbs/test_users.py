"""What users do with populations: splitters, combinations, files, a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
from keras.src.backend.common import global_state
from nets import XOR, rich_net, table, xor_net
from sklearn import model_selection as ms

import onefit
from onefit.population.results import interruption
from onefit.population.results.record import record
from onefit.population.verbs import execution

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

SPLITTERS = [
    ms.KFold(3),
    ms.StratifiedKFold(3, shuffle=True, random_state=1),
    ms.GroupKFold(3),
    ms.RepeatedKFold(n_splits=2, n_repeats=2, random_state=0),
    ms.ShuffleSplit(3, test_size=0.2, random_state=0),
    ms.TimeSeriesSplit(2),
]


@pytest.mark.parametrize("splitter", SPLITTERS, ids=lambda s: type(s).__name__)
def test_splitters_of_scikit_learn(splitter):
    x, y = table(30)
    groups = np.arange(30) % 5 if isinstance(splitter, ms.GroupKFold) else None
    nets = onefit.fit_many(
        xor_like(), x, y, folds=splitter, groups=groups, epochs=1, verbose=0, exact=True
    )
    expected = list(splitter.split(x, y, groups))
    assert len(nets) == len(expected)
    for member, (train, held) in zip(nets.members, expected):
        np.testing.assert_array_equal(member.train, train)
        np.testing.assert_array_equal(member.valid, held)
    assert np.isfinite(nets.out_of_fold()[np.concatenate([h for _, h in expected])]).all()


def xor_like(columns=5):
    net = keras.Sequential([keras.Input((columns,)), keras.layers.Dense(1, activation="sigmoid")])
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return net


def test_everything_at_once():
    x, y = table(40)
    sweep = {"learning_rate": [1e-3, 1e-2], "layers.dropout.rate": [0, 0.2]}
    nets = onefit.fit_many(
        rich_net(), x, y, folds=2, stratify=True, restarts=2, sweep=sweep, epochs=2, verbose=0
    )
    frame = nets.table()
    assert len(frame) == len(nets) == 16
    assert len(frame.groupby(["learning_rate", "layers.dropout.rate", "fold", "seed"])) == 16
    over = nets.table(over_folds=True)
    assert len(over) == 4 and (over["folds"] == 2).all()
    assert {"val_loss_mean", "val_loss_spread", "val_loss_error"} <= set(over.columns)


def test_replicas_are_judged_by_rows_out_of_their_bag():
    x, y = table(40)
    nets = onefit.fit_many(xor_like(), x, y, bootstrap=6, epochs=2, verbose=0)
    assert len({len(m.valid) for m in nets.members}) == 1
    for member in nets.members:
        assert set(member.valid) <= set(member.held) == set(range(40)) - set(member.train)
    loss, accuracy = nets[4].evaluate(x[nets.members[4].valid], y[nets.members[4].valid], verbose=0)
    row = nets.table().iloc[4]
    assert row["val_loss"] == pytest.approx(loss, rel=1e-6)
    assert row["val_accuracy"] == pytest.approx(accuracy)
    assert nets.best_number() == int(nets.history["val_loss"][:, -1].argmin())


def test_replicas_without_rows_left_are_not_validated():
    nets = onefit.fit_many(xor_net(), *XOR, bootstrap=60, epochs=2, verbose=0)
    assert any(not len(m.held) for m in nets.members) and "val_loss" not in nets.history


def test_validation_data_comes_before_rows_out_of_the_bag():
    x, y = table(40)
    shared = {"validation_data": (x[:7], y[:7])}
    nets = onefit.fit_many(xor_like(), x, y, bootstrap=2, epochs=2, verbose=0, **shared)
    loss, _ = nets[1].evaluate(x[:7], y[:7], verbose=0)
    assert nets.history["val_loss"][1, -1] == pytest.approx(loss, rel=1e-6)


LOADS = textwrap.dedent("""
    import sys
    import keras, numpy as np
    model = keras.models.load_model(sys.argv[1])
    np.save(sys.argv[2], model.predict(np.load(sys.argv[2]), verbose=0))
    assert "onefit" not in sys.modules
""")


def test_an_ensemble_is_loaded_where_there_is_no_onefit(tmp_path):
    x, y = table(40)
    nets = onefit.fit_many(rich_net(), x, y, restarts=3, epochs=2, verbose=0)
    saved, rows = tmp_path / "ensemble.keras", tmp_path / "rows.npy"
    nets.ensemble(weights=[1, 2, 1]).save(saved)
    np.save(rows, x)
    subprocess.run(
        [sys.executable, "-c", LOADS, str(saved), str(rows)],
        check=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    each = nets.predict_each(x)
    expected = (each[0] + 2 * each[1] + each[2]) / 4
    np.testing.assert_allclose(np.load(rows), expected, rtol=1e-5)


def test_members_are_a_sequence_of_models():
    nets = onefit.fit_many(xor_net(), *XOR, restarts=3, epochs=2, verbose=0)
    assert len(nets) == len(list(nets)) == 3
    for at, net in enumerate(nets):
        assert type(net) is keras.Sequential and net.optimizer is not None
        for ours, own in zip(nets[at].get_weights(), net.get_weights()):
            np.testing.assert_array_equal(ours, own)
    with pytest.raises(IndexError):
        nets[3]
    assert nets.history["loss"].shape == (3, 2)


def test_members_go_on_training():
    nets = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=3, exact=True, verbose=0)
    longer = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=3, exact=True, verbose=0)
    net = nets[1]
    before = net.evaluate(*XOR, verbose=0)
    history = net.fit(*XOR, epochs=200, verbose=0).history["loss"]
    assert history[-1] < before[0] and int(net.optimizer.iterations.value) == 203
    np.testing.assert_array_equal(nets.history["loss"], longer.history["loss"])


def test_slices_and_lists_of_members():
    nets = onefit.fit_many(xor_net(), *XOR, restarts=3, epochs=2, verbose=0)
    weights = [net.get_weights()[0].tolist() for net in nets]
    for places in (slice(1, None), [0, 2], np.array([-1]), [True, False, True]):
        found = [net.get_weights()[0].tolist() for net in nets[places]]
        assert found == [weights[n] for n in np.arange(3)[places]]
    assert nets[[]] == []
    assert nets[np.int64(-1)].get_weights()[0].tolist() == weights[2]
    for wrong in ("a", None, 1.0, True):
        with pytest.raises(TypeError, match="Expected the number of a member"):
            nets[wrong]


def test_after_ctrl_c_members_are_asked_for_by_their_numbers():
    x, y = table(40)
    nets = onefit.fit_many(
        xor_like(), x, y, folds=2, restarts=3, validation_split=0.2, epochs=1, verbose=0
    )
    every = [net.get_weights()[0].tolist() for net in nets]

    def lose(*numbers):  # as if Ctrl-C had come before they had begun
        for number in numbers:
            job, place = nets.homes[number]
            del job.outcomes[place]
            nets.finished[number], nets.epochs[number] = False, 0

    lose(0, 2, 4)
    numbers = nets.table()["member"].tolist()
    assert numbers == nets.numbers.tolist() == [1, 3, 5] and len(nets) == 3
    assert [nets[n].get_weights()[0].tolist() for n in numbers] == [every[n] for n in numbers]
    assert [net.get_weights()[0].tolist() for net in nets] == [every[n] for n in numbers]
    assert nets[-1].get_weights()[0].tolist() == every[5] and len(nets[:4]) == 2
    with pytest.raises(IndexError, match="trained before Ctrl-C"):
        nets[2]
    with pytest.raises(IndexError, match="below 6"):
        nets[6]
    best = nets.best_number("loss")
    assert nets.best("loss", verbose=0).get_weights()[0].tolist() == every[best]
    assert nets[best].get_weights()[0].tolist() == every[best]
    nets.ensemble([1, 5])
    with pytest.raises(onefit.OnefitError, match="have finished"):
        nets.ensemble([0])
    lose(3, 5)
    with pytest.raises(onefit.OnefitError, match="none in fold 1"):
        nets.nested()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"members": 5}, "1 to 2"),
        ({"members": -1}, "1 to 2"),
        ({"members": []}, "each once"),
        ({"members": [0, 0]}, "each once"),
        ({"members": [2]}, "each once"),
        ({"members": "ab"}, "each once"),
        ({"weights": [-1, 3]}, "at least 0"),
        ({"weights": "ab"}, "2 weights"),
        ({"weights": [1]}, "2 weights"),
        ({"weights": [0, 0]}, "positive sum"),
    ],
)
def test_ensembles_that_cannot_be(two, arguments, told):
    with pytest.raises(onefit.OnefitError, match=told):
        two.ensemble(**arguments)


@pytest.fixture(scope="module")
def two():
    return onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=2, verbose=0)


def test_rows_and_sizes_that_cannot_be_predicted(two):
    x, _ = XOR
    with pytest.raises(onefit.OnefitError, match="Expected rows"):
        two.predict(x[:0])
    with pytest.raises(onefit.OnefitError, match="at least 1"):
        two.predict(x, batch_size=0)
    mean = two.predict(x, batch_size=np.int64(3))
    np.testing.assert_allclose(mean, two.predict(x), rtol=1e-6)
    best = two.ensemble(np.int64(1)).predict(x, verbose=0)
    np.testing.assert_allclose(best, two.best(verbose=0).predict(x, verbose=0), rtol=1e-6)


def test_reading_members_leaves_the_users_names_alone(capsys):
    net = keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(1)])
    net.compile("sgd", "mse")
    nets = onefit.fit_many(net, *XOR, restarts=1, epochs=1, verbose=0)
    assert "linear" in capsys.readouterr().err  # two linear layers on XOR
    before = dict(global_state.get_global_attribute("object_name_uids"))
    nets.best()
    nets[0]
    assert global_state.get_global_attribute("object_name_uids") == before
    assert capsys.readouterr().err == ""  # one member is not chosen among others


def test_labels_that_no_output_means_are_told_before_anything_runs(capsys):
    """Keras gives such rows a loss of 0: 0.0 of the loss, and a third of the rows wrong."""
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    rows = np.random.default_rng(0).normal(size=(30, 2)).astype("float32")
    labels = np.arange(30) % 3
    last = onefit.fit(net, rows[:1], np.array([3]), verbose=0).history["loss"]
    assert last == [0.0] or np.isnan(last[0])
    onefit.fit_many(net, rows, labels + 1, restarts=2, epochs=1, verbose=0)
    told = capsys.readouterr().err
    assert told.count("OF303") == 1
    assert "y has labels from 1 to 3; an output of 3 units can mean 0 to 2" in told
    assert "what to do: `y = y - 1`" in told
    onefit.fit_many(net, rows, labels, restarts=2, folds=3, epochs=1, verbose=0)
    assert "OF" not in capsys.readouterr().err


@pytest.mark.parametrize("way", ["raise", "return"])
def test_ctrl_c_while_a_population_is_recorded_loses_nothing(way, monkeypatch):
    def pressed(population):
        raise KeyboardInterrupt

    monkeypatch.setattr(execution, "observe", pressed)
    given = {"restarts": 2, "epochs": 3, "verbose": 0, "on_interrupt": way}
    if way == "return":
        nets = onefit.fit_many(xor_net(), *XOR, **given)
    else:
        with pytest.raises(KeyboardInterrupt):
            onefit.fit_many(xor_net(), *XOR, **given)
        nets = onefit.last_interrupted()
    assert nets.finished.all() and len(nets) == 2


def test_ctrl_c_before_there_are_members_leaves_none_of_another_call(monkeypatch):
    interruption.keep(onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=1, verbose=0))

    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(execution, "structures", pressed)
    with pytest.raises(KeyboardInterrupt):
        onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=1, verbose=0)
    assert onefit.last_interrupted() is None


def test_a_recorded_band_is_that_of_all_epochs_at_those_that_are_kept():
    nets = onefit.fit_many(xor_net(), *XOR, restarts=5, epochs=450, verbose=0)
    band = record(nets).configurations[0].curves["loss"]
    losses = nets.history["loss"]
    assert band.epochs[0] == 1 and band.epochs[-1] == 450 and len(band.epochs) == 200
    kept = losses[:, np.array(band.epochs) - 1]
    np.testing.assert_allclose(band.middle, np.median(kept, 0), rtol=1e-6)
    np.testing.assert_allclose(band.low, np.quantile(kept, 0.1, axis=0), rtol=1e-6)
    np.testing.assert_allclose(band.best, kept[losses.min(1).argmin()], rtol=1e-6)
